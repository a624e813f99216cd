//! When to try a request again, and after how long.

use super::{ApiError, Class};
use std::future::Future;
use std::time::{Duration, Instant};

/// How long a write of our own records is repeated.
pub const RECORDS: Duration = Duration::from_secs(20);

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(10);

/// How long to wait before trying again after `error`, which was the failure number `failures` (from 1) in a row;
/// nothing if that will not help or would be later than `left` from now.
///
/// ```
/// use gitopsc_reconciler::api::{ApiError, Refusal, retry};
/// use std::time::Duration;
/// let busy = ApiError::Refused {
///     operation: "apply",
///     target: "pods/web".into(),
///     refusal: Box::new(Refusal { code: 503, ..Refusal::default() }),
/// };
/// let left = Duration::from_secs(60);
/// assert_eq!(retry::after(&busy, 1, left), Some(Duration::from_millis(100)));
/// assert_eq!(retry::after(&busy, 20, left), Some(Duration::from_secs(10)));
/// assert_eq!(retry::after(&busy, 1, Duration::from_millis(50)), None);
/// ```
#[must_use]
pub fn after(error: &ApiError, failures: u32, left: Duration) -> Option<Duration> {
    if !matches!(error.class(), Class::Retry | Class::Unclear) {
        return None;
    }
    let doubled = FIRST.saturating_mul(2u32.saturating_pow(failures.saturating_sub(1)));
    let asked = error.refusal().and_then(|refusal| refusal.retry_after);
    let wait = asked.unwrap_or_default().max(doubled.min(LONGEST));
    (wait <= left).then_some(wait)
}

/// Does `request` until it succeeds, fails for good, or `within` is over.
///
/// # Errors
/// The last failure.
pub async fn with_retry<T, F>(within: Duration, request: impl Fn() -> F) -> Result<T, ApiError>
where
    F: Future<Output = Result<T, ApiError>>,
{
    with_retry_unless(|_| false, within, request).await
}

/// The same, but for failures that somebody else is to deal with.
///
/// # Errors
/// The last failure.
pub async fn with_retry_unless<T, F>(
    is_final: impl Fn(&ApiError) -> bool,
    within: Duration,
    request: impl Fn() -> F,
) -> Result<T, ApiError>
where
    F: Future<Output = Result<T, ApiError>>,
{
    let started = Instant::now();
    let mut failures = 0;
    loop {
        let error = match request().await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        failures += 1;
        if is_final(&error) {
            return Err(error);
        }
        let left = within.saturating_sub(started.elapsed());
        match after(&error, failures, left) {
            Some(wait) => tokio::time::sleep(wait).await,
            None => return Err(error),
        }
    }
}
