//! Rules about single texts.

use gitopsc_core::Json;

/// Whether `value` is text that is not the value itself: encrypted, or to be filled in later.
pub(crate) fn stands_for_another(value: &Json) -> bool {
    match value {
        Json::Secret(_) | Json::SecretLiteral(_) => true,
        Json::String(text) => {
            gitopsc_sops::is_encrypted_value(text) || (text.contains("${") && text.contains('}'))
        }
        _ => false,
    }
}

/// Whether `text` is a quantity such as `500m` or `1.5Gi`
/// (k8s.io/apimachinery/pkg/api/resource/quantity.go).
pub(crate) fn is_quantity(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (number, suffix) = unsigned.split_at(end.unwrap_or(unsigned.len()));
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    digits > 0 && number.matches('.').count() <= 1 && is_suffix(suffix)
}

fn is_suffix(suffix: &str) -> bool {
    const SUFFIXES: [&str; 16] = [
        "", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei",
    ];
    let exponent = suffix.strip_prefix(['e', 'E']).map(|rest| {
        let digits = rest.strip_prefix(['+', '-']).unwrap_or(rest);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    SUFFIXES.contains(&suffix) || exponent == Some(true)
}

/// Whether `text` is base64 as Go reads it: line breaks do not count.
pub(crate) fn is_base64(text: &str) -> bool {
    let bytes = text.bytes().filter(|byte| !b"\r\n".contains(byte));
    let (mut length, mut padding) = (0_usize, 0_usize);
    for byte in bytes {
        length += 1;
        if byte == b'=' {
            padding += 1;
        } else if padding > 0 || !(byte.is_ascii_alphanumeric() || b"+/".contains(&byte)) {
            return false;
        }
    }
    length % 4 == 0 && padding <= 2
}

#[cfg(test)]
mod tests {
    use super::{is_base64, is_quantity};

    #[test]
    fn quantities_are_those_of_kubernetes() {
        for text in [
            "1", "-1", "0.5", ".5", "5.", "100m", "1Gi", "1e3", "1E-3", "12E", "1k",
        ] {
            assert!(is_quantity(text), "{text}");
        }
        for text in [
            "", "Gi", "1GB", "1 Gi", "1gi", "1K", "1.2.3", "1e", "a", "128MB",
        ] {
            assert!(!is_quantity(text), "{text}");
        }
    }

    #[test]
    fn base64_is_that_of_go() {
        for text in ["", "YQ==", "YWI=", "YWJj", "YW\nJj"] {
            assert!(is_base64(text), "{text}");
        }
        for text in ["a", "abc", "hunter2!", "YQ=a", "Y===", "ab-_"] {
            assert!(!is_base64(text), "{text}");
        }
    }
}
