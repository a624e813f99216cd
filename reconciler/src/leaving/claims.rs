//! Claims in the namespaces of what leaves, and whose they are: their owners are followed upwards, to those that are
//! nobody's members too.

use super::bodies::Bodies;
use super::{Gone, Looking};
use crate::api::{Api, ApiError, Kinds, List, Resource};
use crate::at_once::at_once;
use crate::listing::{self, Listing};
use crate::observe::name_of;
use gitopsc_core::{EcoString, Gvk, Json, ObjectRef};
use gitopsc_engine::observed::Live;
use gitopsc_engine::plan::{Claims, Owner};
use std::collections::{BTreeMap, BTreeSet};

/// From how many namespaces on one list of the whole cluster is cheaper than a list of each.
const LIST_FROM: usize = 4;
const AT_ONCE: usize = 16;

/// What of `going` would take claims with it.
pub(super) async fn read(looking: Looking<'_>, going: &[Gone], bodies: &Bodies) -> Claims {
    let mut claims = Claims::default();
    for gone in going {
        let is_set = (gone.gvk.group.as_str(), gone.gvk.kind.as_str()) == ("apps", "StatefulSet");
        if let Some(body) = bodies.get(&gone.object).filter(|_| is_set) {
            claims.add_stateful_set(body);
        }
    }
    let mut found: Vec<(ObjectRef, Live)> = Vec::new();
    let namespaces = going.iter().map(|gone| gone.object.namespace.clone());
    let namespaces: BTreeSet<EcoString> = namespaces.collect();
    let listed = list(looking, &namespaces, &mut found).await;
    let unlisted = match listed {
        Ok(listing) => listing.unlisted,
        Err(error) => {
            let why = EcoString::from(error.chain());
            let all = namespaces.into_iter();
            all.map(|namespace| (namespace, why.clone())).collect()
        }
    };
    for (namespace, why) in unlisted {
        claims.add_unknown(namespace, why);
    }
    let mut owners = Vec::new();
    for (claim, live) in &found {
        let of_claim = claims.add_claim(claim, live).into_iter();
        owners.extend(of_claim.map(|owner| (claim.namespace.clone(), owner)));
    }
    follow(looking, going, owners, &mut claims).await;
    claims
}

async fn list(
    looking: Looking<'_>,
    namespaces: &BTreeSet<EcoString>,
    found: &mut Vec<(ObjectRef, Live)>,
) -> Result<Listing, ApiError> {
    let Some(kind) = looking.kinds.preferred("", "PersistentVolumeClaim") else {
        return Ok(Listing::default());
    };
    let mut each = |claim: &Json| found.push((name_of(kind, claim), Live::new(claim.clone())));
    let of = |within| List::all(within).metadata();
    // What has no namespace may own claims in any.
    let is_everywhere = namespaces.len() >= LIST_FROM || namespaces.contains("");
    match is_everywhere {
        true => listing::list(looking.api, kind, namespaces, &of, &mut each).await,
        false => {
            let listing = listing::by_namespace(looking.api, kind, namespaces, &of, &mut each);
            Ok(listing.await)
        }
    }
}

/// Passes claims on from owner to owner. Each is in the namespace of the claim, or in none.
async fn follow(
    looking: Looking<'_>,
    going: &[Gone],
    mut owners: Vec<(EcoString, Owner)>,
    claims: &mut Claims,
) {
    let known: BTreeMap<&str, &Live> = going.iter().map(|of| (of.live.uid(), &of.live)).collect();
    while !owners.is_empty() {
        let mut next = Vec::new();
        let (here, there): (Vec<_>, Vec<_>) =
            (owners.into_iter()).partition(|(_, owner)| known.contains_key(owner.uid.as_str()));
        let mut pass_on = |namespace: EcoString, live: &Live| {
            let further = claims.add_owner(live).into_iter();
            next.extend(further.map(|owner| (namespace.clone(), owner)));
        };
        for (namespace, owner) in here {
            pass_on(namespace, known[owner.uid.as_str()]);
        }
        let reads = there.into_iter().filter_map(|(namespace, owner)| {
            let at = place(looking.kinds, &namespace, &owner)?;
            let api = looking.api.clone();
            Some(async move { (namespace, read_one(&api, &at, &owner).await) })
        });
        let mut unread = Vec::new();
        at_once(AT_ONCE, reads, |(namespace, read)| match read {
            Ok(Some(live)) => pass_on(namespace, &live),
            Ok(None) => {}
            Err(error) => unread.push((namespace, EcoString::from(error.chain()))),
        })
        .await;
        for (namespace, why) in unread {
            claims.add_unknown(namespace, why);
        }
        owners = next;
    }
}

fn place(kinds: &Kinds, namespace: &str, owner: &Owner) -> Option<Resource> {
    let gvk = Gvk::parse(&owner.api_version, &owner.kind);
    let kind = kinds
        .get(&gvk)
        .or_else(|| kinds.preferred(&gvk.group, &gvk.kind))?;
    Some(Resource::of(kind, namespace, &owner.name))
}

async fn read_one(api: &Api, at: &Resource, owner: &Owner) -> Result<Option<Live>, ApiError> {
    let live = api.get_metadata(at).await?.map(Live::new);
    Ok(live.filter(|live| live.uid() == owner.uid))
}
