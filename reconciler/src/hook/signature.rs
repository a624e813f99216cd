//! Whether who sent something knows the token, told in a time that does not depend on how wrong it is.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Whether `digits`, in hexadecimal, are the HMAC-SHA-256 of `body` with `token`.
pub(super) fn signs(digits: &str, body: &[u8], token: &[u8]) -> bool {
    let Some(given) = bytes_of(digits) else {
        return false;
    };
    let mut mac = keyed(token);
    mac.update(body);
    mac.verify_slice(&given).is_ok()
}

/// The HMAC-SHA-256 of `body` with `token`, in hexadecimal.
#[must_use]
pub fn sign(body: &[u8], token: &[u8]) -> String {
    let mut mac = keyed(token);
    mac.update(body);
    digits(&mac.finalize().into_bytes())
}

/// `bytes` in small hexadecimal digits.
pub(super) fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether `given` is `token`. What is compared are their HMACs, so that not even its length shows.
pub(super) fn is_token(given: &[u8], token: &[u8]) -> bool {
    let (mut left, mut right) = (keyed(token), keyed(token));
    left.update(given);
    right.update(token);
    left.verify(&right.finalize().into_bytes()).is_ok()
}

fn keyed(token: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(token).expect("any length is a key")
}

fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = digits.as_bytes().chunks(2);
    let byte = |pair: &[u8]| match *pair {
        [high, low] => u8::try_from(digit(high)? * 16 + digit(low)?).ok(),
        _ => None,
    };
    pairs.map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::{is_token, sign, signs};

    #[test]
    fn only_who_knows_the_token_can_sign() {
        // RFC 4231, test case 2.
        let digits = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let body = b"what do ya want for nothing?";
        assert_eq!(sign(body, b"Jefe"), digits);
        assert!(signs(digits, body, b"Jefe"));
        assert!(signs(&digits.to_uppercase(), body, b"Jefe"));
        assert!(!signs(digits, body, b"jefe"));
        assert!(!signs(&digits[1..], body, b"Jefe"));
        assert!(!signs(&digits[..32], body, b"Jefe"));
        assert!(!signs("", body, b"Jefe"));
        assert!(!signs("zz", body, b"Jefe"));
    }

    #[test]
    fn a_part_of_a_token_is_no_token() {
        assert!(is_token(b"secret", b"secret"));
        for wrong in ["", "secre", "secrets", "Secret"] {
            assert!(!is_token(wrong.as_bytes(), b"secret"), "{wrong}");
        }
    }
}
