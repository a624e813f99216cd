//! The time as the API writes it where seconds are not enough.

use gitopsc_engine::timestamp::Timestamp;
use std::time::SystemTime;

/// `now` to the microsecond, as a `MicroTime`.
pub(crate) fn stamp(now: SystemTime) -> String {
    let since = now.duration_since(SystemTime::UNIX_EPOCH);
    let since = since.unwrap_or_default();
    let seconds = Timestamp(i64::try_from(since.as_secs()).unwrap_or(i64::MAX)).to_string();
    let seconds = seconds.trim_end_matches('Z');
    format!("{seconds}.{:06}Z", since.subsec_micros())
}

#[cfg(test)]
mod tests {
    use super::stamp;
    use std::time::{Duration, SystemTime};

    #[test]
    fn a_stamp_is_a_time_to_the_microsecond() {
        let at = SystemTime::UNIX_EPOCH + Duration::new(1_767_225_615, 1_020_300);
        assert_eq!(stamp(at), "2026-01-01T00:00:15.001020Z");
    }
}
