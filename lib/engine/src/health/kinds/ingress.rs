//! Ingresses.

use super::service::address;
use crate::health::live::Live;
use crate::health::status::Health;
use ecow::eco_format;

/// How long an address may take. Many controllers never write one, so that nothing more can be waited for.
const ADDRESS: i64 = 60;

pub(super) fn health(live: &Live<'_>) -> Health {
    match address(live) {
        Some(address) => Health::current(eco_format!("it is at {address}")),
        None => live.at_first(
            ADDRESS,
            "no controller has given it an address yet",
            "no controller has given it an address, which some never do",
        ),
    }
}
