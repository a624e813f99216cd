//! The keys at hand, read when the first encrypted file is met: where they are kept is known here and nowhere
//! else.
//!
//! They come from the flags, and from where SOPS itself looks for age keys. Nothing of a key is ever shown,
//! and no program is run to get one.

mod read;

use crate::arguments::SecretArguments;
use crate::environment::KeyPlaces;
use gitopsc_core::Diagnostic;
use gitopsc_sops::Keyring;
use std::sync::{Arc, OnceLock};

/// The keys at hand.
pub struct Keys<'k> {
    arguments: &'k SecretArguments,
    places: &'k KeyPlaces,
    read: OnceLock<Read>,
}

/// What was read.
struct Read {
    keyring: Arc<Keyring>,
    problems: Vec<Diagnostic>,
}

impl<'k> Keys<'k> {
    /// The keys that `arguments` name, and those in `places`. Nothing is read yet.
    pub fn new(arguments: &'k SecretArguments, places: &'k KeyPlaces) -> Keys<'k> {
        Keys {
            arguments,
            places,
            read: OnceLock::new(),
        }
    }

    /// The keys, read once.
    pub fn keyring(&self) -> Arc<Keyring> {
        let read = self.read.get_or_init(|| {
            let (keyring, problems) = read::all(self.arguments, self.places);
            Read {
                keyring: Arc::new(keyring),
                problems,
            }
        });
        Arc::clone(&read.keyring)
    }

    /// What was wrong with them; nothing if nobody asked for them.
    pub fn problems(&self) -> &[Diagnostic] {
        self.read.get().map_or(&[], |read| &read.problems)
    }
}
