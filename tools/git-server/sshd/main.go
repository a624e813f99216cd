// The program serves one SSH connection on its standard input, which is a socket, as `sshd -i` does. It takes the place of
// OpenSSH's server in tests where that is not installed.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/crypto/ssh"
)

func main() {
	hostKeys := flag.String("host-keys", "", "files of private keys, separated by commas")
	allowed := flag.String("allowed", "", "file of the public key that is let in")
	env := flag.String("accept-env", "", "the variable that a client may set")
	flag.Parse()
	if err := serve(strings.Split(*hostKeys, ","), *allowed, *env); err != nil {
		log.Fatal(err)
	}
}

func serve(hostKeys []string, allowed, env string) error {
	config, err := configuration(hostKeys, allowed)
	if err != nil {
		return err
	}
	stream, err := net.FileConn(os.Stdin)
	if err != nil {
		return err
	}
	connection, channels, requests, err := ssh.NewServerConn(stream, config)
	if err != nil {
		return err
	}
	defer connection.Close()
	go ssh.DiscardRequests(requests)
	for asked := range channels {
		if asked.ChannelType() != "session" {
			_ = asked.Reject(ssh.UnknownChannelType, "only sessions are served")
			continue
		}
		channel, requests, err := asked.Accept()
		if err != nil {
			return err
		}
		go session(channel, requests, env)
	}
	return nil
}

func configuration(hostKeys []string, allowed string) (*ssh.ServerConfig, error) {
	line, err := os.ReadFile(allowed)
	if err != nil {
		return nil, err
	}
	known, _, _, _, err := ssh.ParseAuthorizedKey(line)
	if err != nil {
		return nil, err
	}
	config := &ssh.ServerConfig{
		PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			if !bytes.Equal(key.Marshal(), known.Marshal()) {
				return nil, errors.New("another key")
			}
			return nil, nil
		},
	}
	for _, file := range hostKeys {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		key, err := ssh.ParsePrivateKey(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		config.AddHostKey(key)
	}
	return config, nil
}

// session runs the one program that is asked for, by a shell.
func session(channel ssh.Channel, requests <-chan *ssh.Request, env string) {
	var variables []string
	for request := range requests {
		switch request.Type {
		case "env":
			var set struct{ Name, Value string }
			taken := ssh.Unmarshal(request.Payload, &set) == nil && set.Name == env
			if taken {
				variables = append(variables, set.Name+"="+set.Value)
			}
			answer(request, taken)
		case "exec":
			var asked struct{ Command string }
			understood := ssh.Unmarshal(request.Payload, &asked) == nil
			answer(request, understood)
			if understood {
				go run(channel, asked.Command, variables)
			}
		default:
			answer(request, false)
		}
	}
}

func run(channel ssh.Channel, command string, variables []string) {
	program := exec.Command("sh", "-c", command)
	program.Env = append(os.Environ(), variables...)
	program.Stdout, program.Stderr = channel, channel.Stderr()
	// It may end before the client says anything.
	input, err := program.StdinPipe()
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		_, _ = io.Copy(input, channel)
		_ = input.Close()
	}()
	// What it printed is all that a client of Git looks at.
	if err := program.Start(); err != nil {
		log.Fatal(err)
	}
	_ = program.Wait()
	status := struct{ Status uint32 }{uint32(max(program.ProcessState.ExitCode(), 0))}
	_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(&status))
	_ = channel.Close()
}

func answer(request *ssh.Request, taken bool) {
	if request.WantReply {
		_ = request.Reply(taken, nil)
	}
}
