package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// process is a started program whose output goes into a log.
type process struct {
	name    string
	log     string
	command *exec.Cmd
	// done is closed when the program has ended.
	done chan struct{}
}

// spawn starts a program; when it ends, died hears of it. It must be called by the main thread.
func spawn(name, program string, arguments []string, log string, died chan<- *process) (*process, error) {
	output, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer output.Close()
	command := exec.Command(program, arguments...)
	command.Stdout, command.Stderr = output, output
	command.Env = environment()
	tie(command)
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("%s: %w", program, err)
	}
	p := &process{name: name, log: log, command: command, done: make(chan struct{})}
	go func() {
		_ = command.Wait()
		close(p.done)
		died <- p
	}()
	return p, nil
}

// environment is ours without what would send a request for loopback elsewhere, or to another cluster.
func environment() []string {
	var kept []string
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(strings.ToUpper(variable), "=")
		if !strings.HasSuffix(name, "_PROXY") && name != "KUBECONFIG" && !strings.HasPrefix(name, "ETCD_") {
			kept = append(kept, variable)
		}
	}
	return kept
}

func (p *process) id() int { return p.command.Process.Pid }

// kill ends the program and all that it started.
func (p *process) kill() {
	select {
	case <-p.done:
		// Its id may be that of another program by now.
	default:
		killGroup(p.command)
	}
}

// lastWords is the end of the program's log.
func (p *process) lastWords() string {
	log, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error() + "\n"
	}
	lines := strings.Split(strings.TrimSpace(string(log)), "\n")
	return p.name + ":\n" + strings.Join(lines[max(0, len(lines)-30):], "\n") + "\n"
}
