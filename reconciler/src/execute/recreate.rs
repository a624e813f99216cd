//! Deleting an object and making it again.

use super::apply::{ABSENT, AT_ONCE, Writing};
use crate::api::{ApiError, Collection, Deletion, Owned};
use crate::send;
use gitopsc_core::Json;
use gitopsc_engine::fields::FieldSet;
use gitopsc_engine::ownership::Ownership;

impl Writing {
    /// Deletes and makes again; what the server has accepted in a dry run. The old one is put back if the new one is
    /// refused after all.
    pub(super) async fn recreate(&self) -> Result<Json, ApiError> {
        let Some(live) = &self.live else {
            return self.apply(ABSENT, &FieldSet::default(), false).await;
        };
        let old = self.api.get(&self.at()).await?;
        let deletion = Deletion {
            uid: live.uid().into(),
            resource_version: live.resource_version().into(),
            owned: match self.desired.object.kind == "StatefulSet" {
                true => Owned::Stays,
                false => Owned::GoesLater,
            },
        };
        self.api.delete(&self.at(), &deletion).await?;
        self.wait_until_gone(live.uid()).await?;
        let nothing = FieldSet::default();
        // The place of what is gone is not left to others: it would be missing meanwhile.
        let make = || self.apply(ABSENT, &nothing, false);
        let made = send::with_retry(AT_ONCE, make).await;
        if let (Err(_), Some(old)) = (&made, old) {
            self.put_back(&old).await?;
        }
        made
    }

    /// Makes `old` as it was, with the owners of its fields.
    async fn put_back(&self, old: &Json) -> Result<(), ApiError> {
        let mut body = old.without(&["status"]);
        for field in [
            "resourceVersion",
            "uid",
            "creationTimestamp",
            "managedFields",
            "generation",
        ] {
            body = body.without(&["metadata", field]);
        }
        let object = &self.desired.object;
        let within = Collection::of(&self.kind, &object.namespace);
        let made = self.api.create(&within, &body).await?;
        // A create owns all that it sets, whatever it brings along of owners.
        if let Some(operations) = Ownership::of(old).patch(&made) {
            // The object is there; what is not right of its owners is repaired by the next run.
            let _ = self.api.patch(&self.at(), &operations).await;
        }
        Ok(())
    }
}
