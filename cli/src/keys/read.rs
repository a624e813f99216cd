//! Reads keys from everywhere they may be.

use crate::arguments::SecretArguments;
use crate::codes;
use crate::environment::KeyPlaces;
use gitopsc_core::Diagnostic;
use gitopsc_sops::{KeyError, Keyring};
use std::io;
use std::path::Path;
use zeroize::Zeroizing;

/// How age names the keys of its plugins.
const OF_PLUGIN: &str = "AGE-PLUGIN-";

/// All keys that can be had, and what was wrong with others.
pub fn all(arguments: &SecretArguments, places: &KeyPlaces) -> (Keyring, Vec<Diagnostic>) {
    let mut reading = Reading {
        keyring: Keyring::new(),
        problems: Vec::new(),
    };
    if let Some(text) = &places.age_key {
        reading.age("the variable SOPS_AGE_KEY", text);
    }
    if let Some(file) = &places.age_key_file {
        reading.file(file, Reading::age);
    }
    if let Some(file) = &places.ssh_key_file {
        reading.file(file, Reading::ssh);
    }
    // SOPS takes no offence at a default that is not there.
    if let Some(file) = &places.default_age_key_file
        && file.exists()
    {
        reading.file(file, Reading::age);
    }
    for file in &arguments.age_key_file {
        reading.file(file, Reading::age_or_ssh);
    }
    for file in &arguments.pgp_key_file {
        reading.file(file, Reading::pgp);
    }
    (reading.keyring, reading.problems)
}

struct Reading {
    keyring: Keyring,
    problems: Vec<Diagnostic>,
}

impl Reading {
    fn file(&mut self, file: &Path, add: fn(&mut Reading, &str, &str)) {
        let name = format!("`{}`", file.display());
        match text_of(file) {
            Ok(text) => add(self, &name, &text),
            Err(error) => {
                let message = format!("the key file {name} cannot be read: {error}");
                let diagnostic = Diagnostic::error(codes::KEY_FILE_UNUSABLE, message).io();
                self.problems
                    .push(diagnostic.hint("correct the path, or check its permissions"));
            }
        }
    }

    fn age(&mut self, name: &str, text: &str) {
        let (text, of_plugins) = without_plugins(text);
        if of_plugins {
            let message = format!("{name} holds keys of age plugins, which are passed over");
            let diagnostic = Diagnostic::warning(codes::KEY_OF_PLUGIN, message);
            self.problems
                .push(diagnostic.hint("no plugin is run; hand over another key"));
        }
        match self.keyring.add_age(&text) {
            Err(KeyError::NoAgeKey) if of_plugins => {}
            added => self.note(name, added),
        }
    }

    fn ssh(&mut self, name: &str, text: &str) {
        let added = self.keyring.add_ssh(text);
        self.note(name, added);
    }

    /// As `age --identity` takes either.
    fn age_or_ssh(&mut self, name: &str, text: &str) {
        let is_ssh = text.trim_start().starts_with("-----BEGIN ") && text.contains("PRIVATE KEY");
        if is_ssh {
            self.ssh(name, text);
        } else {
            self.age(name, text);
        }
    }

    fn pgp(&mut self, name: &str, text: &str) {
        let added = self.keyring.add_pgp(text);
        self.note(name, added);
    }

    fn note(&mut self, name: &str, added: Result<(), KeyError>) {
        if let Err(error) = added {
            let message = format!("{name} cannot be used to decrypt: {error}");
            let diagnostic = Diagnostic::error(codes::KEY_FILE_UNUSABLE, message).usage();
            self.problems
                .push(diagnostic.hint("correct the file, or hand over another one"));
        }
    }
}

/// The text of a key file; what is no UTF-8 is no key.
fn text_of(file: &Path) -> io::Result<Zeroizing<String>> {
    let bytes = Zeroizing::new(std::fs::read(file)?);
    let text = str::from_utf8(&bytes).map_err(|_| {
        let message = "it is no text; an exported PGP key must be armored";
        io::Error::new(io::ErrorKind::InvalidData, message)
    })?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// `text` without the keys of age plugins, and whether there were any. Lines keep their numbers.
fn without_plugins(text: &str) -> (Zeroizing<String>, bool) {
    let is_of_plugin = |line: &str| line.trim_start().starts_with(OF_PLUGIN);
    let mut rest = Zeroizing::new(String::with_capacity(text.len() + 1));
    for line in text.lines() {
        rest.push_str(if is_of_plugin(line) { "" } else { line });
        rest.push('\n');
    }
    (rest, text.lines().any(is_of_plugin))
}

#[cfg(test)]
mod tests {
    use super::all;
    use crate::arguments::SecretArguments;
    use crate::environment::KeyPlaces;
    use zeroize::Zeroizing;

    fn messages(age_key: &str) -> Vec<String> {
        let places = KeyPlaces {
            age_key: Some(Zeroizing::new(age_key.to_owned())),
            ..KeyPlaces::default()
        };
        let (_, problems) = all(&SecretArguments::default(), &places);
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_wrong_with_a_key_is_said_without_it() {
        let messages = messages("AGE-SECRET-KEY-1QQQQ");
        assert_eq!(messages.len(), 1);
        assert!(
            messages[0].starts_with("error[key-file-unusable]"),
            "{messages:?}"
        );
        assert!(!messages[0].contains("QQQQ"), "{messages:?}");
    }

    #[test]
    fn keys_of_plugins_are_passed_over() {
        let messages = messages("AGE-PLUGIN-YUBIKEY-1QQQQ\n");
        assert_eq!(messages.len(), 1);
        assert!(
            messages[0].starts_with("warning[key-of-plugin]"),
            "{messages:?}"
        );
    }
}
