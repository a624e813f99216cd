//! The resources of gitopsc's own API group, as types: definitions, documentation and validation are made from them.
//!
//! Nothing here talks to a server or decides anything.

mod conditions;
mod git;
mod notify;
mod status;
mod sync;

pub use conditions::{Condition, Is, conditions};
pub use git::{GitProxy, GitReference, GitSigned, GitSource, GitVerify};
pub use notify::{Notify, NotifyKind};
pub use status::{Counts, Entry, Pending, Revision, SyncStatus};
pub use sync::{Conflicts, Decryption, SecretReference, Source, Sync, SyncSpec, Units, Webhook};

use crate::api::Kind;
use gitopsc_core::Gvk;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::CustomResourceExt as _;

/// The API group.
pub const GROUP: &str = "gitopsc.dev";
/// Its version.
pub const VERSION: &str = "v1alpha1";

/// The annotation of a Sync that consents to what its status shows as pending.
pub const APPROVE: &str = "gitopsc.dev/approve";
/// The annotation of a Sync that asks for a look at its source, whenever its value changes.
pub const REQUESTED: &str = "gitopsc.dev/requested-at";
/// The annotation of a Sync that says that its source may have changed, whenever its value changes. Unlike
/// [`REQUESTED`] it disturbs nothing that is under way: webhooks write it, and these may be many.
pub const PUSHED: &str = "gitopsc.dev/pushed-at";

/// The definitions of all kinds of the group.
#[must_use]
pub fn definitions() -> Vec<CustomResourceDefinition> {
    vec![Sync::crd()]
}

/// Where Syncs are.
#[must_use]
pub fn sync_kind() -> Kind {
    Kind {
        gvk: Gvk {
            group: GROUP.into(),
            version: VERSION.into(),
            kind: "Sync".into(),
        },
        plural: "syncs".into(),
        namespaced: true,
    }
}
