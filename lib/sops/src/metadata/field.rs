//! Fields of the metadata, read as leniently as SOPS' decoder (mapstructure, weakly typed) reads them: names in
//! any case, numbers as texts, one thing for a list of one.

use crate::bytes::Plaintext;
use crate::text::{parse_bool, parse_int_of_any_base, positional};
use crate::tree::{Branch, Content, Item, Value};
use std::collections::BTreeMap;

/// The fields of a map. Of equal names the last one counts; comments do not.
pub(super) struct Fields<'b>(BTreeMap<&'b [u8], &'b Content>);

/// The fields of `branch`.
pub(super) fn fields(branch: &Branch) -> Result<Fields<'_>, String> {
    let mut fields = BTreeMap::new();
    for entry in branch.iter().filter_map(Item::entry) {
        let Some(name) = &entry.key.text else {
            return Err("a key below `sops` is not a string".to_owned());
        };
        check_keys(&entry.value)?;
        fields.insert(name.as_slice(), &entry.value.content);
    }
    Ok(Fields(fields))
}

/// Refuses keys that are no strings, wherever they are.
fn check_keys(value: &Value) -> Result<(), String> {
    match &value.content {
        Content::Map(branch) => fields(branch).map(drop),
        Content::List(items) => items.iter().try_for_each(check_keys),
        _ => Ok(()),
    }
}

impl<'b> Fields<'b> {
    /// The value of `name`: by this name, or by one that differs in case.
    fn get(&self, name: &str) -> Option<&'b Content> {
        let exact = self.0.get(name.as_bytes());
        let any = || {
            let mut names = self.0.iter();
            names.find(|(other, _)| other.eq_ignore_ascii_case(name.as_bytes()))
        };
        exact.copied().or_else(|| any().map(|(_, value)| *value))
    }

    /// The text of `name`, empty if it is not there.
    pub(super) fn text(&self, name: &str) -> Result<Plaintext, String> {
        let text = match self.get(name) {
            None | Some(Content::Null) => String::new(),
            Some(Content::Text(text)) => return Ok(text.clone()),
            Some(Content::Bool(value)) => u8::from(*value).to_string(),
            Some(Content::Int(value)) => value.to_string(),
            Some(Content::Big(value)) => value.to_string(),
            Some(Content::Float(value)) => positional(*value),
            Some(_) => return Err(format!("`{name}` below `sops` is no text")),
        };
        Ok(text.into_bytes().into())
    }

    /// The truth of `name`, false if it is not there.
    pub(super) fn boolean(&self, name: &str) -> Result<bool, String> {
        let value = match self.get(name) {
            None | Some(Content::Null) => Some(false),
            Some(Content::Bool(value)) => Some(*value),
            Some(Content::Int(value)) => Some(*value != 0),
            Some(Content::Big(_)) => Some(true),
            Some(Content::Float(value)) => Some(*value != 0.0),
            Some(Content::Text(text)) if text.is_empty() => Some(false),
            Some(Content::Text(text)) => parse_bool(text),
            Some(_) => None,
        };
        value.ok_or_else(|| format!("`{name}` below `sops` is neither true nor false"))
    }

    /// The number of `name`, 0 if it is not there.
    pub(super) fn integer(&self, name: &str) -> Result<i64, String> {
        let value = match self.get(name) {
            None | Some(Content::Null) => Some(0),
            Some(Content::Bool(value)) => Some(i64::from(*value)),
            Some(Content::Int(value)) => Some(*value),
            Some(Content::Text(text)) if text.is_empty() => Some(0),
            Some(Content::Text(text)) => parse_int_of_any_base(text),
            #[allow(
                clippy::cast_possible_truncation,
                reason = "Go cuts the fraction off too"
            )]
            Some(Content::Float(value)) => Some(*value as i64),
            Some(_) => None,
        };
        value.ok_or_else(|| format!("`{name}` below `sops` is no number"))
    }

    /// The maps in the list of `name`; none if it is not there. A map alone is a list of one.
    pub(super) fn maps(&self, name: &str) -> Result<Vec<Fields<'b>>, String> {
        let refused = || format!("`{name}` below `sops` is no list of maps");
        let item = |content: &'b Content| match content {
            Content::Map(branch) => fields(branch),
            Content::Null => Ok(Fields(BTreeMap::new())),
            _ => Err(refused()),
        };
        match self.get(name) {
            None | Some(Content::Null) => Ok(Vec::new()),
            Some(Content::List(items)) => items
                .iter()
                .filter(|value| !matches!(value.content, Content::Comment(_)))
                .map(|value| item(&value.content))
                .collect(),
            Some(Content::Map(branch)) if branch.iter().all(|item| item.entry().is_none()) => {
                Ok(Vec::new())
            }
            Some(content) => Ok(vec![item(content)?]),
        }
    }

    /// Refuses a map of `name` whose values are no texts.
    pub(super) fn check_texts(&self, name: &str) -> Result<(), String> {
        match self.get(name) {
            None | Some(Content::Null) => Ok(()),
            Some(Content::Map(branch)) => {
                let texts = fields(branch)?;
                texts.0.values().try_for_each(|value| match value {
                    Content::Map(_) | Content::List(_) | Content::Time(_) => Err(format!(
                        "`{name}` below `sops` holds something that is no text"
                    )),
                    _ => Ok(()),
                })
            }
            Some(_) => Err(format!("`{name}` below `sops` is no map")),
        }
    }
}
