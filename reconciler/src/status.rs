//! What is there of sets, without a tree: reads only.

use crate::api::{Api, ApiError};
use crate::{lease, parents};
use gitopsc_core::EcoString;
use std::collections::BTreeSet;

/// The sets whose records are in `namespace`.
///
/// # Errors
/// The records cannot be listed.
pub async fn sets(api: &Api, namespace: &str) -> Result<BTreeSet<EcoString>, ApiError> {
    let mut sets = parents::sets(api, namespace).await?;
    sets.extend(lease::sets(api, namespace).await?);
    Ok(sets)
}
