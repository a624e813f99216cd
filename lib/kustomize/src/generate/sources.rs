//! The entries of a generator, from env files, literals and files, in this order (api/kv/kv.go).

use super::args::Args;
use super::data::Value;
use super::env_file;
use super::options::configured;
use crate::codes;
use crate::context::Context;
use crate::decode::{At, Spanned};
use crate::files::Content;
use crate::kustomization::Entry;
use crate::load::Directory;
use crate::remote;
use gitopsc_core::{Diagnostic, EcoString, Span, Text};
use gitopsc_yaml::resolve::plain_tag;
use gitopsc_yaml::{Dialect, Tag};
use std::collections::BTreeMap;
use std::collections::btree_map;

/// One entry.
pub(super) struct Pair {
    /// Its key, which is printed as it is, but not in a message if it came out of decryption.
    pub(super) key: Text,
    /// Where the key stands, or what it comes from.
    pub(super) key_span: Span,
    pub(super) value: Value,
    /// Where the value stands.
    pub(super) span: Span,
}

/// The entries by key; nothing if one of them could not be had.
pub(super) fn pairs(
    args: &Args<'_>,
    directory: &Directory,
    context: &mut Context<'_>,
) -> Option<BTreeMap<EcoString, Pair>> {
    let before = context.report.errors();
    let mut pairs = BTreeMap::new();
    for entry in args.envs.iter().chain(args.env) {
        if let Some(content) = read(entry, &entry.value, directory, context) {
            for pair in env_file::pairs(&content, context.report) {
                insert(pair, &mut pairs, context);
            }
        }
    }
    for literal in args.literals {
        if let Some(pair) = literal_pair(literal, context) {
            insert(pair, &mut pairs, context);
        }
    }
    for entry in args.files {
        if let Some(pair) = file_pair(entry, directory, context) {
            insert(pair, &mut pairs, context);
        }
    }
    (context.report.errors() == before).then_some(pairs)
}

fn insert(pair: Pair, pairs: &mut BTreeMap<EcoString, Pair>, context: &mut Context<'_>) {
    context.report.extend(warning(&pair));
    match pairs.entry(pair.key.as_str().into()) {
        btree_map::Entry::Vacant(free) => {
            free.insert(pair);
        }
        btree_map::Entry::Occupied(taken) => {
            let message = format!("the key `{}` is there twice", pair.key);
            let diagnostic = Diagnostic::error(codes::GENERATOR_KEY_TWICE, message);
            let diagnostic = diagnostic
                .at(pair.key_span, "again")
                .at(taken.get().key_span, "first");
            context
                .report
                .push(diagnostic.hint("remove one, or give it another key"));
        }
    }
}

/// What Kubernetes allows as a key; Kustomize itself takes any.
fn is_valid_key(key: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=253).contains(&key.len())
        && key.bytes().all(allowed)
        && key != "."
        && !key.starts_with("..")
}

/// What the API server or Kustomize will have against a key.
fn warning(pair: &Pair) -> Option<Diagnostic> {
    let key = pair.key.as_str();
    let (message, hint) = if !is_valid_key(key) {
        (
            format!("the API server refuses the key `{}`", pair.key),
            "a key has letters, digits, `-`, `_` and `.`, and at most 253 of them",
        )
    } else if plain_tag(key, Dialect::Kustomize) != Tag::Str {
        (
            format!(
                "Kustomize does not take the key `{}` for a string and cannot print it",
                pair.key
            ),
            "choose a key that is no number, boolean or date",
        )
    } else {
        return None;
    };
    let diagnostic = Diagnostic::warning(codes::GENERATOR_KEY, message);
    Some(diagnostic.at(pair.key_span, "").hint(hint))
}

fn literal_pair(literal: &Spanned<Text>, context: &mut Context<'_>) -> Option<Pair> {
    let text = configured(literal, context.report)?;
    let (key, value) = match text.as_str().split_once('=') {
        Some((key, value)) if !key.is_empty() => (key, value),
        _ => {
            let message = "a literal is written as `key=value`";
            let diagnostic = Diagnostic::error(codes::GENERATOR_SOURCE, message)
                .at(literal.span.0, "this one is not");
            context
                .report
                .push(diagnostic.hint("write the key, an equals sign and the value"));
            return None;
        }
    };
    let value = Text::derive(without_quotes(value), [&text]);
    Some(Pair {
        key: Text::derive(key, [&text]),
        key_span: literal.span.0,
        value: Value::Text(value),
        span: literal.span.0,
    })
}

