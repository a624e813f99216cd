//! The text of a bundle: a comment that names it, then its objects as compact JSON, one document each.

use gitopsc_core::{Digest, DigestOf, Manifest};
use gitopsc_yaml::emit::Secrets;
use gitopsc_yaml::json::{Form, write_json};
use std::fmt::Write as _;
use zeroize::Zeroizing;

/// Marks the digest of a bundle's text.
#[derive(Clone, Copy, Debug)]
pub struct BundleText;

impl DigestOf for BundleText {
    const LABEL: &'static str = "gitopsc.dev/bundle/v1";
}

/// Digest of a bundle's text without its comment.
pub type BundleDigest = Digest<BundleText>;

/// How long the comment in front of a bundle is, at most.
pub const COMMENT: usize = 192;

/// What the comment says of a bundle with decrypted text.
const REVEALED: &str = " holds decrypted secrets";

/// The document of one object, with its separator.
///
/// It is wiped on drop, since it may hold decrypted text. What go-yaml cannot write as it is into a literal block, in which the text of a bundle stands in a machine
/// configuration, is escaped as JSON has it.
#[must_use]
pub fn document(manifest: &Manifest, secrets: Secrets) -> Zeroizing<String> {
    let mut json = Zeroizing::new(String::new());
    write_json(&manifest.body, Form::Canonical, secrets, &mut json);
    if json.chars().all(is_plain) {
        return Zeroizing::new(format!("---\n{}\n", *json));
    }
    let mut document = Zeroizing::new(String::from("---\n"));
    for letter in json.chars() {
        if is_plain(letter) {
            document.push(letter);
            continue;
        }
        for unit in letter.encode_utf16(&mut [0; 2]) {
            write!(document, "\\u{unit:04x}").expect("a string takes any text");
        }
    }
    document.push('\n');
    document
}

/// Whether go-yaml v2 writes `letter` as it is, and reads it as no line break.
fn is_plain(letter: char) -> bool {
    matches!(letter, ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// The whole text of the bundle `name`, and its digest.
#[must_use]
pub fn whole(name: &str, documents: &[&str], revealed: bool) -> (String, BundleDigest) {
    let body = Zeroizing::new(documents.concat());
    let digest = BundleDigest::of_parts([body.as_bytes()]);
    let mark = if revealed { REVEALED } else { "" };
    (format!("# {name} {digest}{mark}\n{}", *body), digest)
}

/// The digest of the bundle whose whole text is `text`; nothing if its comment names another, or there is none.
#[must_use]
pub fn verified(text: &str) -> Option<BundleDigest> {
    let (comment, body) = text.split_once('\n')?;
    let named = comment.strip_prefix("# ")?.split(' ').nth(1)?;
    let digest = BundleDigest::of_parts([body]);
    (digest.to_string() == named).then_some(digest)
}

#[cfg(test)]
mod tests {
    use super::{document, verified, whole};
    use gitopsc_core::{Gvk, Json, Manifest, ObjectRef, Span, Trail};
    use gitopsc_yaml::Object;
    use gitopsc_yaml::emit::Secrets;
    use std::sync::Arc;

    fn manifest(text: &str) -> Manifest {
        let body = Object::new(vec![("text".into(), Json::String(text.into()))]);
        Manifest {
            gvk: Gvk::default(),
            object: ObjectRef::default(),
            body: Arc::new(Json::Object(body)),
            span: Span::NONE,
            trail: Trail::default(),
            provenance: None,
        }
    }

    #[test]
    fn what_would_not_stand_in_a_literal_block_is_escaped() {
        let shown = document(&manifest("é\u{1f980}\u{2028}\u{85}"), Secrets::Reveal);
        assert_eq!(
            *shown,
            "---\n{\"text\":\"é\\ud83e\\udd80\\u2028\\u0085\"}\n"
        );
    }

    #[test]
    fn a_text_is_verified_by_its_own_comment() {
        let (text, digest) = whole("a-100", &["---\n{}\n"], false);
        assert_eq!(verified(&text), Some(digest));
        assert_eq!(verified(&text.replace("{}", "{\"a\":1}")), None);
        assert_eq!(verified("---\n{}\n"), None);
        let (text, digest) = whole("a-100", &["---\n{}\n"], true);
        assert!(text.starts_with("# a-100 sha256:") && text.contains("holds decrypted secrets\n"));
        assert_eq!(verified(&text), Some(digest));
    }
}
