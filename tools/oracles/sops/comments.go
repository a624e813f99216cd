package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"os"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// node is what go-yaml reads, in the few words that the Rust side compares.
type node struct {
	Kind     string `json:"kind"`
	Tag      string `json:"tag,omitempty"`
	Style    string `json:"style,omitempty"`
	Text     string `json:"text,omitempty"`
	Head     string `json:"head,omitempty"`
	Line     string `json:"line,omitempty"`
	Foot     string `json:"foot,omitempty"`
	Children []node `json:"children,omitempty"`
}

// commentCase is a text with its documents, or null where go-yaml refuses it.
type commentCase struct {
	Text      string `json:"text"`
	Documents []node `json:"documents"`
}

var kinds = map[yaml.Kind]string{
	yaml.DocumentNode: "document", yaml.SequenceNode: "list", yaml.MappingNode: "map",
	yaml.ScalarNode: "scalar", yaml.AliasNode: "alias",
}

func styleOf(style yaml.Style) string {
	switch {
	case style&yaml.DoubleQuotedStyle != 0:
		return "double"
	case style&yaml.SingleQuotedStyle != 0:
		return "single"
	case style&yaml.LiteralStyle != 0:
		return "literal"
	case style&yaml.FoldedStyle != 0:
		return "folded"
	case style&yaml.FlowStyle != 0:
		return "flow"
	}
	return ""
}

func nodeOf(in *yaml.Node) node {
	out := node{
		Kind: kinds[in.Kind], Style: styleOf(in.Style), Text: in.Value,
		Head: in.HeadComment, Line: in.LineComment, Foot: in.FootComment,
	}
	if in.Kind == yaml.ScalarNode {
		out.Tag = in.ShortTag()
	}
	for _, child := range in.Content {
		out.Children = append(out.Children, nodeOf(child))
	}
	return out
}

func documentsOf(text string) (documents []node) {
	decoder := yaml.NewDecoder(strings.NewReader(text))
	documents = []node{}
	for {
		var document yaml.Node
		err := decoder.Decode(&document)
		if err == io.EOF {
			return documents
		}
		if err != nil {
			return nil
		}
		documents = append(documents, nodeOf(&document))
	}
}

// writer makes documents full of comments, most of them valid.
type writer struct {
	random *rand.Rand
	out    strings.Builder
}

func (w *writer) one(of ...string) string { return of[w.random.Intn(len(of))] }

func (w *writer) chance(percent int) bool { return w.random.Intn(100) < percent }

// noise writes comments and empty lines, mostly in the column of what follows.
func (w *writer) noise(indent int) {
	for w.chance(35) {
		column := indent
		if w.chance(25) {
			column = w.random.Intn(indent + 6)
		}
		switch {
		case w.chance(30):
			w.out.WriteString("\n")
		case w.chance(10):
			w.out.WriteString(strings.Repeat(" ", column) + "\n")
		default:
			w.out.WriteString(strings.Repeat(" ", column) + w.one("# c", "#", "#d", "# e: 1", "## f #") + fmt.Sprint(w.random.Intn(100)) + "\n")
		}
	}
}

func (w *writer) endLine() {
	if w.chance(20) {
		w.out.WriteString(w.one(" # x", "  #y", "\t# z", " #") + fmt.Sprint(w.random.Intn(100)))
	}
	w.out.WriteString(w.one("\n", "\n", "\n", "\n", "\n", "\n", "\n", "\r\n"))
}

func (w *writer) scalar() string {
	if w.chance(3) {
		return w.one("*anchor", "- ", "[a, {b: c}, [d]]", "{a: [b, c], d}", "? x", "[a: b]", "!e!x 1", "'", "a: b", "@")
	}
	return w.one("a", "1", "1.0", "true", "~", "\"q\"", "'s'", "''", "\"\"", "x y", "0x1F", "2001-01-01",
		"\"a#b\"", "'it''s'", "a#b", "!!str 5", "!x 5", "&anchor v", "\"\\u00e9\\t\"", "é", "null", "<<", "no",
		"[a, b]", "{a: b}", "[]", "{}", "! 7", "!!float 1", "'two\n\n    lines'", "\"two\\\n     lines\"")
}

func (w *writer) key() string {
	name := w.one("a", "b", "c", "key", "1", "é", "x y") + fmt.Sprint(w.random.Intn(50))
	if w.chance(3) {
		return w.one("true", "<<", "? x", "&a k", "!t k", "[a]", "{a: b}", "'k'x")
	}
	return w.one(name, name, name, "'"+name+"'", "\""+name+"\"")
}

