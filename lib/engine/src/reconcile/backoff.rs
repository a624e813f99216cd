//! How long to wait after failures in a row.

use std::time::Duration;

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(120);

/// How long to wait after `failures` in a row, the first being 1: doubled each time, up to two minutes, and up to a
/// quarter longer as `chance` has it, so that what failed together does not come again together.
///
/// ```
/// use gitopsc_engine::reconcile::backoff;
/// use std::time::Duration;
/// assert_eq!(backoff(1, 0), Duration::from_secs(1));
/// assert_eq!(backoff(4, 0), Duration::from_secs(8));
/// assert_eq!(backoff(4, 255), Duration::from_secs(10));
/// assert_eq!(backoff(99, 0), Duration::from_secs(120));
/// ```
#[must_use]
pub fn backoff(failures: u32, chance: u8) -> Duration {
    let doubled = FIRST.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
    let base = doubled.min(LONGEST);
    base + base / 4 * u32::from(chance) / u32::from(u8::MAX)
}
