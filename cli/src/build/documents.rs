//! Manifests as one stream of YAML documents.

use gitopsc_core::Manifest;
use gitopsc_yaml::emit::{Secrets, emit};
use rayon::prelude::*;
use std::io::{self, Write};

/// What stands between two documents.
const SEPARATOR: &str = "---\n";

/// How many manifests one thread turns into text at a time.
const PIECE: usize = 64;

/// Pieces that are text at the same time, for each thread: what bounds the memory.
const PIECES: usize = 4;

/// Writes `manifests` to `out`, turned into text in parallel and in order.
///
/// # Errors
/// `out` takes no more.
pub fn write(manifests: &[&Manifest], out: &mut dyn Write) -> io::Result<()> {
    let at_a_time = PIECE * PIECES * rayon::current_num_threads();
    for (round, manifests) in manifests.chunks(at_a_time).enumerate() {
        let pieces: Vec<String> = manifests.par_chunks(PIECE).map(text).collect();
        for (at, piece) in pieces.iter().enumerate() {
            if round + at > 0 {
                out.write_all(SEPARATOR.as_bytes())?;
            }
            out.write_all(piece.as_bytes())?;
        }
    }
    out.flush()
}

/// `manifests` as text, with separators between them.
pub fn text(manifests: &[&Manifest]) -> String {
    let mut text = String::new();
    for manifest in manifests {
        if !text.is_empty() {
            text.push_str(SEPARATOR);
        }
        emit(&manifest.body, Secrets::Mask, &mut text);
    }
    text
}
