//go:build !linux

package main

import "os/exec"

// tie does nothing where the system has no way to end a program with the one that started it.
func tie(*exec.Cmd) {}

func killGroup(command *exec.Cmd) {
	_ = command.Process.Kill()
}
