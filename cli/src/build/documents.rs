//! Manifests as one stream of YAML documents.

use gitopsc_compiler::secrets::OpenedFiles;
use gitopsc_compiler::secrets::mask::{holds_secrets, masked};
use gitopsc_core::Manifest;
use gitopsc_yaml::emit::{Secrets, emit};
use rayon::prelude::*;
use std::io::{self, Write};
use zeroize::Zeroize as _;

/// What stands between two documents.
const SEPARATOR: &str = "---\n";

/// How many manifests one thread turns into text at a time.
const PIECE: usize = 64;

/// Pieces that are text at the same time, for each thread: what bounds the memory.
const PIECES: usize = 4;

/// How decrypted values are shown.
#[derive(Clone, Copy)]
pub struct Shown<'s> {
    /// As they are; else masked.
    pub reveal: bool,
    /// What was opened, from which masks are made.
    pub opened: &'s OpenedFiles,
}

impl Shown<'_> {
    /// Whether `manifest` is shown with masks.
    pub fn masks(&self, manifest: &Manifest) -> bool {
        !self.reveal && !self.opened.is_empty() && holds_secrets(&manifest.body)
    }
}

/// Writes `manifests` to `out`, turned into text in parallel and in order.
///
/// # Errors
/// `out` takes no more.
pub fn write(manifests: &[&Manifest], shown: &Shown<'_>, out: &mut dyn Write) -> io::Result<()> {
    let at_a_time = PIECE * PIECES * rayon::current_num_threads();
    for (round, manifests) in manifests.chunks(at_a_time).enumerate() {
        let pieces: Vec<Printed> = manifests
            .par_chunks(PIECE)
            .map(|manifests| text(manifests, shown))
            .collect();
        for (at, piece) in pieces.iter().enumerate() {
            if round + at > 0 {
                out.write_all(SEPARATOR.as_bytes())?;
            }
            out.write_all(piece.as_ref())?;
        }
    }
    out.flush()
}

/// `manifests` as text, with separators between them.
pub fn text(manifests: &[&Manifest], shown: &Shown<'_>) -> Printed {
    let mut text = String::new();
    for manifest in manifests {
        if !text.is_empty() {
            text.push_str(SEPARATOR);
        }
        let body = &manifest.body;
        if shown.reveal {
            emit(body, Secrets::Reveal, &mut text);
        } else {
            let masked = masked(body, shown.opened);
            emit(masked.as_ref().unwrap_or(body), Secrets::Mask, &mut text);
        }
    }
    Printed {
        text,
        secret: shown.reveal && !shown.opened.is_empty(),
    }
}

/// Printed manifests; wiped on drop if they may hold secrets.
pub struct Printed {
    text: String,
    secret: bool,
}

impl AsRef<[u8]> for Printed {
    fn as_ref(&self) -> &[u8] {
        self.text.as_bytes()
    }
}

impl Drop for Printed {
    fn drop(&mut self) {
        if self.secret {
            self.text.zeroize();
        }
    }
}