/// The text without the quotes around it, if both are there and the same; once.
fn without_quotes(text: &str) -> &str {
    let quoted = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    quoted('"').or_else(|| quoted('\'')).unwrap_or(text)
}

fn file_pair(entry: &Entry, directory: &Directory, context: &mut Context<'_>) -> Option<Pair> {
    let (key, path) = match file_source(&entry.value) {
        Ok(source) => source,
        Err(message) => {
            let diagnostic =
                Diagnostic::error(codes::GENERATOR_SOURCE, message).at(entry.span.0, "this entry");
            context
                .report
                .push(diagnostic.hint("write the path of a file, or `key=path`"));
            return None;
        }
    };
    let content = read(entry, path, directory, context)?;
    Some(Pair {
        key: Text::Plain(key),
        key_span: entry.span.0,
        value: Value::of(&content),
        span: Span::new(content.file, 0),
    })
}

/// The key and the path that `source` names.
pub(super) fn file_source(source: &str) -> Result<(EcoString, &str), &'static str> {
    match source.split_once('=') {
        None => Ok((base_name(source).into(), source)),
        Some((_, path)) if path.contains('=') => {
            Err("neither the key nor the path of a file may contain `=`")
        }
        Some(("", _)) => Err("the key before `=` is missing"),
        Some((_, "")) => Err("the path after `=` is missing"),
        Some((key, path)) => Ok((key.into(), path)),
    }
}

/// Go's `path.Base`.
fn base_name(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    match (path, trimmed) {
        ("", _) => ".",
        (_, "") => "/",
        _ => trimmed.rsplit('/').next().unwrap_or(trimmed),
    }
}

/// The content of the file `path`, which `entry` names.
pub(super) fn read(
    entry: &Entry,
    path: &str,
    directory: &Directory,
    context: &mut Context<'_>,
) -> Option<Content> {
    let At(span) = entry.span;
    if remote::is_url(path) {
        context.report.push(remote::unsupported_file(span));
        return None;
    }
    match context.loader.read(directory, path) {
        Ok(content) => Some(content),
        Err(error) => {
            context.report.push(error.diagnostic(span));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{base_name, file_source, is_valid_key, without_quotes};

    #[test]
    fn quotes_are_taken_off_once_and_only_in_pairs() {
        let cases = [
            ("\"a\"", "a"),
            ("'a'", "a"),
            ("\"'a'\"", "'a'"),
            ("\"\"", ""),
            ("\"", "\""),
            ("\"a'", "\"a'"),
            ("'a", "'a"),
            ("a\"", "a\""),
            ("", ""),
        ];
        for (text, wanted) in cases {
            assert_eq!(without_quotes(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_file_is_a_path_or_a_key_and_a_path() {
        assert_eq!(file_source("a/b.txt"), Ok(("b.txt".into(), "a/b.txt")));
        assert_eq!(file_source("k=a/b.txt"), Ok(("k".into(), "a/b.txt")));
        for wrong in ["=a", "k=", "=", "k=a=b", "k=a="] {
            assert!(file_source(wrong).is_err(), "{wrong}");
        }
        for (path, base) in [
            ("", "."),
            ("/", "/"),
            ("//", "/"),
            ("a/", "a"),
            ("a//b//", "b"),
            (".", "."),
        ] {
            assert_eq!(base_name(path), base, "{path}");
        }
    }

    #[test]
    fn keys_are_checked_as_kubernetes_does() {
        for good in ["a", "a.b-c_D9", ".a", "a..b"] {
            assert!(is_valid_key(good), "{good}");
        }
        let long = "a".repeat(254);
        for bad in ["", ".", "..", "..a", "a b", "ä", "export A", &long] {
            assert!(!is_valid_key(bad), "{bad}");
        }
    }
}
