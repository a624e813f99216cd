package main

import (
	"bufio"
	"encoding/json"
	"math/rand"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/getsops/sops/v3"
	"github.com/getsops/sops/v3/aes"
	"github.com/getsops/sops/v3/age"
	"github.com/getsops/sops/v3/cmd/sops/common"
	"github.com/getsops/sops/v3/cmd/sops/formats"
	"github.com/getsops/sops/v3/config"
	"github.com/getsops/sops/v3/keys"
	"github.com/getsops/sops/v3/logging"
	"github.com/sirupsen/logrus"
)

// sample is an encrypted file with what sops decrypts it to, or null where sops refuses what it wrote itself.
type sample struct {
	Format    string  `json:"format"`
	Encrypted string  `json:"encrypted"`
	Decrypted *string `json:"decrypted"`
}

// rules are ways to say what is encrypted.
var rules = []sops.Metadata{
	{UnencryptedSuffix: "_unencrypted"},
	{UnencryptedSuffix: "_unencrypted"},
	{EncryptedRegex: "^(a|c|s).*[0-4]$"},
	{UnencryptedRegex: "^(a|c|s).*[0-4]$", MACOnlyEncrypted: true},
	{EncryptedSuffix: "1"},
	{EncryptedCommentRegex: "[0-4]$"},
	{UnencryptedCommentRegex: "[0-4]$"},
}

// samples writes `count` made-up files that the key `age` opens, one a line.
func samples(root string, seed int64, count int) {
	logging.SetLevel(logrus.PanicLevel)
	defer useKeys(root, []string{"age"})()
	random := rand.New(rand.NewSource(seed))
	w := sampleWriter{writer{random: random}}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for done := 0; done < count; {
		format := w.one("yaml", "json", "ini", "dotenv")
		encrypted, ok := w.encrypted(root, format)
		if !ok {
			continue
		}
		done++
		result := sample{Format: format, Encrypted: string(encrypted)}
		plain := "plain." + strings.Replace(format, "dotenv", "env", 1)
		if opened, err := (testCase{root, root, plain}).open(encrypted); err == nil {
			text := string(opened)
			if !utf8.ValidString(text) {
				continue
			}
			result.Decrypted = &text
		}
		check(encoder.Encode(result))
	}
}

func (w *sampleWriter) encrypted(root, format string) (out []byte, ok bool) {
	defer func() {
		// Some of what it reads sops cannot write.
		if recover() != nil {
			out, ok = nil, false
		}
	}()
	store := common.StoreForFormat(formats.FormatFromString(format), config.NewStoresConfig())
	branches, err := store.LoadPlainFile([]byte(w.plain(format)))
	if err != nil || len(branches) == 0 || store.HasSopsTopLevelKey(branches[0]) {
		return nil, false
	}
	metadata := rules[w.random.Intn(len(rules))]
	metadata.Version = "3.13.3"
	key := must(age.MasterKeyFromRecipient(recipient(root, "age")))
	metadata.KeyGroups = []sops.KeyGroup{[]keys.MasterKey{key}}
	tree := sops.Tree{Branches: branches, Metadata: metadata}
	data, errs := tree.GenerateDataKey()
	if len(errs) > 0 {
		return nil, false
	}
	err = common.EncryptTree(common.EncryptTreeOpts{DataKey: data, Tree: &tree, Cipher: aes.NewCipher()})
	if err != nil {
		return nil, false
	}
	out, err = store.EmitEncryptedFile(tree)
	return out, err == nil && utf8.Valid(out)
}

// sampleWriter makes up plain files.
type sampleWriter struct{ writer }

func (w *sampleWriter) plain(format string) string {
	switch format {
	case "json":
		return w.jsonText()
	case "ini":
		return w.lines(w.iniLine)
	case "dotenv":
		return w.lines(w.dotenvLine)
	}
	return w.text()
}

func (w *sampleWriter) lines(line func() string) string {
	var text strings.Builder
	for i := w.random.Intn(8); i >= 0; i-- {
		text.WriteString(line())
		text.WriteString(w.one("\n", "\n", "\n", "\n", "\n", "\n", "\n", "\n", "\n", "\r\n", "\n\n", ""))
	}
	return text.String()
}

