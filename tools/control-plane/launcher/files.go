package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"path/filepath"
)

// files are what the programs share: a folder, ports, a token, certificates.
type files struct {
	directory         string
	etcdPort, apiPort int
	token             string
	authority         []byte
}

func (f files) path(name string) string { return filepath.Join(f.directory, name) }
func (f files) server() string          { return fmt.Sprintf("https://127.0.0.1:%d", f.apiPort) }
func (f files) etcd() string            { return fmt.Sprintf("http://127.0.0.1:%d", f.etcdPort) }
func (f files) kubeconfig() string      { return f.path("kubeconfig") }

// prepare chooses ports and writes all files that programs and clients need.
func prepare(directory string, s settings) (files, error) {
	f := files{directory: directory}
	ports, err := freePorts(2)
	if err != nil {
		return f, err
	}
	f.etcdPort, f.apiPort = ports[0], ports[1]
	secret := make([]byte, 16)
	if _, err := rand.Read(secret); err != nil {
		return f, err
	}
	f.token = hex.EncodeToString(secret)
	if f.authority, err = certificates(f, s); err != nil {
		return f, err
	}
	tokens := f.token + `,admin,admin,"system:masters"` + "\n"
	if err := os.WriteFile(f.path("tokens.csv"), []byte(tokens), 0o600); err != nil {
		return f, err
	}
	return f, os.WriteFile(f.kubeconfig(), []byte(kubeconfig(f)), 0o600)
}

// freePorts finds ports of loopback that are free now. All are held until the last is found, so that they differ.
func freePorts(count int) ([]int, error) {
	var ports []int
	for range count {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer listener.Close()
		ports = append(ports, listener.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

func kubeconfig(f files) string {
	return fmt.Sprintf(`apiVersion: v1
kind: Config
clusters:
- name: control-plane
  cluster:
    server: %s
    certificate-authority-data: %s
users:
- name: admin
  user:
    token: %s
contexts:
- name: control-plane
  context:
    cluster: control-plane
    user: admin
current-context: control-plane
`, f.server(), base64.StdEncoding.EncodeToString(f.authority), f.token)
}
