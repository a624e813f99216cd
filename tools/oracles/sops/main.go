// What the real sops does, recorded for the tests of lib/sops.
package main

import (
	"fmt"
	"os"
	"strconv"

	_ "github.com/getsops/sops/v3/decrypt"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	switch os.Args[1] {
	case "comments":
		seed, err := strconv.ParseInt(os.Args[2], 10, 64)
		check(err)
		count, err := strconv.Atoi(os.Args[3])
		check(err)
		comments(seed, count)
	}
}
