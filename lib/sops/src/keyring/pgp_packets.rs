//! How long PGP packets are: what follows the encrypted data of a message is not looked at.

/// The packets of encrypted data.
const ENCRYPTED_DATA: [u8; 3] = [9, 18, 20];

/// `packets` up to the end of the encrypted data; all of them if it has no end that can be told.
pub(super) fn without_trailer(packets: &[u8]) -> &[u8] {
    let mut at = 0;
    while let Some((tag, length)) = packet(&packets[at..]) {
        at += length;
        if ENCRYPTED_DATA.contains(&tag) {
            return &packets[..at];
        }
    }
    packets
}

/// The tag of the first packet, and its length with its header; none if it is not there as a whole.
fn packet(bytes: &[u8]) -> Option<(u8, usize)> {
    let (&first, rest) = bytes.split_first()?;
    let (tag, body) = match first {
        0xC0.. => (first & 0x3F, new_length(rest)?),
        0x80.. => ((first & 0x3F) >> 2, old_length(first & 3, rest)?),
        _ => return None,
    };
    (body <= rest.len()).then(|| (tag, 1 + body))
}

/// The bytes of length and body in the old form.
fn old_length(kind: u8, rest: &[u8]) -> Option<usize> {
    let octets = match kind {
        0 => 1,
        1 => 2,
        2 => 4,
        _ => return None,
    };
    Some(number(rest.get(..octets)?).saturating_add(octets))
}

/// The bytes of lengths and parts of the body in the new form.
fn new_length(rest: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let part = rest.get(at..)?;
        let first = usize::from(*part.first()?);
        let (octets, length) = match first {
            0..192 => (1, first),
            192..224 => (2, (first - 192) * 256 + usize::from(*part.get(1)?) + 192),
            255 => (5, number(part.get(1..5)?)),
            _ => (1, 1 << (first & 0x1F)),
        };
        at = length.saturating_add(at + octets);
        if !(224..255).contains(&first) {
            return Some(at);
        }
    }
}

fn number(octets: &[u8]) -> usize {
    let joined = |number, octet: &u8| number << 8 | usize::from(*octet);
    octets.iter().fold(0, joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_encrypted_data_is_left_out() {
        let key = [0xC1, 2, 1, 1].as_slice();
        for data in [
            [0xD2, 1, 7].as_slice(),
            &[0xD2, 255, 0, 0, 0, 1, 7],
            &[0xD2, 225, 7, 7, 1, 7],
            &[&[0xD2, 192, 8][..], &[7; 200]].concat(),
            &[0xA4, 1, 7],
            &[0xA5, 0, 1, 7],
        ] {
            let whole = [key, data].concat();
            assert_eq!(without_trailer(&whole), whole);
            assert_eq!(without_trailer(&[&whole, key].concat()), whole, "{data:?}");
        }
        for endless in [&[0xD2, 9, 7][..], &[0xA7, 1, 7], &[1], &[0xD2, 254], &[]] {
            assert_eq!(without_trailer(endless), endless);
        }
    }
}