func (w *sampleWriter) name() string {
	return w.one("a", "b", "c", "secret", "A_B", "x.y", "k-1", "é") + w.one("", "0", "1", "5", "_unencrypted")
}

func (w *sampleWriter) phrase() string {
	var text strings.Builder
	for i := w.random.Intn(4); i > 0; i-- {
		text.WriteString(w.one("v", "1", " ", "  ", "=", ":", "#", ";", "'", "\"", "`", "\\", "\\n", "\\\\n", "$A", "é",
			"[x]", "]", "\"\"\"", "word", "true", "0x1F", "1e3", "\t", "${a}", "%(a)s", "\\\"", "🔑"))
	}
	return text.String()
}

func (w *sampleWriter) iniLine() string {
	switch n := w.random.Intn(100); {
	case n < 18:
		return w.one("", " ") + "[" + w.one(w.name(), w.name(), w.name()+" x", "DEFAULT", "a.b", "\"q\"", " s ") + "]" + w.one("", "", " ; c", " x")
	case n < 30:
		return w.one("", "", "  ") + w.one("# ", ";", "#", "; ") + w.phrase()
	case n < 34:
		return w.one("", " ", "\t", "- = x", "-=y", "alone", "= v", "\"k\" = v", "`k`=v", "\"\"\"k\"\"\"=v", "'k'=v")
	case n < 40:
		quote := w.one("\"\"\"", "`", "\"", "'")
		return w.name() + " = " + quote + w.phrase() + w.one("\n", " ") + w.phrase() + quote
	case n < 44:
		return w.name() + " = " + w.phrase() + "\\\n  " + w.phrase()
	}
	return w.one("", "", " ") + w.name() + w.one("=", " = ", ": ", ":", "  =  ") + w.phrase() + w.one("", "", " ; c", " # c")
}

func (w *sampleWriter) dotenvLine() string {
	if w.chance(20) {
		return w.one("", " ") + "#" + w.one("", " ") + w.phrase()
	}
	return w.one("", "", "", " ", "export ") + w.name() + w.one("=", "=", "=", " = ", "= ") + w.phrase()
}

func (w *sampleWriter) jsonText() string {
	var text strings.Builder
	w.jsonValue(&text, 0)
	return text.String() + w.one("\n", "", " ", "")
}

func (w *sampleWriter) space() string { return w.one("", "", "", " ", "\n  ", "\t", "\r\n") }

func (w *sampleWriter) jsonString() string {
	var text strings.Builder
	for i := w.random.Intn(4); i > 0; i-- {
		text.WriteString(w.one("a", "b", "1", " ", "é", "\\n", "\\t", "\\\"", "\\\\", "\\/", "\\u00e9", "\\ud83d\\udd11",
			"\\ud83d", "\\u0000", "\\u2028", "<", "&", "'", "#", ": ", "- ", "🔑", "\\b\\f", "\u2028", "\x7f", "{", "yes"))
	}
	return "\"" + text.String() + "\""
}

func (w *sampleWriter) jsonValue(text *strings.Builder, depth int) {
	switch n := w.random.Intn(100); {
	case depth == 0 || n < 20 && depth < 4:
		text.WriteString("{" + w.space())
		for i := w.random.Intn(5); i > 0; i-- {
			text.WriteString(w.one(w.jsonString(), "\""+w.name()+"\"", "\""+w.name()+"\"") + w.space() + ":" + w.space())
			w.jsonValue(text, depth+1)
			if i > 1 {
				text.WriteString("," + w.space())
			}
		}
		text.WriteString(w.space() + "}")
	case n < 35 && depth < 4:
		text.WriteString("[" + w.space())
		for i := w.random.Intn(4); i > 0; i-- {
			w.jsonValue(text, depth+1)
			if i > 1 {
				text.WriteString("," + w.space())
			}
		}
		text.WriteString("]" + w.space())
	case n < 60:
		text.WriteString(w.one("0", "-0", "1", "-17", "1.0", "1.50", "1e3", "1E+21", "1e-7", "123456789012345678", "9007199254740993",
			"18446744073709551615", "9223372036854775808", "0.1", "-0.0", "1e400", "3.14159265358979323846", "1e20", "100000000000000000000000"))
	case n < 70:
		text.WriteString(w.one("true", "false", "null"))
	default:
		text.WriteString(w.jsonString())
	}
}
