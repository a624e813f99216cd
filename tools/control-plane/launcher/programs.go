package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// part is a program that may be left out.
type part struct {
	short, program string
	arguments      func(files, settings) []string
}

var parts = []part{
	{"controller-manager", "kube-controller-manager", controllerManagerArguments},
	{"scheduler", "kube-scheduler", schedulerArguments},
	{"kwok", "kwok", kwokArguments},
}

// find gives the paths of all programs that are to be started; all that are missing are told at once.
func find(s settings) (map[string]string, error) {
	wanted := []string{"etcd", "kube-apiserver"}
	for _, part := range parts {
		if !s.without[part.short] {
			wanted = append(wanted, part.program)
		}
	}
	found := map[string]string{}
	var missing []string
	for _, name := range wanted {
		if found[name] = optional(s.assets, name); found[name] == "" {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("not found in --assets: %s", strings.Join(missing, ", "))
	}
	return found, nil
}

// optional is the path of a program in the first folder that has it, or nothing.
func optional(assets []string, name string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	for _, folder := range assets {
		path := filepath.Join(folder, name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	return ""
}

func etcdArguments(f files) []string {
	return []string{
		"--name=default",
		"--data-dir=" + f.path("etcd"),
		"--listen-client-urls=" + f.etcd(),
		"--advertise-client-urls=" + f.etcd(),
		// Nobody joins, so any port will do.
		"--listen-peer-urls=http://127.0.0.1:0",
		// A test that the machine loses power in is lost anyway.
		"--unsafe-no-fsync",
		"--log-level=warn",
	}
}

func apiServerArguments(f files, s settings) []string {
	arguments := []string{
		"--etcd-servers=" + f.etcd(),
		"--bind-address=127.0.0.1",
		"--advertise-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", f.apiPort),
		// Endpoints must not be loopback addresses, so that of the server itself would be refused.
		"--endpoint-reconciler-type=none",
		"--cert-dir=" + f.path("apiserver"),
		"--tls-cert-file=" + f.path("server.crt"),
		"--tls-private-key-file=" + f.path("server.key"),
		"--client-ca-file=" + f.path("ca.crt"),
		"--service-account-key-file=" + f.path("accounts.key"),
		"--service-account-signing-key-file=" + f.path("accounts.key"),
		"--service-account-issuer=https://kubernetes.default.svc",
		"--token-auth-file=" + f.path("tokens.csv"),
		"--authorization-mode=RBAC",
		"--service-cluster-ip-range=" + s.services,
		"--allow-privileged=true",
	}
	if s.without["controller-manager"] {
		// Nobody makes the service accounts that it would wait for.
		arguments = append(arguments, "--disable-admission-plugins=ServiceAccount")
	}
	return append(arguments, s.apiServer...)
}

func controllerManagerArguments(f files, _ settings) []string {
	return []string{
		"--kubeconfig=" + f.kubeconfig(),
		"--service-account-private-key-file=" + f.path("accounts.key"),
		"--root-ca-file=" + f.path("ca.crt"),
		"--use-service-account-credentials=true",
		"--leader-elect=false",
		// Nodes that are played never fail. On a busy machine their heartbeats are late, and pods that are called
		// not ready for that stay so: nobody plays that they recover.
		"--node-monitor-grace-period=24h",
		"--secure-port=0",
		// As fast as the API server lets it: tests wait for what it does.
		"--kube-api-qps=1000",
		"--kube-api-burst=2000",
	}
}

func schedulerArguments(f files, _ settings) []string {
	return []string{
		"--kubeconfig=" + f.kubeconfig(),
		"--leader-elect=false",
		"--secure-port=0",
		"--kube-api-qps=1000",
		"--kube-api-burst=2000",
	}
}

func kwokArguments(f files, s settings) []string {
	arguments := []string{
		"--kubeconfig=" + f.kubeconfig(),
		"--manage-all-nodes=true",
		"--node-ip=127.0.0.1",
		// As kubelets do it. Without leases nodes are given up after 50 s, and their pods are not ready any more.
		"--node-lease-duration-seconds=40",
		// It serves no logs and no metrics, so that no port is taken.
		"--node-port=0",
	}
	stages, _ := filepath.Glob(filepath.Join(s.stages, "*.yaml"))
	for _, stage := range stages {
		arguments = append(arguments, "--config="+stage)
	}
	return arguments
}
