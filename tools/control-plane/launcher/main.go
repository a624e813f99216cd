// The launcher starts a real Kubernetes control plane on free loopback ports, says in one line of JSON how
// to reach it, and ends it when its own standard input closes. Whoever started it holds the other end, so
// that nothing outlives a test that was killed.
//
// It knows no test and no package of Kubernetes: it starts programs, and talks to the API server as any
// client does.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// settings are what the command line asks for.
type settings struct {
	// assets are the folders in which programs are looked for, in this order.
	assets []string
	// without names programs that are not started.
	without map[string]bool
	// stages is the folder of Stage objects that tell kwok what its nodes and pods do.
	stages string
	// services is the range of the cluster addresses of Services.
	services string
	// whileExists is a file; once it is gone, all ends. Empty: standard input decides.
	whileExists string
	// apiServer are further arguments of kube-apiserver.
	apiServer []string
	// patience is how long starting may take.
	patience time.Duration
}

// attempts is how often a start is tried: a port that was free may be taken a moment later.
const attempts = 3

func main() {
	// Linux ends a child with the thread that started it. The main thread lives as long as the process.
	runtime.LockOSThread()
	settings, err := arguments()
	if err == nil {
		err = run(settings)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "control plane:", err)
		os.Exit(1)
	}
}

func arguments() (settings, error) {
	s := settings{without: map[string]bool{}}
	add := func(to *[]string) func(string) error {
		return func(value string) error {
			*to = append(*to, value)
			return nil
		}
	}
	flag.Func("assets", "a folder with programs; may be repeated, the first that has one wins", add(&s.assets))
	flag.Func("api-server-flag", "a further argument of kube-apiserver; may be repeated", add(&s.apiServer))
	without := flag.String("without", "", "programs not to start: kwok,scheduler,controller-manager")
	flag.StringVar(&s.stages, "stages", "", "the folder of Stage objects for kwok")
	flag.StringVar(&s.services, "service-cluster-ip-range", "127.96.0.0/16", "addresses of Services")
	flag.StringVar(&s.whileExists, "while-exists", "", "end when this file is gone, instead of when standard input closes")
	flag.DurationVar(&s.patience, "patience", time.Minute, "how long starting may take")
	flag.Parse()
	if flag.NArg() > 0 {
		return s, fmt.Errorf("what is %s?", flag.Arg(0))
	}
	for _, name := range strings.FieldsFunc(*without, func(r rune) bool { return r == ',' }) {
		if name != "kwok" && name != "scheduler" && name != "controller-manager" {
			return s, fmt.Errorf("a control plane without %s cannot be", name)
		}
		s.without[name] = true
	}
	return s, nil
}

func run(s settings) error {
	end := ended(s)
	for attempt := 1; ; attempt++ {
		plane, err := start(s, end)
		if err == nil {
			defer plane.stop()
			if err := json.NewEncoder(os.Stdout).Encode(plane.summary); err != nil {
				return err
			}
			return plane.wait(end)
		}
		if errors.Is(err, errEnded) {
			return nil
		}
		if attempt == attempts || !errors.Is(err, errDied) {
			return err
		}
		fmt.Fprintln(os.Stderr, "control plane: trying again:", err)
	}
}

// ended gives a channel that is closed once all is to end.
func ended(s settings) <-chan struct{} {
	end := make(chan struct{})
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	wish := make(chan struct{})
	go func() {
		defer close(wish)
		if s.whileExists == "" {
			// What is read is of no interest, only that it ends.
			_, _ = io.Copy(io.Discard, os.Stdin)
			return
		}
		for {
			if _, err := os.Stat(s.whileExists); os.IsNotExist(err) {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
	}()
	go func() {
		defer close(end)
		select {
		case <-signals:
		case <-wish:
		}
	}()
	return end
}
