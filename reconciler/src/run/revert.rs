//! Putting back what has drifted of a revision that was applied whole.

use super::built::Built;
use super::outcome::{Reverted, of_revert};
use super::{PATIENCE, Shared};
use crate::api::{Api, Kinds};
use crate::apply::{self, Run, prepare_revert};
use gitopsc_core::ObjectRef;
use gitopsc_engine::health::Rules;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::watch;

/// What is known of the cluster since everything was applied.
#[derive(Clone)]
pub(super) struct Ground {
    /// As whom everything is read and written.
    pub(super) api: Api,
    /// The kinds that the server has.
    pub(super) kinds: Arc<Kinds>,
    /// How health is told.
    pub(super) rules: Arc<Rules>,
}

/// What is to be put back.
pub(super) struct Job {
    /// What is desired.
    pub(super) built: Arc<Built>,
    /// What is known of the cluster.
    pub(super) ground: Ground,
    /// The objects.
    pub(super) objects: BTreeSet<ObjectRef>,
    /// Becomes true when this is to stop at the next safe point.
    pub(super) stop: watch::Receiver<bool>,
}

/// How many objects are put back one by one; for more, everything is looked at.
const MOST: usize = 100;

/// Whether it is enough to put back just these `objects`. What others lie in, or are of, takes them with it.
pub(super) fn suits(objects: &BTreeSet<ObjectRef>) -> bool {
    let takes_others = |object: &ObjectRef| {
        matches!(
            (object.group.as_str(), object.kind.as_str()),
            ("", "Namespace") | ("apiextensions.k8s.io", "CustomResourceDefinition")
        )
    };
    !objects.is_empty() && objects.len() <= MOST && !objects.iter().any(takes_others)
}

/// Does `job`, which ends by itself.
pub(super) async fn revert(shared: &Arc<Shared>, job: Job) -> Reverted {
    let (api, source) = (&job.ground.api, job.built.source(shared));
    let options = Arc::new(job.built.options.clone());
    let ground = apply::Ground {
        kinds: &job.ground.kinds,
        rules: &job.ground.rules,
    };
    let prepared = prepare_revert(api, source, ground, &options, &job.objects).await;
    let reverting = match prepared {
        Ok(reverting) => reverting,
        Err(error) => {
            tracing::debug!(error = %error.chain(), "what drifted cannot be read");
            return Reverted::default();
        }
    };
    if reverting.plan.writes().next().is_none() {
        return of_revert(&reverting, &Default::default());
    }
    let run = Run {
        holder: shared.holder.clone(),
        patience: PATIENCE,
        ..Run::default()
    };
    match apply::revert(api, source, ground, &reverting, &options, &run, &job.stop).await {
        Ok(settled) => of_revert(&reverting, &settled),
        Err(error) => {
            tracing::debug!(error = %super::fetch::chain(&error), "what drifted cannot be put back");
            Reverted::default()
        }
    }
}
