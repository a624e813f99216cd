//! Points in time, which are always arguments here: nothing in this crate reads a clock.

use std::fmt;

/// A point in time, in whole seconds since 1970 (UTC).
///
/// ```
/// use gitopsc_engine::timestamp::Timestamp;
/// let at = Timestamp::parse("2026-01-01T00:00:15Z").unwrap();
/// assert_eq!(at.seconds_since(Timestamp::parse("2026-01-01T01:00:00+01:00").unwrap()), 15);
/// assert_eq!(at.to_string(), "2026-01-01T00:00:15Z");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

const DAY: i64 = 86_400;

impl Timestamp {
    /// Reads a time as RFC 3339 writes it; fractions of a second are passed over.
    #[must_use]
    pub fn parse(text: &str) -> Option<Timestamp> {
        let (date, time) = text.split_once(['T', 't', ' '])?;
        let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
        let zone = time.find(['Z', 'z', '+', '-'])?;
        let (clock, zone) = time.split_at(zone);
        let clock = clock.split_once('.').map_or(clock, |(clock, _)| clock);
        let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
        let is_date = (1..=12).contains(&month) && (1..=31).contains(&day);
        let is_time = hour < 24 && minute < 60 && second <= 60;
        let seconds = days(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
        (is_date && is_time).then_some(Timestamp(seconds - offset(zone)?))
    }

    /// How many seconds have gone by since `earlier`; less than none if it comes later.
    #[must_use]
    pub fn seconds_since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The time `seconds` later.
    #[must_use]
    pub fn after(self, seconds: i64) -> Timestamp {
        Timestamp(self.0.saturating_add(seconds))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = date(self.0.div_euclid(DAY));
        let second = self.0.rem_euclid(DAY);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        )
    }
}

/// Three numbers of fixed widths.
fn numbers(text: &str, separator: char, widths: [usize; 3]) -> Option<[i64; 3]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; 3];
    for (number, width) in numbers.iter_mut().zip(widths) {
        let part = parts.next()?;
        let is_number = part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit());
        *number = is_number.then(|| part.parse().ok()).flatten()?;
    }
    parts.next().is_none().then_some(numbers)
}

/// How many seconds a zone is ahead of UTC.
fn offset(zone: &str) -> Option<i64> {
    let (sign, rest) = match zone.as_bytes().first()? {
        b'Z' | b'z' => return (zone.len() == 1).then_some(0),
        b'-' => (-1, &zone[1..]),
        _ => (1, &zone[1..]),
    };
    let [hour, minute, _] = numbers(&format!("{rest}:00"), ':', [2, 2, 2])?;
    (hour < 24 && minute < 60).then_some(sign * (hour * 3600 + minute * 60))
}

/// Days from 1970 to a date of the Gregorian calendar. Years begin in March here, so that the odd day is the last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month < 3 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let leap = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap + (month * 153 + 2) / 5 + day - 1 - 719_468
}

/// The date so many days from 1970.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let year = era * 400 + year_of_era + i64::from(month >= 10);
    (year, (month + 2) % 12 + 1, day)
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn times_are_read_as_they_are_written() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59Z", -1),
            ("2000-02-29T12:00:00Z", 951_825_600),
            ("2026-11-25T04:36:50Z", 1_795_581_410),
            ("2100-03-01T00:00:00Z", 4_107_542_400),
        ] {
            assert_eq!(Timestamp::parse(text), Some(Timestamp(seconds)), "{text}");
            assert_eq!(Timestamp(seconds).to_string(), text);
        }
        let same = [
            "2026-01-01T00:00:00.123456789Z",
            "2025-12-31T22:30:00-01:30",
        ];
        for text in same {
            assert_eq!(
                Timestamp::parse(text),
                Timestamp::parse("2026-01-01T00:00:00Z"),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2026-01-01",
            "2026-13-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:00",
            "2026-1-1T00:00:00Z",
            "2026-01-01T00:00:00Zx",
            "2026-01-01T00:00:00+1",
            "+026-01-01T00:00:00Z",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }
}
