//! Values of Secrets that are encrypted files themselves: what SOPS made, in base64 under `data`.
//!
//! Flux decrypts them after the build, and so does this: whatever generator, patch or file put them there.

use crate::memo::Memo;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gitopsc_core::{Diagnostic, Text};
use gitopsc_sops::base64_lenient;
use gitopsc_yaml::{Node, NodeValue};
use zeroize::Zeroizing;

/// Less text than this holds no metadata of SOPS.
const SHORTEST: usize = 100;

/// Opens the encrypted values of the Secret at `root` in place; any other object stays as it is.
///
/// # Errors
/// Why some of them cannot be opened.
pub fn open(memo: &Memo<'_>, root: &mut Node) -> Result<(), Vec<Diagnostic>> {
    let is = |field: &str, text: &str| root.get(field).and_then(Node::as_str) == Some(text);
    if !is("kind", "Secret") || !is("apiVersion", "v1") {
        return Ok(());
    }
    let Some(data) = root.get_mut("data").and_then(Node::as_mapping_mut) else {
        return Ok(());
    };
    let mut problems = Vec::new();
    for entry in &mut data.entries {
        let name = entry.key.as_str().unwrap_or_default();
        let place = entry.value.span;
        let NodeValue::Scalar(text) = &mut entry.value.value else {
            continue;
        };
        let Some(bytes) = decoded(text.as_str()) else {
            continue;
        };
        match memo.value(name, &bytes, place) {
            Ok(None) => {}
            Ok(Some(content)) => {
                let encoded = STANDARD.encode(&*content.bytes);
                let inner = content
                    .secret
                    .map(|origins| Text::secret(String::new(), origins));
                *text = Text::derive(encoded, inner.iter().chain([&*text]));
            }
            Err(problem) => problems.push(*problem),
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

/// What `text` is in base64, if that is long enough to matter.
pub(crate) fn decoded(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    if text.len() < SHORTEST {
        return None;
    }
    base64_lenient(text.as_bytes()).map(Zeroizing::new)
}
