//! Stores: `gitopsc build --store`, `gitopsc show`, `gitopsc gc`.
//!
//! The compiler makes blobs and reads them, the host keeps them; here they meet.

mod found;
mod name;
mod show;
mod write;

pub use show::run as show;
pub use write::write;

use crate::arguments::GcArguments;
use crate::build::print;
use crate::codes;
use crate::compile::tell;
use crate::environment::Environment;
use crate::exit::Exit;
use gitopsc_core::Diagnostic;
use gitopsc_core::words::counted;
use gitopsc_host::oci::{Layout, StoreError};
use std::error::Error as _;

/// Deletes what nothing names in the store of `arguments`.
pub fn gc(arguments: &GcArguments, environment: &Environment) -> Exit {
    let collected = Layout::open(&arguments.store).and_then(|layout| layout.collect_garbage());
    let finding = match collected {
        Err(error) => Some(unusable(&error)),
        Ok(collected) => {
            let files = counted(collected.files, "file");
            print(format!("deleted {files}, {} bytes\n", collected.bytes).as_bytes())
        }
    };
    let findings: Vec<Diagnostic> = finding.into_iter().collect();
    tell(&arguments.messages, environment, &findings)
}

/// What is to be told of a store that cannot be used.
fn unusable(error: &StoreError) -> Diagnostic {
    let reason = error.source().map(|reason| format!(": {reason}"));
    let message = format!("{error}{}", reason.unwrap_or_default());
    let diagnostic = Diagnostic::error(codes::STORE_UNUSABLE, message);
    let diagnostic = match error {
        StoreError::None { .. } => diagnostic.usage(),
        StoreError::Foreign { .. } => diagnostic.refusal(),
        _ => diagnostic.io(),
    };
    diagnostic.hint(error.hint())
}
