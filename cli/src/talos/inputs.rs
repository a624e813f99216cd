//! The files that `gitopsc talos check` is given beside the cluster.

use crate::arguments::TalosCheckArguments;
use crate::compile::Beside;
use gitopsc_compiler::codes;
use gitopsc_core::Diagnostic;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

/// Files, and which of them are what.
pub struct Inputs {
    /// Machine configurations, then patches, then values.
    pub files: Vec<Beside>,
    /// How many there are of the first two.
    pub counts: Counts,
}

/// How many files there are.
#[derive(Clone, Copy, Debug)]
pub struct Counts {
    /// Machine configurations.
    pub configurations: usize,
    /// Patches.
    pub patches: usize,
}

impl Inputs {
    /// Reads all of them, and says which cannot be read.
    pub fn read(arguments: &TalosCheckArguments) -> (Inputs, Vec<Diagnostic>) {
        let (mut files, mut unreadable) = (Vec::new(), Vec::new());
        let named = [
            &arguments.machine_config,
            &arguments.config_patch,
            &arguments.values,
        ];
        for path in named.into_iter().flatten() {
            match read(path) {
                Ok(bytes) => files.push(Beside {
                    path: path.clone(),
                    bytes,
                }),
                Err(reason) => unreadable.push(missing(path, &reason)),
            }
        }
        let counts = Counts {
            configurations: arguments.machine_config.len(),
            patches: arguments.config_patch.len(),
        };
        (Inputs { files, counts }, unreadable)
    }
}

/// The bytes of `path`, which may be a pipe: whoever keeps a configuration encrypted hands it over by one.
fn read(path: &Path) -> Result<Arc<[u8]>, String> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(bytes.into()),
        Err(error) if error.kind() == ErrorKind::NotFound => Err("it does not exist".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn missing(path: &Path, reason: &str) -> Diagnostic {
    let message = format!("{} cannot be read: {reason}", path.display());
    // These flags take every word behind them.
    let hint = match path.is_dir() {
        true => "it is a directory: if it is the cluster, name it before the flags",
        false => "check the path and the permissions",
    };
    Diagnostic::error(codes::UNREADABLE, message)
        .io()
        .hint(hint)
}
