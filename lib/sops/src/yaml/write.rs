//! From branches to YAML, as `sops -d` prints it.

use super::Builder;
use crate::bytes::Plaintext;
use crate::error::Error;
use crate::tree::Branch;
use gitopsc_yaml::emit::node::{Layout, emit_documents};
use gitopsc_yaml::{FileId, Node, Origins};
use zeroize::Zeroizing;

/// The text of `branches`. `size` is about how long it will be, so that it is not moved while it grows.
pub(crate) fn write(branches: &[Branch], size: usize) -> Result<Plaintext, Error> {
    let mut builder = Builder::new(Origins::one(FileId(0)));
    let roots = branches
        .iter()
        .map(|branch| builder.document(branch))
        .collect::<Result<Vec<Node>, Error>>()?;
    let mut text = String::with_capacity(size);
    emit_documents(&roots, &builder, Layout::SOPS, &mut text);
    Ok(Zeroizing::new(text.into_bytes()))
}
