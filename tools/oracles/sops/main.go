// What the real sops and age do, recorded for the tests of lib/sops and lib/yaml.
//
//	go run . keys DIR            makes the test keys that are not there yet
//	go run . encrypt DIR [CASE]  encrypts the plain file of cases that have no encrypted one, and decrypts it
//	go run . verdicts DIR [CASE] writes what sops says to damaged copies of each case
//	go run . samples DIR SEED COUNT
//	                             makes up files of all formats, encrypted by sops, with what it decrypts them to
//	go run . comments SEED COUNT makes up texts with what go-yaml reads of them
//
// DIR is lib/sops/testdata. `sops` and `age`, which `cargo xtask oracles install` gets, must be in PATH, and
// `gpg` for one key and one case.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func main() {
	if len(os.Args) < 3 {
		check(fmt.Errorf("see the head of main.go"))
	}
	directory := os.Args[2]
	switch os.Args[1] {
	case "keys":
		makeKeys(directory)
	case "encrypt":
		for _, c := range cases(directory, os.Args[3:]) {
			c.encrypt()
		}
	case "verdicts":
		for _, c := range cases(directory, os.Args[3:]) {
			c.verdicts()
		}
	case "samples":
		samples(directory, must(strconv.ParseInt(os.Args[3], 10, 64)), must(strconv.Atoi(os.Args[4])))
	case "comments":
		comments(must(strconv.ParseInt(directory, 10, 64)), must(strconv.Atoi(os.Args[3])))
	default:
		check(fmt.Errorf("no such command: %s", os.Args[1]))
	}
}
