package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"filippo.io/age/armor"
	"github.com/getsops/sops/v3"
	"github.com/getsops/sops/v3/aes"
	"github.com/getsops/sops/v3/cmd/sops/common"
	"github.com/getsops/sops/v3/config"
	"github.com/getsops/sops/v3/keyservice"
	"github.com/getsops/sops/v3/logging"
	"github.com/sirupsen/logrus"
)

// open is what `sops -d` does: decrypt.DataWithFormat of sops, with its order of keys.
func (c testCase) open(data []byte) (out []byte, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("sops panics: %v", problem)
		}
	}()
	if c.isAge() {
		return c.openWithAge(data)
	}
	store := common.StoreForFormat(c.format(), config.NewStoresConfig())
	tree, err := store.LoadEncryptedFile(data)
	if err != nil {
		return nil, err
	}
	services := []keyservice.KeyServiceClient{keyservice.NewLocalClient()}
	key, err := tree.Metadata.GetDataKeyWithKeyServices(services, sops.DefaultDecryptionOrder)
	if err != nil {
		return nil, err
	}
	cipher := aes.NewCipher()
	mac, err := tree.Decrypt(key, cipher)
	if err != nil {
		return nil, err
	}
	original, err := cipher.Decrypt(tree.Metadata.MessageAuthenticationCode, key, tree.Metadata.LastModified.Format(time.RFC3339))
	if err != nil {
		return nil, err
	}
	if original != mac {
		return nil, sops.MacMismatch
	}
	return store.EmitPlainFile(tree.Branches)
}

var ageIdentities []age.Identity

func loadAgeIdentities(root string, names []string) {
	ageIdentities = nil
	for _, name := range names {
		text := must(os.ReadFile(keyFile(root, name)))
		if strings.HasPrefix(name, "ssh") {
			ageIdentities = append(ageIdentities, must(agessh.ParseIdentity(text)))
		} else {
			ageIdentities = append(ageIdentities, must(age.ParseIdentities(bytes.NewReader(text)))...)
		}
	}
}

func (c testCase) openWithAge(data []byte) ([]byte, error) {
	var in io.Reader = bytes.NewReader(data)
	if bytes.HasPrefix(data, []byte(armor.Header)) {
		in = armor.NewReader(in)
	}
	out, err := age.Decrypt(in, ageIdentities...)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(out)
}

// table collects verdicts and writes equal ones in a row as one line.
type table struct {
	out               strings.Builder
	kind, last        string
	first, next, unit int
}

func (t *table) add(kind string, at int, verdict string) {
	if kind == t.kind && verdict == t.last && at == t.next {
		t.next = at + t.unit
		return
	}
	t.flush()
	t.kind, t.last, t.first, t.next = kind, verdict, at, at+t.unit
}

func (t *table) flush() {
	if t.kind == "" {
		return
	}
	if t.next == t.first+t.unit {
		fmt.Fprintf(&t.out, "%s %d %s\n", t.kind, t.first, t.last)
	} else {
		fmt.Fprintf(&t.out, "%s %d-%d %s\n", t.kind, t.first, t.next-t.unit, t.last)
	}
	t.kind = ""
}

var encryptedValue = regexp.MustCompile(`ENC\[AES256_GCM,[^\]]*\]`)

// everyBit is how large a file may be for each of its bits to be flipped; of a larger one, one bit a byte is.
const everyBit = 1700

func (c testCase) verdicts() {
	if _, err := os.Stat(c.file("no-verdicts")); err == nil {
		return
	}
	fmt.Println("judging", c.path)
	logging.SetLevel(logrus.PanicLevel)
	data := must(os.ReadFile(c.encrypted()))
	t := &table{unit: 1}
	fmt.Fprintf(&t.out, "# What sops 3.13.3 and age 1.3.2 say to damaged copies; made by tools/oracles/sops.\n")

	undo := useKeys(c.root, []string{"age-third"})
	loadAgeIdentities(c.root, []string{"age-third"})
	t.add("wrong-key", 0, c.verdict(data, nil))
	undo()

	defer useKeys(c.root, c.keys())()
	if c.isAge() {
		loadAgeIdentities(c.root, c.keys())
	}
	original := must(c.open(data))
	c.flips(t, data, original)
	for at := range data {
		t.add("cut", at, c.verdict(data[:at], original))
	}
	c.swaps(t, data, original)
	t.flush()
	check(os.WriteFile(c.file("verdicts.txt"), []byte(t.out.String()), 0o644))
}

func (c testCase) verdict(data, original []byte) string {
	out, err := c.open(data)
	switch {
	case err != nil:
		return "refused"
	case bytes.Equal(out, original):
		return "same"
	}
	sum := sha256.Sum256(out)
	return bytesToHex(sum[:4])
}

func (c testCase) flips(t *table, data, original []byte) {
	t.flush()
	if len(data) > everyBit {
		t.unit = 8
	}
	for bit := 0; bit < len(data)*8; bit += t.unit {
		at := bit
		if t.unit == 8 {
			at += bit / 8 % 8
		}
		changed := bytes.Clone(data)
		changed[at/8] ^= 1 << (at % 8)
		t.add("flip", bit, c.verdict(changed, original))
	}
	t.flush()
	t.unit = 1
}

// swaps exchanges encrypted values, the checksum among them, and takes the checksum of another file.
func (c testCase) swaps(t *table, data, original []byte) {
	places := encryptedValue.FindAllIndex(data, -1)
	number := 0
	for i, a := range places {
		for _, b := range places[i+1:] {
			swapped := bytes.Join([][]byte{data[:a[0]], data[b[0]:b[1]], data[a[1]:b[0]], data[a[0]:a[1]], data[b[1]:]}, nil)
			t.add("swap", number, c.verdict(swapped, original))
			number++
		}
	}
	if len(places) > 0 {
		last := places[len(places)-1]
		foreign := must(os.ReadFile(c.file("../yaml_age/encrypted.yaml")))
		macs := encryptedValue.FindAll(foreign, -1)
		changed := bytes.Join([][]byte{data[:last[0]], macs[len(macs)-1], data[last[1]:]}, nil)
		t.add("foreign-mac", 0, c.verdict(changed, original))
	}
}
