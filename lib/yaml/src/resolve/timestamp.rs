//! Timestamps as go-yaml reads them and as Go's JSON writes them.
//!
//! go-yaml tries four layouts of Go's `time.Parse`, which is laxer than RFC 3339: one digit is enough for
//! all but the year, a comma may stand for the point. No arithmetic is needed: the zone stays as written.

/// A moment, in the zone it was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timestamp {
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
    nanosecond: u32,
    /// Minutes east of UTC.
    offset: i16,
}

impl Timestamp {
    /// Reads `text`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Timestamp> {
        let (year, rest) = text.split_at_checked(4)?;
        if !year.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (month, rest) = one_or_two(rest.strip_prefix('-')?)?;
        let (day, rest) = one_or_two(rest.strip_prefix('-')?)?;
        let year = year.parse().ok()?;
        if !(1..=12).contains(&month) || day < 1 || day > days(year, month) {
            return None;
        }
        let date = Timestamp {
            year,
            month,
            day,
            hour: 0,
            minute: 0,
            second: 0,
            nanosecond: 0,
            offset: 0,
        };
        match rest.as_bytes().first() {
            None => Some(date),
            Some(b'T' | b't') => date.with_time(&rest[1..], true),
            Some(b' ') => date.with_time(rest.trim_start_matches(' '), false),
            Some(_) => None,
        }
    }

    fn with_time(mut self, text: &str, zoned: bool) -> Option<Timestamp> {
        let (hour, rest) = one_or_two(text)?;
        let (minute, rest) = one_or_two(rest.strip_prefix(':')?)?;
        let (second, rest) = one_or_two(rest.strip_prefix(':')?)?;
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        (self.hour, self.minute, self.second) = (hour, minute, second);
        let (nanosecond, rest) = fraction(rest);
        self.nanosecond = nanosecond;
        if zoned {
            self.offset = zone(rest)?;
        } else if !rest.is_empty() {
            return None;
        }
        Some(self)
    }

    /// The text that Go's JSON has for it; none if the zone is a day or more away, which Go refuses.
    #[must_use]
    pub fn to_rfc3339(self) -> Option<String> {
        let zone = self.offset.unsigned_abs();
        if zone >= 24 * 60 {
            return None;
        }
        let mut text = format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            self.year, self.month, self.day, self.hour, self.minute, self.second
        );
        if self.nanosecond > 0 {
            let digits = format!(".{:09}", self.nanosecond);
            text.push_str(digits.trim_end_matches('0'));
        }
        match self.offset {
            0 => text.push('Z'),
            offset => {
                let sign = if offset < 0 { '-' } else { '+' };
                text.push_str(&format!("{sign}{:02}:{:02}", zone / 60, zone % 60));
            }
        }
        Some(text)
    }
}

/// A number of one or two digits, two where there are two.
fn one_or_two(text: &str) -> Option<(u8, &str)> {
    let length = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let number = text[..length].parse().ok()?;
    Some((number, &text[length..]))
}

/// Nanoseconds after a point or comma; further digits are dropped.
fn fraction(text: &str) -> (u32, &str) {
    let Some(digits) = text.strip_prefix(['.', ',']) else {
        return (0, text);
    };
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    if length == 0 {
        return (0, text);
    }
    let nanoseconds = digits
        .bytes()
        .take(length)
        .chain(std::iter::repeat(b'0'))
        .take(9);
    let value = nanoseconds.fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
    (value, &digits[length..])
}

/// `Z` or `+hh:mm`, in minutes.
fn zone(text: &str) -> Option<i16> {
    if text == "Z" {
        return Some(0);
    }
    let [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] = text.as_bytes() else {
        return None;
    };
    if ![h1, h2, m1, m2].iter().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let hours = i16::from(h1 - b'0') * 10 + i16::from(h2 - b'0');
    let minutes = i16::from(m1 - b'0') * 10 + i16::from(m2 - b'0');
    if hours > 24 || minutes > 60 {
        return None;
    }
    let offset = hours * 60 + minutes;
    Some(if *sign == b'-' { -offset } else { offset })
}

fn days(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