func (w *writer) flow(indent int) {
	open, shut := "[", "]"
	mapping := w.chance(50)
	if mapping {
		open, shut = "{", "}"
	}
	w.out.WriteString(open)
	w.endLine()
	for i := w.random.Intn(3); i >= 0; i-- {
		w.noise(indent + 2)
		w.out.WriteString(strings.Repeat(" ", indent+2))
		if mapping {
			w.out.WriteString(w.one("a", "b", "\"c\"") + fmt.Sprint(i) + ": ")
		}
		w.out.WriteString(w.one("a", "\"b\"", "[x]", "{y: z}", "1"))
		if i > 0 || w.chance(30) {
			w.out.WriteString(w.one(",", ",", ",", " ,"))
		}
		w.endLine()
	}
	w.noise(indent + 2)
	w.out.WriteString(strings.Repeat(" ", indent) + shut)
	w.endLine()
}

func (w *writer) block(indent int) {
	w.out.WriteString(w.one("|", ">", "|-", ">-", "|+", ">+", "|", "|2", "|-"))
	w.endLine()
	for i := w.random.Intn(4); i >= 0; i-- {
		if w.chance(20) {
			w.out.WriteString("\n")
		} else {
			w.out.WriteString(strings.Repeat(" ", indent+2) + w.one("", "", "", " ", "\t") + w.one("text", "# no comment", "a: b", "- x") + "\n")
		}
	}
}

// value writes what stands behind `key:` or `-`, up to the end of its last line.
func (w *writer) value(indent, depth int) {
	switch n := w.random.Intn(100); {
	case n < 45 || depth > 3:
		w.out.WriteString(" " + w.scalar())
		w.endLine()
	case n < 50:
		w.out.WriteString(" ")
		w.block(indent)
	case n < 56:
		w.out.WriteString(" ")
		w.flow(indent)
	case n < 60:
		w.endLine()
	case n < 80:
		w.endLine()
		w.mapping(indent+w.random.Intn(3)+1, depth+1)
	default:
		w.endLine()
		w.list(indent+w.random.Intn(3), depth+1)
	}
}

func (w *writer) mapping(indent, depth int) {
	for i := w.random.Intn(4); i >= 0; i-- {
		w.noise(indent)
		w.out.WriteString(strings.Repeat(" ", indent) + w.key() + ":")
		w.value(indent, depth)
	}
	w.noise(indent)
}

func (w *writer) list(indent, depth int) {
	for i := w.random.Intn(4); i >= 0; i-- {
		w.noise(indent)
		w.out.WriteString(strings.Repeat(" ", indent) + "-")
		if w.chance(25) && depth < 4 {
			w.out.WriteString(" " + w.key() + ":")
			w.value(indent+2, depth+1)
			if w.chance(50) {
				w.mapping(indent+2, depth+1)
			}
			continue
		}
		w.value(indent, depth)
	}
	w.noise(indent)
}

func (w *writer) text() string {
	w.out.Reset()
	if w.chance(10) {
		w.out.WriteString(w.one("\ufeff", "%YAML 1.1\n---\n", "%TAG !e! tag:e,2000:\n---\n", "# top\n\n", "# top\n\n# more\n"))
	}
	for documents := 1; ; documents++ {
		w.noise(0)
		if w.chance(80) {
			w.mapping(0, 0)
		} else {
			w.list(0, 0)
		}
		if documents == 3 || w.chance(75) {
			break
		}
		w.out.WriteString(w.one("---", "---", "---", "...\n---"))
		w.endLine()
	}
	text := w.out.String()
	if w.chance(15) && len(text) > 1 {
		at := w.random.Intn(len(text))
		text = text[:at] + w.one("\t", " ", "#", ":", "-", "\n", "]", "{", ",", "'", "\"", "%", "...") + text[at+w.random.Intn(2):]
	}
	return strings.TrimSuffix(text, w.one("\n", "", "", ""))
}

// comments writes `count` made-up texts with what go-yaml reads of them, one a line.
func comments(seed int64, count int) {
	w := writer{random: rand.New(rand.NewSource(seed))}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for done := 0; done < count; {
		text := w.text()
		if !utf8.ValidString(text) {
			continue
		}
		done++
		check(encoder.Encode(commentCase{text, documentsOf(text)}))
	}
}
