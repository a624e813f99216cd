//! Gateway API: classes, gateways, routes and policies. Its conditions say which generation they are about.

use crate::health::condition::Condition;
use crate::health::expect::Expect;
use crate::health::live::{Live, at, items, text};
use crate::health::status::Health;
use ecow::{EcoString, eco_format};
use gitopsc_core::Json;

/// Classes: the controller takes them or refuses them.
pub(super) const CLASS: Expect = Expect::ready(&["Accepted"]).fatal(&["Unsupported"]);

/// Gateways. A listener whose certificate is still to come holds back no other one.
pub(super) const GATEWAY: Expect =
    Expect::ready(&["Accepted", "Programmed"]).fatal(&["UnsupportedAddress"]);

/// What each parent says of a route.
const PARENT: Expect =
    Expect::ready(&["Accepted"]).fatal(&["UnsupportedValue", "IncompatibleFilters"]);

/// How long a policy may be without anybody who uses it before that is taken as final.
const POLICY: i64 = 30;

pub(super) fn gateway(live: &Live<'_>) -> Health {
    let health = GATEWAY.health(live);
    if !health.is_current() {
        return health;
    }
    let unresolved = live.items("status.listeners").iter().find_map(|listener| {
        let unresolved = Condition::all(items(listener, "conditions"))
            .find(|told| told.kind == "ResolvedRefs" && told.is_false())?;
        let name = text(listener, "name")?;
        Some(eco_format!("; listener {name}: {}", unresolved.says()))
    });
    Health::current(eco_format!(
        "{}{}",
        health.reason,
        unresolved.unwrap_or_default()
    ))
}

/// HTTPRoute, GRPCRoute and the like: every parent that is named has to accept it.
pub(super) fn route(live: &Live<'_>) -> Health {
    let wanted = live.items("spec.parentRefs");
    if wanted.is_empty() {
        return Health::current("it names no parent");
    }
    let parents = live.items("status.parents");
    for parent in wanted {
        let told = parents.iter().filter(|told| is_about(told, parent));
        let mut answers = told.map(|told| answer(live, told)).peekable();
        let name = text(parent, "name").unwrap_or_default();
        if answers.peek().is_none() {
            return Health::in_progress(eco_format!("{name} has not taken it up yet"));
        }
        if let Some(unwell) = answers.find(|health| !health.is_current()) {
            return Health {
                reason: eco_format!("{name}: {}", unwell.reason),
                ..unwell
            };
        }
    }
    Health::current("all its parents accept it")
}

/// Whether `told`, an entry of the status, is about the parent that `wanted` names.
fn is_about(told: &Json, wanted: &Json) -> bool {
    let Some(told) = at(told, "parentRef") else {
        return false;
    };
    ["name", "namespace", "sectionName", "kind"]
        .iter()
        .all(|key| match (text(wanted, key), text(told, key)) {
            (Some(wanted), Some(told)) => wanted == told,
            // The server and controllers fill in what is left out.
            (None, _) => true,
            (Some(_), None) => *key == "namespace" || *key == "kind",
        })
}

fn answer(live: &Live<'_>, parent: &Json) -> Health {
    let conditions = || Condition::all(items(parent, "conditions"));
    let health = PARENT.of(live.generation(), &conditions);
    let unresolved = conditions().find(|told| told.kind == "ResolvedRefs" && told.is_false());
    match unresolved {
        Some(unresolved) if health.is_current() => Health::in_progress(unresolved.says()),
        _ => health,
    }
}

/// Policies with `status.ancestors`: nobody who uses one may refuse it.
pub(super) fn policy(live: &Live<'_>) -> Health {
    let ancestors = live.items("status.ancestors");
    if ancestors.is_empty() {
        return live.at_first(
            POLICY,
            "no gateway has taken it up yet",
            "no gateway uses it",
        );
    }
    let refusal: Option<EcoString> = ancestors.iter().find_map(|ancestor| {
        let health = Expect::ready(&["Accepted"]).of(live.generation(), &|| {
            Condition::all(items(ancestor, "conditions"))
        });
        let name = text(ancestor, "ancestorRef.name").unwrap_or_default();
        (!health.is_current()).then(|| eco_format!("{name}: {}", health.reason))
    });
    match refusal {
        Some(refusal) => Health::in_progress(refusal),
        None => Health::current("it is accepted"),
    }
}
