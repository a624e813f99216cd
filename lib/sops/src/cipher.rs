//! One encrypted value: `ENC[AES256_GCM,data:...,iv:...,tag:...,type:...]`.

use crate::bytes::{Plaintext, base64_lenient, find_last};
use crate::error::ValueProblem;
use crate::text::{parse_bool, parse_float, parse_int};
use crate::time;
use crate::tree::{Comment, Content};
use aes_gcm::aead::array::ArraySize;
use aes_gcm::aead::consts::{U12, U16, U32};
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::aes::Aes256;
use aes_gcm::{AesGcm, Nonce};
use zeroize::Zeroizing;

/// How an encrypted value begins.
pub(crate) const PREFIX: &[u8] = b"ENC[AES256_GCM,data:";

/// The bytes of a file's data key.
pub(crate) type DataKey = Zeroizing<[u8; 32]>;

/// Opens values with one data key. SOPS writes nonces of 32 bytes.
pub(crate) struct Cipher {
    usual: AesGcm<Aes256, U32>,
    key: DataKey,
}

/// The parts of an encrypted value.
struct Sealed<'t> {
    data: Vec<u8>,
    nonce: Vec<u8>,
    kind: &'t [u8],
}

impl Cipher {
    pub(crate) fn new(key: DataKey) -> Cipher {
        Cipher {
            usual: AesGcm::new((&*key).into()),
            key,
        }
    }

    /// The value that `text` holds at the place `path`: an empty text is not encrypted.
    pub(crate) fn open(&self, text: &[u8], path: &[u8]) -> Result<Content, ValueProblem> {
        if text.is_empty() {
            return Ok(Content::text(text));
        }
        let sealed = parse(text)?;
        let plain = self
            .open_bytes(&sealed, path)
            .ok_or(ValueProblem::Altered)?;
        typed(plain, sealed.kind).ok_or(ValueProblem::Type)
    }

    fn open_bytes(&self, sealed: &Sealed<'_>, path: &[u8]) -> Option<Plaintext> {
        let opened = match sealed.nonce.len() {
            32 => open(&self.usual, sealed, path),
            16 => open(
                &AesGcm::<Aes256, U16>::new((&*self.key).into()),
                sealed,
                path,
            ),
            12 => open(
                &AesGcm::<Aes256, U12>::new((&*self.key).into()),
                sealed,
                path,
            ),
            _ => None,
        };
        opened.map(Zeroizing::new)
    }
}

fn open<N: ArraySize>(
    cipher: &AesGcm<Aes256, N>,
    sealed: &Sealed<'_>,
    path: &[u8],
) -> Option<Vec<u8>> {
    let nonce = Nonce::<N>::try_from(sealed.nonce.as_slice()).ok()?;
    let payload = Payload {
        msg: &sealed.data,
        aad: path,
    };
    cipher.decrypt(&nonce, payload).ok()
}

/// Takes `text` apart. The last of several separators counts, and what follows the last bracket of the line
/// does not: SOPS uses a greedy pattern.
fn parse(text: &[u8]) -> Result<Sealed<'_>, ValueProblem> {
    let parts = |text| -> Option<[&[u8]; 4]> {
        let line = before_first(text, b'\n');
        let inner = &line.strip_prefix(PREFIX)?;
        let inner = &inner[..inner.iter().rposition(|byte| *byte == b']')?];
        let (rest, kind) = split_last(inner, b",type:")?;
        let (rest, tag) = split_last(rest, b",tag:")?;
        let (data, nonce) = split_last(rest, b",iv:")?;
        Some([data, nonce, tag, kind])
    };
    let [data, nonce, tag, kind] = parts(text).ok_or(ValueProblem::Plain)?;
    if [data, nonce, tag, kind].iter().any(|part| part.is_empty()) {
        return Err(ValueProblem::Plain);
    }
    let decode = |part| base64_lenient(part).ok_or(ValueProblem::Altered);
    let mut data = decode(data)?;
    data.extend(decode(tag)?);
    Ok(Sealed {
        data,
        nonce: decode(nonce)?,
        kind,
    })
}

fn before_first(text: &[u8], byte: u8) -> &[u8] {
    text.split(|at| *at == byte).next().unwrap_or(text)
}

fn split_last<'t>(text: &'t [u8], separator: &[u8]) -> Option<(&'t [u8], &'t [u8])> {
    let at = find_last(text, separator)?;
    Some((&text[..at], &text[at + separator.len()..]))
}

/// The value of the type `kind` that `plain` is.
fn typed(plain: Plaintext, kind: &[u8]) -> Option<Content> {
    Some(match kind {
        b"str" => Content::Text(plain),
        b"int" => Content::Int(parse_int(&plain)?),
        b"float" => Content::Float(parse_float(&plain)?),
        b"bool" => Content::Bool(parse_bool(&plain)?),
        b"time" => Content::Time(time::parse_rfc3339(&plain)?),
        b"comment" => Content::Comment(Comment {
            text: plain,
            inline: false,
        }),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_taken_apart_as_a_greedy_pattern_does() {
        let sealed = parse(b"ENC[AES256_GCM,data:YQ==,iv:Yg==,tag:Yw==,type:str]more]x").ok();
        let sealed = sealed.expect("a value");
        assert_eq!(sealed.data, b"ac");
        assert_eq!(sealed.nonce, b"b");
        assert_eq!(sealed.kind, b"str]more");
        for text in [
            "ENC[AES256_GCM,data:YQ==,iv:Yg==,tag:Yw==,type:str",
            "ENC[AES256_GCM,data:YQ==,iv:Yg==,tag:\nYw==,type:str]",
            "ENC[AES256_GCM,data:,iv:Yg==,tag:Yw==,type:str]",
            "plain",
        ] {
            assert_eq!(
                parse(text.as_bytes()).err(),
                Some(ValueProblem::Plain),
                "{text}"
            );
        }
    }
}
