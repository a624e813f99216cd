//! YAML as somebody might write it: a value whose scalars are source text, written in one of many layouts.

use super::chance::Chance;

/// A value to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Yaml {
    /// Source text on one line: a scalar in any style, an alias, a flow collection.
    Text(String),
    /// A block scalar: its header, and its lines without indentation.
    Block(String, Vec<String>),
    /// A map; keys are source text.
    Map(Vec<(String, Yaml)>),
    /// A list.
    List(Vec<Yaml>),
}

impl Yaml {
    /// Source text.
    pub fn text(text: impl Into<String>) -> Yaml {
        Yaml::Text(text.into())
    }

    /// A map of `entries`.
    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Yaml)>) -> Yaml {
        let entries = entries.into_iter().map(|(key, value)| (key.into(), value));
        Yaml::Map(entries.collect())
    }

    /// A list of source texts.
    pub fn texts<T: Into<String>>(items: impl IntoIterator<Item = T>) -> Yaml {
        Yaml::List(items.into_iter().map(Yaml::text).collect())
    }

    /// The same map with one more entry.
    #[must_use]
    pub fn with(mut self, key: &str, value: Yaml) -> Yaml {
        if let Yaml::Map(entries) = &mut self {
            entries.push((key.to_owned(), value));
        }
        self
    }

    /// Puts `value` under `key` of a map, or adds to what is there.
    pub fn merge(&mut self, key: &str, value: Yaml) {
        let Yaml::Map(entries) = self else {
            return;
        };
        let there = entries.iter_mut().find(|(name, _)| name == key);
        match (there, value) {
            (None, value) => entries.push((key.to_owned(), value)),
            (Some((_, Yaml::Map(own))), Yaml::Map(more)) => own.extend(more),
            (Some((_, Yaml::List(own))), Yaml::List(more)) => own.extend(more),
            (Some((_, own)), value) => *own = value,
        }
    }
}

/// How a document is laid out.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Columns that a map goes in by.
    step: usize,
    /// Columns that a list goes in by below a key.
    dash: usize,
    /// Percent of lines that get a comment.
    comments: usize,
}

impl Layout {
    /// Some layout.
    pub fn any(chance: &mut Chance) -> Layout {
        Layout {
            step: *chance.pick(&[2, 2, 2, 4, 3]),
            dash: *chance.pick(&[0, 0, 2]),
            comments: *chance.pick(&[0, 0, 0, 10]),
        }
    }
}

/// Writes `value` as one document.
pub fn write(value: &Yaml, layout: &Layout, chance: &mut Chance) -> String {
    let mut writer = Writer {
        out: String::new(),
        layout,
        chance,
    };
    match value {
        Yaml::Map(entries) if !entries.is_empty() => writer.map(entries, 0, false),
        Yaml::List(items) if !items.is_empty() => writer.list(items, 0, false),
        _ => writer.after_key(value, 0),
    }
    writer.out
}

struct Writer<'w> {
    out: String,
    layout: &'w Layout,
    chance: &'w mut Chance,
}

impl Writer<'_> {
    /// Begins a line at `column`, unless it is begun: the first entry behind a dash.
    fn begin(&mut self, column: usize, begun: bool) {
        if begun {
            return;
        }
        if self.chance.likely(self.layout.comments) {
            self.indent(column);
            self.out.push_str("# a comment: with 'signs'\n");
        }
        self.indent(column);
    }

    fn indent(&mut self, column: usize) {
        self.out.extend(std::iter::repeat_n(' ', column));
    }

    fn map(&mut self, entries: &[(String, Yaml)], column: usize, mut begun: bool) {
        for (key, value) in entries {
            self.begin(column, begun);
            begun = false;
            self.out.push_str(key);
            self.out.push(':');
            self.after_key(value, column);
        }
    }

    fn list(&mut self, items: &[Yaml], column: usize, mut begun: bool) {
        for item in items {
            self.begin(column, begun);
            begun = false;
            self.out.push('-');
            match item {
                Yaml::Map(entries) if !entries.is_empty() => {
                    self.out.push(' ');
                    self.map(entries, column + 2, true);
                }
                Yaml::List(items) if !items.is_empty() => {
                    self.out.push(' ');
                    self.list(items, column + 2, true);
                }
                other => self.after_key(other, column),
            }
        }
    }

    /// Writes `value` behind a key or a dash at `column`.
    fn after_key(&mut self, value: &Yaml, column: usize) {
        match value {
            Yaml::Text(text) if text.is_empty() => self.out.push('\n'),
            Yaml::Text(text) => {
                self.out.push(' ');
                self.out.push_str(text);
                self.out.push('\n');
            }
            Yaml::Block(header, lines) => {
                self.out.push(' ');
                self.out.push_str(header);
                self.out.push('\n');
                for line in lines {
                    if !line.is_empty() {
                        self.indent(column + 2);
                    }
                    self.out.push_str(line);
                    self.out.push('\n');
                }
            }
            Yaml::Map(entries) if entries.is_empty() => self.out.push_str(" {}\n"),
            Yaml::List(items) if items.is_empty() => self.out.push_str(" []\n"),
            Yaml::Map(entries) => {
                self.out.push('\n');
                self.map(entries, column + self.layout.step, false);
            }
            Yaml::List(items) => {
                self.out.push('\n');
                self.list(items, column + self.layout.dash, false);
            }
        }
    }
}

/// `text` as a double-quoted scalar.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::{Chance, Layout, Yaml, quoted, write};

    #[test]
    fn values_are_laid_out_as_asked() {
        let value = Yaml::map([
            ("a", Yaml::texts(["1", "2"])),
            (
                "b",
                Yaml::List(vec![Yaml::map([
                    ("c", Yaml::text("x")),
                    ("d", Yaml::Map(vec![])),
                ])]),
            ),
            (
                "e",
                Yaml::Block("|-".to_owned(), vec!["one".to_owned(), String::new()]),
            ),
        ]);
        let layout = Layout {
            step: 4,
            dash: 2,
            comments: 0,
        };
        let text = write(&value, &layout, &mut Chance::new(1, 1));
        assert_eq!(
            text,
            "a:\n  - 1\n  - 2\nb:\n  - c: x\n    d: {}\ne: |-\n  one\n\n"
        );
    }

    #[test]
    fn quotes_hold_any_text() {
        assert_eq!(quoted("a\"\\\n\u{7}"), r#""a\"\\\n\u0007""#);
    }
}
