//! What rules look at.

use super::kubernetes::Api;
use super::others::Others;
use super::place::Places;
use super::schema::Crds;
use crate::compilation::Compilation;
use crate::edges::Known;
use crate::objects::index::Kind;
use gitopsc_core::ObjectRef;
use gitopsc_engine::graph::NodeId;
use std::collections::HashMap;

/// A compilation with what is known of its objects.
pub(crate) struct Context<'c> {
    pub(crate) compilation: &'c Compilation,
    pub(crate) known: &'c Known<'c>,
    pub(crate) places: &'c Places<'c>,
    /// What the Kubernetes version takes.
    pub(crate) api: Api,
    /// The kinds that CRDs among the objects declare.
    pub(crate) crds: Crds<'c>,
    /// Who may make objects that are not here.
    pub(crate) others: Others<'c>,
    /// Objects by kind and namespace. Only look-ups are made.
    homes: HashMap<(Kind<'c>, &'c str), Vec<NodeId>>,
}

impl<'c> Context<'c> {
    pub(crate) fn new(
        compilation: &'c Compilation,
        known: &'c Known<'c>,
        places: &'c Places<'c>,
        api: Api,
    ) -> Context<'c> {
        let mut homes: HashMap<_, Vec<_>> = HashMap::new();
        for member in known.index.members() {
            let kind = (member.gvk().group.as_str(), member.gvk().kind.as_str());
            let home = (kind, member.namespace.unwrap_or_default());
            homes.entry(home).or_default().push(member.id);
        }
        Context {
            compilation,
            known,
            places,
            api,
            crds: Crds::new(&known.index),
            others: Others::new(compilation, &known.index),
            homes,
        }
    }

    /// The objects of a kind in one namespace.
    pub(crate) fn neighbours(&self, kind: Kind<'_>, namespace: &str) -> Vec<&'c ObjectRef> {
        let found = self.homes.get(&(kind, namespace));
        let ids = found.map_or(&[][..], Vec::as_slice).iter();
        ids.map(|id| self.known.index.member(*id).object())
            .collect()
    }
}
