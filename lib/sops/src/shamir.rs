//! A secret from its parts: Shamir's scheme over GF(256), byte by byte, as HashiCorp Vault splits secrets.
//!
//! A part is the values of one polynomial a byte at one place; the place is its last byte. The secret is
//! their values at 0. Nothing here branches on secret bytes.

use crate::bytes::Plaintext;
use zeroize::Zeroizing;

/// The secret; none if the parts do not fit together.
pub(crate) fn combine(parts: &[Plaintext]) -> Option<Plaintext> {
    let length = parts.first()?.len();
    let places: Vec<u8> = parts
        .iter()
        .filter_map(|part| part.last().copied())
        .collect();
    let unique = places
        .iter()
        .enumerate()
        .all(|(at, place)| !places[..at].contains(place));
    let equal = parts.iter().all(|part| part.len() == length);
    if parts.len() < 2 || length < 2 || !unique || !equal {
        return None;
    }
    let weights: Vec<u8> = (0..places.len()).map(|at| weight(&places, at)).collect();
    let secret = (0..length - 1).map(|at| {
        parts
            .iter()
            .zip(&weights)
            .fold(0, |sum, (part, weight)| sum ^ multiply(part[at], *weight))
    });
    Some(Zeroizing::new(secret.collect()))
}

/// What the part at `places[at]` contributes to the value at 0 (Lagrange).
fn weight(places: &[u8], at: usize) -> u8 {
    let others = places.iter().enumerate().filter(|(other, _)| *other != at);
    others.fold(1, |product, (_, place)| {
        let quotient = multiply(*place, inverse(places[at] ^ place));
        multiply(product, quotient)
    })
}

/// The product in GF(256) with the polynomial of AES.
fn multiply(a: u8, b: u8) -> u8 {
    (0..8).rev().fold(0, |product: u8, bit| {
        let reduced = (product << 1) ^ ((product >> 7).wrapping_neg() & 0x1B);
        reduced ^ ((b >> bit & 1).wrapping_neg() & a)
    })
}

/// The inverse: the power of 254.
fn inverse(a: u8) -> u8 {
    let square = |a| multiply(a, a);
    let power_of_127 = (0..6).fold(a, |power, _| multiply(square(power), a));
    square(power_of_127)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(bytes: &[u8]) -> Plaintext {
        Zeroizing::new(bytes.to_vec())
    }

    #[test]
    fn every_number_but_0_has_an_inverse() {
        assert!((1..=255).all(|a| multiply(a, inverse(a)) == 1));
        assert_eq!(multiply(0x53, 0xCA), 1);
    }

    #[test]
    fn enough_parts_give_the_secret() {
        // The line 7 + 5x at 1, 2 and 3.
        let at = |x| part(&[7 ^ multiply(5, x), x]);
        for parts in [[at(1), at(2)], [at(3), at(1)], [at(2), at(3)]] {
            assert_eq!(combine(&parts).as_deref(), Some(&vec![7]));
        }
    }

    #[test]
    fn parts_that_do_not_fit_give_nothing() {
        for parts in [
            vec![],
            vec![part(&[1, 1])],
            vec![part(&[1, 1]), part(&[1, 1])],
            vec![part(&[1, 1]), part(&[1, 1, 2])],
            vec![part(&[1]), part(&[2])],
        ] {
            assert!(combine(&parts).is_none());
        }
    }
}
