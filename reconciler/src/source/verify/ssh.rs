//! Signatures by SSH keys, as `ssh-keygen -Y sign -n git` makes them.

use super::Signed;
use crate::source::access::setting;
use crate::source::error::SourceError;
use gitopsc_core::EcoString;
use ssh_key::public::KeyData;
use ssh_key::{HashAlg, PublicKey, SshSig};

/// What Git signs for: a signature for anything else is none of a commit.
const NAMESPACE: &str = "git";

/// The keys in `text`, a line each.
pub(super) fn keys(text: &str) -> Result<Vec<PublicKey>, SourceError> {
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut keys = Vec::new();
    for line in lines {
        keys.extend(key(line).map_err(|why| setting("verify", why))?);
    }
    Ok(keys)
}

/// The key of a line; nothing if it is for something else than Git.
fn key(line: &str) -> Result<Option<PublicKey>, &'static str> {
    const NONE: &str = "a line of it is no public SSH key, and it is no OpenPGP public key block";
    let words = words(line);
    let at = words.iter().position(|word| is_kind(word)).ok_or(NONE)?;
    // In front of the key are who it is of, which does not count here, and options.
    let options = words.get(1..at).unwrap_or_default();
    let is_for_git = options_allow(options)?;
    let key = words.get(at + 1).ok_or(NONE)?;
    let key = PublicKey::from_openssh(&format!("{} {key}", words[at])).map_err(|_| NONE)?;
    Ok(is_for_git.then_some(key))
}

fn is_kind(word: &str) -> bool {
    word.starts_with("ssh-") || word.starts_with("ecdsa-sha2-") || word.starts_with("sk-")
}

/// Whether options let a key sign for Git. What would limit it otherwise is refused, since it is not looked at.
fn options_allow(options: &[String]) -> Result<bool, &'static str> {
    const UNKNOWN: &str =
        "of the options in front of a key, only `namespaces=\"...\"` is understood";
    let mut allowed = true;
    for option in options {
        let namespaces = option.strip_prefix("namespaces=\"");
        let namespaces = namespaces.and_then(|rest| rest.strip_suffix('"'));
        let namespaces = namespaces
            .filter(|list| !list.contains('"'))
            .ok_or(UNKNOWN)?;
        allowed &= namespaces
            .split(',')
            .any(|namespace| namespace == NAMESPACE || namespace == "*");
    }
    Ok(allowed)
}

/// The words of a line; what is in quotes is one.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for c in line.chars() {
        is_quoted ^= c == '"';
        if c.is_whitespace() && !is_quoted {
            words.push(String::new());
        } else if let Some(word) = words.last_mut() {
            word.push(c);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The fingerprint of the key that signed.
pub(super) fn signer(keys: &[PublicKey], signed: &Signed) -> Result<EcoString, EcoString> {
    let signature = SshSig::from_pem(&signed.signature);
    let signature = signature.map_err(|_| "its signature cannot be read")?;
    let shown = PublicKey::new(signature.public_key().clone(), "");
    let fingerprint = shown.fingerprint(HashAlg::Sha256).to_string();
    let key = keys
        .iter()
        .find(|key| key.key_data() == signature.public_key());
    let Some(key) = key else {
        let why =
            format!("it is signed by {fingerprint}, which is not among the keys that may sign");
        return Err(why.into());
    };
    if key.verify(NAMESPACE, &signed.content, &signature).is_err() {
        return Err(format!("its signature by {fingerprint} does not fit what is signed").into());
    }
    if !was_touched(&signature) {
        return Err(
            format!("the security key {fingerprint} was not touched for its signature").into(),
        );
    }
    Ok(fingerprint.into())
}

/// Whether somebody was there when a security key signed, which OpenSSH too asks for; other keys do not tell.
fn was_touched(signature: &SshSig) -> bool {
    /// The flags are a byte, in front of a counter of four.
    const FLAGS_FROM_END: usize = 5;
    const USER_PRESENT: u8 = 1;
    if !matches!(
        signature.public_key(),
        KeyData::SkEd25519(_) | KeyData::SkEcdsaSha2NistP256(_)
    ) {
        return true;
    }
    let bytes = signature.signature_bytes();
    let flags = bytes.len().checked_sub(FLAGS_FROM_END).map(|at| bytes[at]);
    flags.is_some_and(|flags| flags & USER_PRESENT != 0)
}

#[cfg(test)]
mod tests {
    use super::keys;

    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

    fn count(text: &str) -> usize {
        keys(text).expect("lines of keys").len()
    }

    #[test]
    fn public_keys_and_allowed_signers_are_understood() {
        assert_eq!(count(&format!("# a comment\n\n{KEY} me@example\n{KEY}")), 2);
        assert_eq!(count(&format!("me@example,you@example {KEY}")), 1);
        assert_eq!(
            count(&format!("* namespaces=\"git,file\" {KEY} a comment")),
            1
        );
        assert_eq!(count(&format!("* namespaces=\"file\" {KEY}")), 0);
        assert_eq!(count(""), 0);
    }

    #[test]
    fn what_limits_a_key_otherwise_is_refused() {
        for line in [
            format!("* cert-authority {KEY}"),
            format!("* valid-before=\"20300101\" {KEY}"),
            format!("* namespaces=\"git\",valid-before=\"20200101\" {KEY}"),
            "ssh-ed25519".to_owned(),
            "ssh-ed25519 AAAA".to_owned(),
            "hello".to_owned(),
        ] {
            assert!(keys(&line).is_err(), "{line}");
        }
    }
}
