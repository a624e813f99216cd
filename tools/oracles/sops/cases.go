package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/getsops/sops/v3/cmd/sops/formats"
)

// testCase is a folder: `plain.EXT`, `rules.yaml` (a .sops.yaml in which @NAME stands for a key's recipient) or
// `recipients` (for age itself), `keys` (the names of the keys that open it), and what is made of them.
// A file `gnupg` says that GnuPG has to encrypt the data key.
type testCase struct {
	root, path string
	plain      string
}

func cases(directory string, names []string) (found []testCase) {
	for _, plain := range must(filepath.Glob(filepath.Join(directory, "cases", "*", "plain.*"))) {
		path := filepath.Dir(plain)
		if len(names) == 0 || slices.Contains(names, filepath.Base(path)) {
			found = append(found, testCase{directory, path, plain})
		}
	}
	return found
}

func (c testCase) file(name string) string { return filepath.Join(c.path, name) }

func (c testCase) extension() string { return filepath.Ext(c.plain) }

func (c testCase) keys() []string { return strings.Fields(string(must(os.ReadFile(c.file("keys"))))) }

// isAge says whether the file as a whole is encrypted by age.
func (c testCase) isAge() bool {
	_, err := os.Stat(c.file("recipients"))
	return err == nil
}

// isGnuPG says whether GnuPG encrypts the data key, and not sops' own PGP.
func (c testCase) isGnuPG() bool {
	_, err := os.Stat(c.file("gnupg"))
	return err == nil
}

func (c testCase) encrypted() string {
	if c.isAge() {
		return c.file("encrypted" + c.extension() + ".age")
	}
	return c.file("encrypted" + c.extension())
}

func (c testCase) format() formats.Format { return formats.FormatForPath(c.plain) }

var placeholder = regexp.MustCompile(`@[a-z0-9-]+`)

func (c testCase) expand(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(name string) string { return recipient(c.root, name[1:]) })
}

func run(name string, arguments ...string) []byte {
	command := exec.Command(name, arguments...)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		check(fmt.Errorf("%s %v: %w\n%s", name, arguments, err, stderr.String()))
	}
	return out
}

func (c testCase) encrypt() {
	if _, err := os.Stat(c.encrypted()); err != nil {
		fmt.Println("encrypting", c.path)
		c.encryptAnew()
	}
	c.decrypt()
}

func (c testCase) encryptAnew() {
	if c.isGnuPG() {
		defer useGnuPG(c.root, c.keys())()
	} else {
		defer useKeys(c.root, append([]string{"pgp-rsa", "pgp-curve25519"}, c.keys()...))()
	}
	if c.isAge() {
		c.encryptWithAge()
	} else {
		c.encryptWithSops()
	}
}

func (c testCase) encryptWithSops() {
	folder := must(os.MkdirTemp("", "sops-rules"))
	defer func() { check(os.RemoveAll(folder)) }()
	rules := filepath.Join(folder, ".sops.yaml")
	check(os.WriteFile(rules, []byte(c.expand(string(must(os.ReadFile(c.file("rules.yaml")))))), 0o600))
	encrypted := run("sops", "--config", rules, "encrypt", c.plain)
	if edit, err := os.ReadFile(c.file("added-metadata.yaml")); err == nil {
		encrypted = append(encrypted, edit...)
	}
	check(os.WriteFile(c.encrypted(), encrypted, 0o644))
}

func (c testCase) encryptWithAge() {
	arguments := []string{"-o", c.encrypted()}
	for _, word := range strings.Fields(string(must(os.ReadFile(c.file("recipients"))))) {
		if word == "armor" {
			arguments = append(arguments, "--armor")
		} else {
			arguments = append(arguments, "-r", c.expand(word))
		}
	}
	run("age", append(arguments, c.plain)...)
}

// decrypt records what the programs make of the encrypted file, in every format that sops writes it in.
func (c testCase) decrypt() {
	defer useKeys(c.root, c.keys())()
	if c.isAge() {
		return
	}
	out := run("sops", "--decryption-order", "age,pgp", "decrypt", c.encrypted())
	check(os.WriteFile(c.file("decrypted"+c.extension()), out, 0o644))
	for _, format := range []string{"binary", "dotenv", "ini", "json", "yaml"} {
		file := c.file("as." + format)
		_ = os.Remove(file)
		if formats.FormatFromString(format) == c.format() {
			continue
		}
		out, err := exec.Command("sops", "--decryption-order", "age,pgp", "decrypt", "--output-type", format, c.encrypted()).Output()
		if err == nil {
			check(os.WriteFile(file, out, 0o644))
		}
	}
}
