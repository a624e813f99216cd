//! From a branch to JSON, as `sops -d` prints it: indented by tabs, escaped as Go escapes it.

use crate::bytes::Plaintext;
use crate::error::Error;
use crate::tree::{Branch, Content, Item, Value};
use gitopsc_yaml::Span;
use gitopsc_yaml::json::number::{FloatForm, float_text};
use gitopsc_yaml::json::{Form, write_characters};
use zeroize::Zeroizing;

/// The text of `branch`. `size` is about how long it will be.
pub(crate) fn write(branch: &Branch, size: usize) -> Result<Plaintext, Error> {
    let mut out = String::with_capacity(size);
    object(branch, 0, &mut out)?;
    out.push('\n');
    Ok(Zeroizing::new(out.into_bytes()))
}

fn object(branch: &Branch, depth: usize, out: &mut String) -> Result<(), Error> {
    out.push('{');
    let mut first = true;
    for entry in branch.iter().filter_map(Item::entry) {
        next_item(&mut first, depth + 1, out);
        string(entry.key.text.as_deref().unwrap_or_default(), out);
        out.push_str(": ");
        value(&entry.value, depth + 1, out)?;
    }
    end(first, depth, '}', out);
    Ok(())
}

fn array(items: &[Value], depth: usize, out: &mut String) -> Result<(), Error> {
    out.push('[');
    let mut first = true;
    for item in items {
        if !matches!(item.content, Content::Comment(_)) {
            next_item(&mut first, depth + 1, out);
            value(item, depth + 1, out)?;
        }
    }
    end(first, depth, ']', out);
    Ok(())
}

fn next_item(first: &mut bool, depth: usize, out: &mut String) {
    if !std::mem::replace(first, false) {
        out.push(',');
    }
    line(depth, out);
}

fn end(empty: bool, depth: usize, bracket: char, out: &mut String) {
    if !empty {
        line(depth, out);
    }
    out.push(bracket);
}

fn line(depth: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n('\t', depth));
}

fn value(value: &Value, depth: usize, out: &mut String) -> Result<(), Error> {
    match &value.content {
        Content::Map(branch) => object(branch, depth, out),
        Content::List(items) => array(items, depth, out),
        Content::Text(text) => {
            string(text, out);
            Ok(())
        }
        other => {
            out.push_str(&scalar(other, value.span)?);
            Ok(())
        }
    }
}

/// What stands for a value that is no text and no collection.
pub(super) fn scalar(content: &Content, span: Span) -> Result<String, Error> {
    Ok(match content {
        Content::Null => "null".to_owned(),
        Content::Bool(value) => value.to_string(),
        Content::Int(value) => value.to_string(),
        Content::Big(value) => value.to_string(),
        Content::Float(value) if value.is_finite() => {
            float_text(*value, FloatForm::Json).to_string()
        }
        Content::Float(_) => return Err(Error::unsupported("a number has no form in JSON", span)),
        Content::Time(time) => {
            let text = time.to_rfc3339();
            let text = text
                .ok_or_else(|| Error::unsupported("a moment has an impossible time zone", span))?;
            format!("\"{text}\"")
        }
        Content::Text(_) | Content::Map(_) | Content::List(_) | Content::Comment(_) => {
            return Err(Error::unsupported(
                "a comment stands in place of a value",
                span,
            ));
        }
    })
}

/// Appends a string; each byte that is no UTF-8 as the escape of U+FFFD.
fn string(text: &[u8], out: &mut String) {
    out.push('"');
    for chunk in text.utf8_chunks() {
        write_characters(chunk.valid(), Form::Go, out);
        chunk.invalid().iter().for_each(|_| out.push_str("\\ufffd"));
    }
    out.push('"');
}
