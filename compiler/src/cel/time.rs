//! Durations as Go writes them, and times of RFC 3339; both in nanoseconds.

/// Nanoseconds in a second.
pub(super) const SECOND: i128 = 1_000_000_000;

const DAY: i128 = 86_400;

/// Reads a duration such as `1h30m` or `1.5s`.
pub(super) fn duration(text: &str) -> Option<i128> {
    const UNITS: [(&str, i128); 8] = [
        ("ns", 1),
        ("us", 1_000),
        ("µs", 1_000),
        ("μs", 1_000),
        ("ms", 1_000_000),
        ("s", SECOND),
        ("m", 60 * SECOND),
        ("h", 3_600 * SECOND),
    ];
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut total: i128 = 0;
    let mut any = false;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(end);
        // The unit with the longest name that fits: `ms` before `m`.
        let fitting = UNITS.iter().filter(|(name, _)| after.starts_with(name));
        let (name, unit) = fitting.max_by_key(|(name, _)| name.len())?;
        total = total.checked_add(scaled(number, *unit)?)?;
        rest = &after[name.len()..];
        any = true;
    }
    any.then_some(sign * total).filter(|total| i64::try_from(*total).is_ok())
}

/// `number`, perhaps with a fraction, times `unit`.
fn scaled(number: &str, unit: i128) -> Option<i128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return None;
    }
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let mut total = whole.checked_mul(unit)?;
    let mut part = unit;
    for digit in fraction.bytes() {
        part /= 10;
        total += part * i128::from(digit - b'0');
    }
    Some(total)
}

/// Reads a time such as `2024-02-29T12:00:00.5+01:00`.
pub(super) fn timestamp(text: &str) -> Option<i128> {
    let (date, clock) = text.split_once(['T', 't'])?;
    let at = clock.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = clock.split_at(at);
    let seconds = days(date)?.checked_mul(DAY)? + seconds(clock)? - offset(zone)?;
    Some(seconds * SECOND + seconds_fraction(clock)?)
}

/// Days from 1970 to a date.
pub(super) fn days(date: &str) -> Option<i128> {
    let mut parts = date.split('-');
    let mut number = |digits: usize| {
        let part = parts.next().filter(|part| part.len() == digits)?;
        part.parse::<i128>().ok()
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let length = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => return None,
    };
    if parts.next().is_some() || !(1..=length).contains(&day) {
        return None;
    }
    // Years that begin in March make the leap day the last one.
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

fn seconds(clock: &str) -> Option<i128> {
    let whole = clock.split('.').next()?;
    let mut parts = whole.split(':').map(|part| {
        let two = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        two.then(|| part.parse::<i128>().ok()).flatten()
    });
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let fits = hour < 24 && minute < 60 && second < 60 && parts.next().is_none();
    fits.then_some(hour * 3_600 + minute * 60 + second)
}

fn seconds_fraction(clock: &str) -> Option<i128> {
    match clock.split_once('.') {
        None => Some(0),
        Some((_, digits)) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            scaled(&format!("0.{digits}"), SECOND).filter(|_| !digits.is_empty())
        }
        Some(_) => None,
    }
}

fn offset(zone: &str) -> Option<i128> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = zone[1..].split_once(':')?;
    let number = |text: &str| text.parse::<i128>().ok().filter(|_| text.len() == 2);
    Some(sign * (number(hours)? * 3_600 + number(minutes)? * 60))
}

#[cfg(test)]
mod tests {
    use super::{SECOND, duration, timestamp};

    #[test]
    fn durations_are_read_as_go_reads_them() {
        for (text, wanted) in [
            ("1h30m", Some(5_400 * SECOND)),
            ("1.5s", Some(1_500_000_000)),
            ("-2ms", Some(-2_000_000)),
            ("0", Some(0)),
            ("1", None),
            ("", None),
            ("1x", None),
            ("s", None),
        ] {
            assert_eq!(duration(text), wanted, "{text}");
        }
    }

    #[test]
    fn times_are_read_with_their_zones() {
        for (text, wanted) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("1970-01-01T01:00:00+01:00", Some(0)),
            ("2024-02-29T12:00:00.5Z", Some(1_709_208_000 * SECOND + SECOND / 2)),
            ("1969-12-31T23:59:59Z", Some(-SECOND)),
            ("2023-02-29T12:00:00Z", None),
            ("2024-13-01T00:00:00Z", None),
            ("2024-01-01", None),
            ("2024-01-01T00:00:00", None),
            ("", None),
        ] {
            assert_eq!(timestamp(text), wanted, "{text}");
        }
    }
}
