//! Moments as Go reads and writes them in RFC 3339.

use gitopsc_yaml::resolve::Timestamp;

/// Go's `time.Parse(time.RFC3339, text)`: as strict as the standard but for an hour of one digit.
pub(crate) fn parse_rfc3339(text: &[u8]) -> Option<Timestamp> {
    let text = str::from_utf8(text).ok()?;
    let (date, time) = text.split_once('T')?;
    let parts: Vec<usize> = date.split('-').map(str::len).collect();
    let mut clock = time.splitn(3, ':');
    let (hour, minute, second) = (clock.next()?, clock.next()?, clock.next()?);
    let two_digits = |text: &str| text.bytes().take(2).filter(u8::is_ascii_digit).count() == 2;
    let strict = parts == [4, 2, 2]
        && matches!(hour.len(), 1 | 2)
        && minute.len() == 2
        && two_digits(minute)
        && two_digits(second);
    Timestamp::parse(text).filter(|_| strict)
}

/// Go's `Format(time.RFC3339)`, which leaves fractions of a second out.
pub(crate) fn seconds(time: Timestamp) -> Option<String> {
    let text = time.to_rfc3339()?;
    let Some((whole, rest)) = text.split_once('.') else {
        return Some(text);
    };
    let zone = rest.trim_start_matches(|character: char| character.is_ascii_digit());
    Some(format!("{whole}{zone}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_strictly_and_written_without_fractions() {
        let shown = |text: &str| seconds(parse_rfc3339(text.as_bytes())?);
        for (text, wanted) in [
            ("2024-01-02T03:04:05Z", Some("2024-01-02T03:04:05Z")),
            (
                "2024-01-02T03:04:05.120+01:30",
                Some("2024-01-02T03:04:05+01:30"),
            ),
            ("2024-01-02T03:04:05+00:00", Some("2024-01-02T03:04:05Z")),
            ("2024-1-02T03:04:05Z", None),
            ("2024-01-02t03:04:05Z", None),
            ("2024-01-02T03:4:05Z", None),
            ("2024-01-02T03:04:05", None),
            ("2024-02-30T03:04:05Z", None),
            ("", None),
        ] {
            assert_eq!(shown(text).as_deref(), wanted, "{text}");
        }
    }
}
