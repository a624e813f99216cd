//! The text of a bundle: a comment that names it, then its objects as compact JSON, one document each.

use gitopsc_core::{Digest, DigestOf, Manifest};
use gitopsc_yaml::emit::Secrets;
use gitopsc_yaml::json::{Form, write_json};

/// Marks the digest of a bundle's text.
#[derive(Clone, Copy, Debug)]
pub struct BundleText;

impl DigestOf for BundleText {
    const LABEL: &'static str = "gitopsc.dev/bundle/v1";
}

/// Digest of a bundle's text without its comment.
pub type BundleDigest = Digest<BundleText>;

/// How long the comment in front of a bundle is, at most.
pub const COMMENT: usize = 160;

/// The document of one object, with its separator.
#[must_use]
pub fn document(manifest: &Manifest, secrets: Secrets) -> String {
    let mut document = String::from("---\n");
    write_json(&manifest.body, Form::Canonical, secrets, &mut document);
    document.push('\n');
    document
}

/// The whole text of the bundle `name`, and its digest.
#[must_use]
pub fn whole(name: &str, documents: &[&str]) -> (String, BundleDigest) {
    let body = documents.concat();
    let digest = BundleDigest::of_parts([&body]);
    (format!("# {name} {digest}\n{body}"), digest)
}
