//! The objects of a compilation by the ways in which others mean them.

use super::selector::{self, Labels};
use super::{path, pods};
use crate::scope::Scopes;
use gitopsc_core::{Gvk, Json, Manifest, ObjectRef};
use gitopsc_engine::graph::NodeId;
use gitopsc_kustomize::id::DEFAULT_NAMESPACE;
use std::collections::HashMap;

/// One object with its place in the graph.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member<'c> {
    pub(crate) id: NodeId,
    /// Index of its unit.
    pub(crate) unit: usize,
    pub(crate) manifest: &'c Manifest,
    /// The namespace that it lives in; nothing if it is cluster-scoped.
    pub(crate) namespace: Option<&'c str>,
}

impl<'c> Member<'c> {
    pub(crate) fn object(&self) -> &'c ObjectRef {
        &self.manifest.object
    }

    pub(crate) fn gvk(&self) -> &'c Gvk {
        &self.manifest.gvk
    }

    pub(crate) fn body(&self) -> &'c Json {
        &self.manifest.body
    }

    pub(crate) fn template(&self) -> Option<&'c Json> {
        pods::template(self.gvk(), self.body())
    }

    pub(crate) fn is(&self, group: &str, kind: &str) -> bool {
        self.manifest.gvk.group == group && self.manifest.gvk.kind == kind
    }

    pub(crate) fn labels(&self) -> Labels<'c> {
        Labels::of(self.body())
    }
}

/// The kind of an object without its version.
pub(crate) type Kind<'c> = (&'c str, &'c str);

/// Finds objects. Only look-ups are made in its maps, so that their order never shows.
pub(crate) struct Index<'c> {
    members: Vec<Member<'c>>,
    by_name: HashMap<(Kind<'c>, &'c str), Vec<NodeId>>,
    by_kind: HashMap<Kind<'c>, Vec<NodeId>>,
    /// What runs pods, by namespace.
    workloads: HashMap<&'c str, Vec<NodeId>>,
    /// What runs pods, by namespace and one label of the pods.
    by_pod_label: HashMap<(&'c str, &'c str, &'c str), Vec<NodeId>>,
}

impl<'c> Index<'c> {
    /// The objects of `units`, unit by unit, numbered in this order.
    pub(crate) fn new(
        units: impl IntoIterator<Item = &'c [Manifest]>,
        scopes: &Scopes,
    ) -> Index<'c> {
        let mut index = Index {
            members: Vec::new(),
            by_name: HashMap::new(),
            by_kind: HashMap::new(),
            workloads: HashMap::new(),
            by_pod_label: HashMap::new(),
        };
        for (at, manifests) in units.into_iter().enumerate() {
            for manifest in manifests {
                index.add(manifest, at, scopes.is_cluster_scoped(&manifest.gvk));
            }
        }
        index
    }

    fn add(&mut self, manifest: &'c Manifest, unit: usize, cluster_scoped: bool) {
        let id = NodeId(u32::try_from(self.members.len()).unwrap_or(u32::MAX));
        let written = manifest.object.namespace.as_str();
        let namespace = match written {
            _ if cluster_scoped => None,
            "" => Some(DEFAULT_NAMESPACE),
            written => Some(written),
        };
        let member = Member {
            id,
            unit,
            manifest,
            namespace,
        };
        let kind = (manifest.gvk.group.as_str(), manifest.gvk.kind.as_str());
        let name = manifest.object.name.as_str();
        self.by_name.entry((kind, name)).or_default().push(id);
        self.by_kind.entry(kind).or_default().push(id);
        if let (Some(template), Some(namespace)) = (member.template(), namespace) {
            self.workloads.entry(namespace).or_default().push(id);
            if let Some(Json::Object(labels)) = path::at(template, &["metadata", "labels"]) {
                for (key, value) in labels.iter() {
                    let value = value.as_plain_str().unwrap_or_default();
                    let bearers = self.by_pod_label.entry((namespace, key, value));
                    bearers.or_default().push(id);
                }
            }
        }
        self.members.push(member);
    }

    /// All objects, by their ids.
    pub(crate) fn members(&self) -> &[Member<'c>] {
        &self.members
    }

    pub(crate) fn member(&self, id: NodeId) -> Member<'c> {
        self.members[id.index()]
    }

    /// The object of this kind and name in `namespace`, or the cluster-scoped one.
    pub(crate) fn find(
        &self,
        kind: Kind<'_>,
        namespace: Option<&str>,
        name: &str,
    ) -> Option<Member<'c>> {
        let found = self.by_name.get(&(kind, name))?;
        let is_meant = |member: &Member<'c>| {
            member.namespace.is_none() || namespace.is_none_or(|own| member.namespace == Some(own))
        };
        found.iter().map(|id| self.member(*id)).find(is_meant)
    }

    /// All objects of a kind.
    pub(crate) fn of_kind(&self, kind: Kind<'c>) -> impl Iterator<Item = Member<'c>> {
        let found = self.by_kind.get(&kind).map_or(&[][..], Vec::as_slice);
        found.iter().map(|id| self.member(*id))
    }

    /// What runs pods in `namespace`.
    pub(crate) fn workloads(&self, namespace: &'c str) -> impl Iterator<Item = Member<'c>> {
        let found = self.workloads.get(namespace).map_or(&[][..], Vec::as_slice);
        found.iter().map(|id| self.member(*id))
    }

    /// What runs pods in `namespace` that have all labels of the map `pairs`; nothing for an empty map.
    pub(crate) fn behind(&self, namespace: &'c str, pairs: &'c Json) -> Vec<Member<'c>> {
        let Json::Object(object) = pairs else {
            return Vec::new();
        };
        let bearers = object.iter().map(|(key, value)| {
            let key = (
                namespace,
                key.as_str(),
                value.as_plain_str().unwrap_or_default(),
            );
            self.by_pod_label.get(&key).map_or(&[][..], Vec::as_slice)
        });
        let rarest = bearers.min_by_key(|bearers| bearers.len());
        let candidates = rarest.unwrap_or_default().iter().map(|id| self.member(*id));
        candidates
            .filter(|member| {
                let labels = member.template().map(Labels::of);
                labels.is_some_and(|labels| selector::has_all(pairs, &labels))
            })
            .collect()
    }

    /// The object of a namespace.
    pub(crate) fn namespace(&self, name: &str) -> Option<Member<'c>> {
        self.find(("", "Namespace"), None, name)
    }
}
