package main

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"golang.org/x/crypto/ssh"
)

const note = "# A test key. It protects nothing.\n"

// keyFile is where the key of this name is.
func keyFile(directory, name string) string {
	matches := must(filepath.Glob(filepath.Join(directory, "keys", "test-key-"+name+".*")))
	for _, match := range matches {
		if !strings.HasSuffix(match, ".recipient") {
			return match
		}
	}
	return ""
}

// recipient is what a file is encrypted for so that the key of this name opens it.
func recipient(directory, name string) string {
	return strings.TrimSpace(string(must(os.ReadFile(filepath.Join(directory, "keys", "test-key-"+name+".recipient")))))
}

func makeKeys(directory string) {
	check(os.MkdirAll(filepath.Join(directory, "keys"), 0o755))
	put := func(name, extension string, make func() (secret, recipient string)) {
		if keyFile(directory, name) != "" {
			return
		}
		secret, recipient := make()
		base := filepath.Join(directory, "keys", "test-key-"+name)
		check(os.WriteFile(base+extension, []byte(secret), 0o644))
		check(os.WriteFile(base+".recipient", []byte(recipient+"\n"), 0o644))
	}
	for _, name := range []string{"age", "age-other", "age-third"} {
		put(name, ".txt", func() (string, string) {
			key := must(age.GenerateX25519Identity())
			return note + key.String() + "\n", key.Recipient().String()
		})
	}
	put("age-pq", ".txt", func() (string, string) {
		key := must(age.GenerateHybridIdentity())
		return note + key.String() + "\n", key.Recipient().String()
	})
	put("ssh-ed25519", ".pem", func() (string, string) { return sshKey(must2(ed25519.GenerateKey(rand.Reader)), "") })
	put("ssh-rsa", ".pem", func() (string, string) { return sshKey(must(rsa.GenerateKey(rand.Reader, 2048)), "") })
	put("ssh-protected", ".pem", func() (string, string) {
		return sshKey(must2(ed25519.GenerateKey(rand.Reader)), "passphrase")
	})
	put("pgp-rsa", ".asc", func() (string, string) {
		return pgpKey(&packet.Config{RSABits: 2048, Algorithm: packet.PubKeyAlgoRSA}, "")
	})
	put("pgp-curve25519", ".asc", func() (string, string) {
		return pgpKey(&packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, Curve: packet.Curve25519}, "")
	})
	put("pgp-gnupg", ".asc", gnuPGKey)
	put("pgp-protected", ".asc", func() (string, string) {
		return pgpKey(&packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, Curve: packet.Curve25519}, "passphrase")
	})
}

func must2[A, B any](_ A, value B, err error) B {
	check(err)
	return value
}

func sshKey(key crypto.Signer, passphrase string) (string, string) {
	var block *pem.Block
	if passphrase == "" {
		block = must(ssh.MarshalPrivateKey(key, "test key"))
	} else {
		block = must(ssh.MarshalPrivateKeyWithPassphrase(key, "test key", []byte(passphrase)))
	}
	public := must(ssh.NewPublicKey(key.Public()))
	return string(pem.EncodeToMemory(block)), strings.TrimSpace(string(ssh.MarshalAuthorizedKey(public)))
}

func pgpKey(config *packet.Config, passphrase string) (string, string) {
	entity := must(openpgp.NewEntity("Test key", "protects nothing", "test@example.com", config))
	if passphrase != "" {
		check(entity.EncryptPrivateKeys([]byte(passphrase), config))
	}
	var out bytes.Buffer
	w := must(armor.Encode(&out, openpgp.PrivateKeyType, nil))
	check(entity.SerializePrivateWithoutSigning(w, config))
	check(w.Close())
	fingerprint := strings.ToUpper(bytesToHex(entity.PrimaryKey.Fingerprint))
	return out.String() + "\n", fingerprint
}

// gnuPGKey makes a key with what GnuPG proposes, and exports it as users do.
func gnuPGKey() (string, string) {
	home := must(os.MkdirTemp("", "sops-oracle"))
	defer func() { check(os.RemoveAll(home)) }()
	check(os.Setenv("GNUPGHOME", home))
	defer stopGnuPG()
	const user = "Test key (protects nothing) <test@example.com>"
	run("gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", user, "default", "default", "never")
	secret := run("gpg", "--batch", "--armor", "--export-secret-keys")
	for _, line := range strings.Split(string(run("gpg", "--batch", "--with-colons", "--list-secret-keys")), "\n") {
		if fields := strings.Split(line, ":"); fields[0] == "fpr" {
			return string(secret), fields[9]
		}
	}
	check(errors.New("GnuPG shows no key"))
	return "", ""
}

func bytesToHex(in []byte) string {
	const digits = "0123456789abcdef"
	var out strings.Builder
	for _, b := range in {
		out.WriteByte(digits[b>>4])
		out.WriteByte(digits[b&15])
	}
	return out.String()
}

// useKeys makes exactly these keys known to sops.
func useKeys(directory string, names []string) (cleanup func()) {
	home := must(os.MkdirTemp("", "sops-oracle"))
	var ageKeys strings.Builder
	var ring, public bytes.Buffer
	for _, name := range []string{"SOPS_AGE_KEY", "SOPS_AGE_KEY_FILE", "SOPS_AGE_SSH_PRIVATE_KEY_FILE"} {
		check(os.Unsetenv(name))
	}
	for _, name := range names {
		switch {
		case strings.HasPrefix(name, "age"):
			ageKeys.Write(must(os.ReadFile(keyFile(directory, name))))
		case strings.HasPrefix(name, "ssh"):
			check(os.Setenv("SOPS_AGE_SSH_PRIVATE_KEY_FILE", keyFile(directory, name)))
		case strings.HasPrefix(name, "pgp"):
			for _, entity := range must(openpgp.ReadArmoredKeyRing(must(os.Open(keyFile(directory, name))))) {
				check(entity.SerializePrivateWithoutSigning(&ring, nil))
				check(entity.Serialize(&public))
			}
		}
	}
	if ageKeys.Len() > 0 {
		file := filepath.Join(home, "keys.txt")
		check(os.WriteFile(file, []byte(ageKeys.String()), 0o600))
		check(os.Setenv("SOPS_AGE_KEY_FILE", file))
	}
	check(os.WriteFile(filepath.Join(home, "secring.gpg"), ring.Bytes(), 0o600))
	check(os.WriteFile(filepath.Join(home, "pubring.gpg"), public.Bytes(), 0o600))
	check(os.Setenv("GNUPGHOME", home))
	check(os.Setenv("HOME", home))
	check(os.Setenv("XDG_CONFIG_HOME", home))
	check(os.Setenv("SOPS_GPG_EXEC", "false"))
	return func() { check(os.RemoveAll(home)) }
}

// useGnuPG hands these PGP keys to GnuPG and hides them from sops' own PGP.
func useGnuPG(directory string, names []string) (cleanup func()) {
	removeHome := useKeys(directory, nil)
	home := os.Getenv("GNUPGHOME")
	check(os.Remove(filepath.Join(home, "secring.gpg")))
	check(os.Remove(filepath.Join(home, "pubring.gpg")))
	check(os.Setenv("SOPS_GPG_EXEC", "gpg"))
	for _, name := range names {
		run("gpg", "--batch", "--quiet", "--import", keyFile(directory, name))
	}
	return func() {
		stopGnuPG()
		removeHome()
	}
}

// stopGnuPG ends what GnuPG has started. With a pipe of ours it would wait for itself.
func stopGnuPG() { check(exec.Command("gpgconf", "--kill", "gpg-agent").Run()) }
