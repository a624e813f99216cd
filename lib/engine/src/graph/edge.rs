//! Edges: who needs what, why, and how much.

use super::NodeId;
use gitopsc_core::{EcoString, ObjectRef, Span};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wait {
    /// Nothing: it only comes later.
    Order,
    /// That the other is applied.
    Applied,
    /// That the other is ready.
    Ready,
}

impl Wait {
    /// All of them.
    pub const ALL: &[Wait] = &[Wait::Order, Wait::Applied, Wait::Ready];

    /// Its word, never renamed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Wait::Order => "order",
            Wait::Applied => "applied",
            Wait::Ready => "ready",
        }
    }
}

/// What happens if it is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Force {
    /// A first creation is held back for a while, then done all the same.
    Soft,
    /// The API server would refuse, or somebody declared it: held back until met.
    Hard,
}

impl Force {
    /// All of them.
    pub const ALL: &[Force] = &[Force::Soft, Force::Hard];

    /// Its word, never renamed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Force::Soft => "soft",
            Force::Hard => "hard",
        }
    }
}

/// An object whose existence, with these keys, meets a need, whoever makes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exists {
    /// The object.
    pub object: ObjectRef,
    /// The keys of its data that are read; none means that any will do.
    pub keys: BTreeSet<EcoString>,
}

/// One object needs another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// Who needs.
    pub from: NodeId,
    /// What is needed, or who makes what is needed.
    pub to: NodeId,
    /// Why.
    pub reason: Reason,
    /// What is waited for.
    pub wait: Wait,
    /// What happens if it is not met.
    pub force: Force,
    /// Where set, the need is met when this exists, however `to` is.
    pub exists: Option<Arc<Exists>>,
    /// Where the reference stands.
    pub span: Span,
}

impl Edge {
    /// An edge whose reference has no place of its own.
    #[must_use]
    pub fn new(from: NodeId, to: NodeId, reason: Reason, wait: Wait, force: Force) -> Edge {
        Edge {
            from,
            to,
            reason,
            wait,
            force,
            exists: None,
            span: Span::NONE,
        }
    }

    /// The same with the place of the reference.
    #[must_use]
    pub fn at(mut self, span: Span) -> Edge {
        self.span = span;
        self
    }

    /// The same, met when `exists` does.
    #[must_use]
    pub fn met_by(mut self, exists: Exists) -> Edge {
        self.exists = Some(Arc::new(exists));
        self
    }

    /// How little this gives way: hard edges never, mere order first.
    pub(super) fn rank(&self) -> (Force, Wait) {
        (self.force, self.wait)
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// Why an object needs another.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason {
            $($(#[$doc])* $name,)*
        }

        impl Reason {
            /// All of them.
            pub const ALL: &[Reason] = &[$(Reason::$name,)*];

            /// Its word, never renamed.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self {
                    $(Reason::$name => $word,)*
                }
            }
        }
    };
}

reasons! {
    /// It lives in this namespace.
    Namespace = "namespace",
    /// Its kind is declared by this CustomResourceDefinition.
    Crd = "crd",
    /// Its kind is made by this object: a CompositeResourceDefinition, a ConstraintTemplate.
    Kind = "kind",
    /// Its kind is served by this APIService.
    ApiService = "api-service",
    /// This webhook configuration admits it, or converts it.
    Webhook = "webhook",
    /// It calls this Service, or what is behind it.
    Backend = "backend",
    /// It binds this role.
    Role = "role",
    /// It runs as, or binds, this service account.
    ServiceAccount = "service-account",
    /// Its images are pulled with this Secret.
    PullSecret = "image-pull-secret",
    /// It reads this Secret.
    Secret = "secret",
    /// It reads this ConfigMap.
    ConfigMap = "config-map",
    /// It mounts this claim, or takes its data from it.
    Claim = "claim",
    /// It is of this class: storage, priority, ingress, runtime, gateway, volume snapshot.
    Class = "class",
    /// It is bound by this policy, quota or limit range.
    Policy = "policy",
    /// It scales this.
    ScaleTarget = "scale-target",
    /// It guards or monitors this.
    Watched = "watched",
    /// It routes by this gateway.
    Gateway = "gateway",
    /// It routes to this.
    Route = "route",
    /// Its certificate is issued by this.
    Issuer = "issuer",
    /// Its secret comes from this store.
    Store = "store",
    /// It refers to this.
    Reference = "reference",
    /// This takes a finalizer off it.
    Finalizer = "finalizer",
    /// An annotation or setting says so.
    DependsOn = "depends-on",
    /// The unit is ready only if this is current.
    Requires = "requires",
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Sorts `edges`, and of those that say the same of the same pair keeps the strongest, with the keys of all.
pub(super) fn unify(edges: &mut Vec<Edge>) {
    edges.sort_by(|a, b| {
        let key = |edge: &Edge| (edge.from, edge.to, edge.reason);
        let strength = |edge: &Edge| edge.rank();
        key(a)
            .cmp(&key(b))
            .then_with(|| strength(b).cmp(&strength(a)))
            .then_with(|| (&a.exists, a.span).cmp(&(&b.exists, b.span)))
    });
    edges.dedup_by(|later, first| {
        let same = (later.from, later.to, later.reason) == (first.from, first.to, first.reason)
            && is_same_object(later, first);
        if same {
            join_keys(first, later);
        }
        same
    });
}

fn is_same_object(a: &Edge, b: &Edge) -> bool {
    let object = |edge: &Edge| edge.exists.as_ref().map(|exists| exists.object.clone());
    object(a) == object(b)
}

fn join_keys(into: &mut Edge, from: &Edge) {
    if let (Some(into), Some(from)) = (&mut into.exists, &from.exists)
        && !from.keys.is_subset(&into.keys)
    {
        Arc::make_mut(into).keys.extend(from.keys.iter().cloned());
    }
}
