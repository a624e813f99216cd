package main

import (
	"os/exec"
	"syscall"
)

// tie gives the program a group of its own, and ends it with us, however we end.
func tie(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

func killGroup(command *exec.Cmd) {
	_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
}
