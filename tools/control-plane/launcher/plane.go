package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// summary is what whoever started the launcher is told.
type summary struct {
	// Server is the address of the API server.
	Server string `json:"server"`
	// Kubeconfig is a file for clients, with the rights of a cluster administrator.
	Kubeconfig string `json:"kubeconfig"`
	// CA is the file of the authority that signed the server's certificate.
	CA string `json:"ca"`
	// Token is that of the cluster administrator.
	Token string `json:"token"`
	// Directory holds all files of this control plane, logs among them. It goes when the control plane does.
	Directory string `json:"directory"`
	// Kubectl is the client's program, empty if it was not found.
	Kubectl string `json:"kubectl"`
	// ServiceRange is where cluster addresses of Services are.
	ServiceRange string `json:"serviceRange"`
	// Processes are the started programs with their ids.
	Processes map[string]int `json:"processes"`
	// Milliseconds is how long it took to start.
	Milliseconds int64 `json:"milliseconds"`
}

// plane is a running control plane.
type plane struct {
	summary   summary
	directory string
	processes []*process
	// died hears of programs that ended by themselves.
	died chan *process
}

// errEnded says that the end was asked for before all was ready, errDied that a program ended by itself.
var (
	errEnded = errors.New("ended before it was ready")
	errDied  = errors.New("ended by itself")
)

// start starts a control plane and waits until it is ready.
func start(s settings, end <-chan struct{}) (started *plane, err error) {
	begun := time.Now()
	directory, err := os.MkdirTemp("", "gitopsc-control-plane-")
	if err != nil {
		return nil, err
	}
	p := &plane{directory: directory, died: make(chan *process, 8)}
	defer func() {
		if err != nil {
			p.stop()
		}
	}()
	files, err := prepare(directory, s)
	if err != nil {
		return nil, err
	}
	deadline := begun.Add(s.patience)
	if err := p.launch(s, files, end, deadline); err != nil {
		return nil, err
	}
	p.summary = summary{
		Server:       files.server(),
		Kubeconfig:   files.kubeconfig(),
		CA:           files.path("ca.crt"),
		Token:        files.token,
		Directory:    directory,
		Kubectl:      optional(s.assets, "kubectl"),
		ServiceRange: s.services,
		Processes:    map[string]int{},
		Milliseconds: time.Since(begun).Milliseconds(),
	}
	for _, process := range p.processes {
		p.summary.Processes[process.name] = process.id()
	}
	return p, nil
}

// launch starts the programs in their order, each when what it needs answers.
func (p *plane) launch(s settings, f files, end <-chan struct{}, deadline time.Time) error {
	client, err := newClient(f)
	if err != nil {
		return err
	}
	programs, err := find(s)
	if err != nil {
		return err
	}
	wait := func(what string, ready func() bool) error { return p.until(what, ready, end, deadline) }
	if err := p.spawn("etcd", programs["etcd"], etcdArguments(f)); err != nil {
		return err
	}
	if err := p.spawn("kube-apiserver", programs["kube-apiserver"], apiServerArguments(f, s)); err != nil {
		return err
	}
	if err := wait("the API server", client.ready); err != nil {
		return err
	}
	for _, part := range parts {
		if s.without[part.short] {
			continue
		}
		if err := p.spawn(part.program, programs[part.program], part.arguments(f, s)); err != nil {
			return err
		}
	}
	if !s.without["controller-manager"] {
		if err := wait("service accounts", client.hasDefaultServiceAccount); err != nil {
			return err
		}
	}
	if s.without["kwok"] {
		return nil
	}
	if err := client.createNode(); err != nil {
		return err
	}
	return wait("the node", client.nodeReady)
}

// until waits for ready, but not longer than everything lives, nor past the deadline.
func (p *plane) until(what string, ready func() bool, end <-chan struct{}, deadline time.Time) error {
	for {
		if ready() {
			return nil
		}
		select {
		case <-end:
			return errEnded
		case process := <-p.died:
			return fmt.Errorf("%s %w\n%s", process.name, errDied, process.lastWords())
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s was not ready in time; logs:\n%s", what, p.lastWords())
		}
	}
}

// wait waits until the end is asked for; a program that ends earlier is an error.
func (p *plane) wait(end <-chan struct{}) error {
	select {
	case <-end:
		return nil
	case process := <-p.died:
		return fmt.Errorf("%s %w\n%s", process.name, errDied, process.lastWords())
	}
}

func (p *plane) spawn(name, program string, arguments []string) error {
	process, err := spawn(name, program, arguments, filepath.Join(p.directory, name+".log"), p.died)
	if err == nil {
		p.processes = append(p.processes, process)
	}
	return err
}

func (p *plane) lastWords() string {
	words := ""
	for _, process := range p.processes {
		words += process.lastWords()
	}
	return words
}

// stop ends all programs, those first that use the others, and removes all files. There is nothing to save.
func (p *plane) stop() {
	for at := len(p.processes) - 1; at >= 0; at-- {
		p.processes[at].kill()
	}
	for _, process := range p.processes {
		<-process.done
	}
	_ = os.RemoveAll(p.directory)
}
