//! Which Sync a set belongs to.
//!
//! Whoever works on a set for a Sync leaves the UID of the Sync on the lease of the set, where it stays when the work ends or
//! is killed. As long as that very Sync is there, the set is its own.

use crate::api::{Api, ApiError, Class, Resource};
use crate::lease;
use crate::resources::sync_kind;
use crate::set::SetName;
use gitopsc_core::{EcoString, Json};

/// A Sync to which a set belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Its namespace and name.
    pub sync: EcoString,
    /// Whether it leaves everything alone for now, as far as that can be read.
    pub suspended: bool,
}

/// The Sync that `set` belongs to, of whose lease `read` was read; nothing if there is none. Who may not look at Syncs has
/// only the word of the lease.
///
/// # Errors
/// The Sync cannot be read.
pub async fn of(api: &Api, set: &SetName, read: &lease::Read) -> Result<Option<Owner>, ApiError> {
    let Some(uid) = &read.sync else {
        return Ok(None);
    };
    let at = Resource::of(&sync_kind(), &set.namespace, &set.name);
    let suspended = match api.get(&at).await {
        Ok(Some(sync)) if is(&sync, uid) => {
            sync.at(&["spec", "suspend"]) == Some(&Json::Bool(true))
        }
        Ok(_) => return Ok(None),
        Err(error) if error.class() == Class::Forbidden => false,
        Err(error) => return Err(error),
    };
    let sync = format!("{}/{}", set.namespace, set.name).into();
    Ok(Some(Owner { sync, suspended }))
}

fn is(sync: &Json, uid: &str) -> bool {
    sync.str_at(&["metadata", "uid"]) == Some(uid)
}
