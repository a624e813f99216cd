//! `gitopsc show`: print what was stored.

use super::found::{Found, find};
use crate::arguments::{SecretArguments, ShowArguments};
use crate::build::documents::{self, Shown};
use crate::build::{masks, unprinted};
use crate::compile::{single_thread, tell};
use crate::environment::Environment;
use crate::exit::Exit;
use crate::keys::Keys;
use gitopsc_core::{Diagnostic, Manifest};
use std::collections::BTreeSet;
use std::io;

/// Shows what `arguments` name.
pub fn run(arguments: &ShowArguments, environment: &Environment) -> Exit {
    let secrets = SecretArguments {
        age_key_file: arguments.age_key_file.clone(),
        pgp_key_file: arguments.pgp_key_file.clone(),
        ..SecretArguments::default()
    };
    let keys = Keys::new(&secrets, &environment.keys);
    let pool = match single_thread() {
        Ok(pool) => pool,
        Err(diagnostic) => return tell(&arguments.messages, environment, &[*diagnostic]),
    };
    let shown = pool.install(|| {
        let keyring = || keys.keyring();
        let found = find(&arguments.store, &arguments.what, &keyring);
        found.map(|found| Prepared::new(found, arguments.reveal_secrets))
    });
    let mut findings = keys.problems().to_vec();
    let prepared = match shown {
        Ok(prepared) => prepared,
        Err(diagnostic) => {
            findings.push(*diagnostic);
            return tell(&arguments.messages, environment, &findings);
        }
    };
    findings.extend(prepared.findings.iter().cloned());
    // What cannot be applied is told before its first byte.
    let exit = tell(&arguments.messages, environment, &findings);
    if exit != Exit::Done {
        return exit;
    }
    match pool.install(|| prepared.print()) {
        None => exit,
        Some(failure) => tell(&arguments.messages, environment, &[failure]),
    }
}

/// What is to be shown, and what has to be known of it.
struct Prepared {
    found: Found,
    reveal: bool,
    findings: Vec<Diagnostic>,
}

impl Prepared {
    fn new(found: Found, reveal: bool) -> Prepared {
        let prepared = Prepared {
            found,
            reveal,
            findings: Vec::new(),
        };
        let findings = prepared.said();
        Prepared {
            findings,
            ..prepared
        }
    }

    fn shown(&self) -> Shown<'_> {
        Shown {
            reveal: self.reveal,
            opened: &self.found.graph.secrets,
        }
    }

    fn manifests(&self) -> Vec<&Manifest> {
        let units = &self.found.graph.units;
        let manifests = self.found.manifests.iter();
        manifests
            .map(|(unit, place)| &units[*unit].manifests[*place])
            .collect()
    }

    fn said(&self) -> Vec<Diagnostic> {
        let units = &self.found.graph.units;
        let places = self.found.manifests.iter();
        let locked = places.filter(|(unit, place)| units[*unit].locked.contains(place));
        let locked = locked.count();
        if self.reveal && locked > 0 {
            return self.unopened();
        }
        let shown = self.shown();
        let masked = self.manifests();
        let masked = masked.into_iter().filter(|manifest| shown.masks(manifest));
        masks(locked + masked.count()).into_iter().collect()
    }

    /// Why not everything that is shown can be revealed.
    fn unopened(&self) -> Vec<Diagnostic> {
        let shown: BTreeSet<usize> = self.found.manifests.iter().map(|(unit, _)| *unit).collect();
        let graph = &self.found.graph;
        let of_unit = |unit: &usize| {
            let unit = &graph.units[*unit];
            let errors = unit.unopened.iter().map(|at| &graph.unopened[*at]);
            errors.map(|error| {
                let mut diagnostic = error.diagnostic();
                diagnostic.message = format!("a secret of {}: {}", unit.path, diagnostic.message);
                diagnostic
            })
        };
        shown.iter().flat_map(of_unit).collect()
    }

    fn print(&self) -> Option<Diagnostic> {
        let written = documents::write(&self.manifests(), &self.shown(), &mut io::stdout().lock());
        written.err().and_then(|error| unprinted(&error))
    }
}
