//! What is declared: `gitopsc.dev/depends-on` and `gitopsc.dev/provides`, on units and on objects, and what units
//! require with `gitopsc.dev/health`.
//!
//! The first two are lists with commas. A dependency is a unit by its path (`platform/cert-manager`) or an object
//! (`KIND[.GROUP]/[NAMESPACE/]NAME`, in the namespace of who says it if it says none). What is provided
//! is a kind (`KIND[.GROUP]`) or an object in the same form.

use super::Part;
use super::kinds::Providers;
use super::references::Makers;
use super::rules::Kind;
use crate::codes;
use crate::objects::index::{Index, Member};
use crate::objects::path;
use gitopsc_core::{Diagnostic, EcoString, Span, TreePath};
use gitopsc_engine::graph::{Draft, Edge, Force, Node, NodeId, Reason, Wait, What};
use std::collections::BTreeMap;

const DEPENDS_ON: &str = "depends-on";
const PROVIDES: &str = "provides";

/// An object as a declaration names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) kind: Kind,
    pub(crate) namespace: Option<EcoString>,
    pub(crate) name: EcoString,
}

impl Named {
    /// Reads `KIND[.GROUP]/[NAMESPACE/]NAME`; nothing if the text has another form.
    pub(crate) fn parse(text: &str) -> Option<Named> {
        let parts: Vec<&str> = text.split('/').collect();
        let (kind, namespace, name) = match parts.as_slice() {
            [kind, name] => (kind, None, name),
            [kind, namespace, name] => (kind, Some(EcoString::from(*namespace)), name),
            _ => return None,
        };
        let is_kind = kind.starts_with(|first: char| first.is_ascii_uppercase());
        (is_kind && !name.is_empty()).then(|| Named {
            kind: Kind::parse(kind),
            namespace,
            name: EcoString::from(*name),
        })
    }
}

/// Who declares something.
#[derive(Clone, Copy)]
enum Declarer<'c> {
    Unit(usize),
    Object(Member<'c>),
}

/// Everything that is declared, in the order of units and objects.
pub(crate) struct Declarations<'c> {
    depends_on: Vec<(Declarer<'c>, &'c str)>,
    provides: Vec<(Declarer<'c>, &'c str)>,
    units: Units<'c>,
}

/// The units, by path too, the nodes that stand for them, made when one is needed, and where the objects of each begin.
struct Units<'c> {
    parts: Vec<Part<'c>>,
    by_path: BTreeMap<&'c TreePath, usize>,
    nodes: BTreeMap<usize, NodeId>,
    members: Vec<std::ops::Range<u32>>,
}

impl<'c> Declarations<'c> {
    pub(crate) fn new(parts: Vec<Part<'c>>, index: &Index<'c>) -> Declarations<'c> {
        let mut declarations = Declarations {
            depends_on: Vec::new(),
            provides: Vec::new(),
            units: Units::new(parts.clone()),
        };
        for (at, part) in parts.into_iter().enumerate() {
            let setting = |name: &str| part.settings.get(name).map(EcoString::as_str);
            declarations.add(Declarer::Unit(at), setting);
        }
        for member in index.members() {
            let annotation = |name: &str| {
                let annotations = path::at(member.body(), &["metadata", "annotations"])?;
                annotations
                    .get(&format!("gitopsc.dev/{name}"))?
                    .as_plain_str()
            };
            declarations.add(Declarer::Object(*member), annotation);
        }
        declarations
    }

    fn add(&mut self, declarer: Declarer<'c>, value: impl Fn(&str) -> Option<&'c str>) {
        let items = |name: &str| {
            let items = value(name).into_iter().flat_map(|list| list.split(','));
            let items = items.map(str::trim).filter(|item| !item.is_empty());
            items.map(|item| (declarer, item)).collect::<Vec<_>>()
        };
        self.depends_on.extend(items(DEPENDS_ON));
        self.provides.extend(items(PROVIDES));
    }

    /// Enters what is provided among the providers and makers.
    pub(crate) fn provide(
        &mut self,
        draft: &mut Draft,
        providers: &mut Providers,
        makers: &mut Makers,
    ) {
        for (declarer, item) in std::mem::take(&mut self.provides) {
            let (by, own) = match declarer {
                Declarer::Object(member) => (member.id, member.namespace.map(EcoString::from)),
                Declarer::Unit(at) => (self.units.node(at, draft), None),
            };
            match Named::parse(item) {
                Some(named) => {
                    let key = (named.kind, named.namespace.or(own), named.name);
                    makers.entry(key).or_insert(by);
                }
                None => providers.add(Kind::parse(item), by, Reason::Kind),
            }
        }
    }

    /// Adds the declared edges; what they name and nobody has is reported.
    pub(crate) fn depend(&mut self, draft: &mut Draft, index: &Index<'c>) -> Vec<Diagnostic> {
        let mut unknown = Vec::new();
        for (declarer, item) in std::mem::take(&mut self.depends_on) {
            match self.target(declarer, item, draft, index) {
                Some(to) => self.edges(declarer, to, draft),
                None => unknown.push(self.unknown(declarer, item)),
            }
        }
        unknown
    }

    fn target(
        &mut self,
        declarer: Declarer<'c>,
        item: &str,
        draft: &mut Draft,
        index: &Index<'c>,
    ) -> Option<NodeId> {
        if let Some(at) = self.units.by_path.get(&TreePath::new(item)).copied() {
            return Some(self.units.node(at, draft));
        }
        let named = Named::parse(item)?;
        let own = match declarer {
            Declarer::Object(member) => member.namespace,
            Declarer::Unit(_) => None,
        };
        let kind = (named.kind.group.as_str(), named.kind.kind.as_str());
        let namespace = named.namespace.as_deref().or(own);
        index
            .find(kind, namespace, &named.name)
            .map(|member| member.id)
    }

    /// Adds to each unit that requires something a node that stands for it, and edges to what of it is in a unit.
    ///
    /// What the unit judges by an expression of its own only has to be there first: the run tells whether that holds.
    pub(crate) fn require(&mut self, draft: &mut Draft, index: &Index<'c>) {
        let units: Vec<_> = self.units.parts.iter().map(|part| part.unit).collect();
        let units = units.into_iter().enumerate();
        for (at, unit) in units.filter_map(|(at, unit)| Some((at, unit?))) {
            for required in unit.required() {
                let from = self.units.node(at, draft);
                let object = &required.object;
                let kind = (object.group.as_str(), object.kind.as_str());
                let namespace = Some(object.namespace.as_str()).filter(|name| !name.is_empty());
                let wait = match required.current {
                    Some(_) => Wait::Applied,
                    None => Wait::Ready,
                };
                if let Some(to) = index.find(kind, namespace, &object.name) {
                    draft.add(Edge::new(from, to.id, Reason::Requires, wait, Force::Hard));
                }
            }
        }
    }

    fn edges(&mut self, declarer: Declarer<'c>, to: NodeId, draft: &mut Draft) {
        let edge = |from| Edge::new(from, to, Reason::DependsOn, Wait::Ready, Force::Hard);
        match declarer {
            Declarer::Object(member) => draft.add(edge(member.id)),
            Declarer::Unit(at) => {
                let members = self.units.members[at].clone();
                if members.is_empty() {
                    // A unit without objects of its own is still waited for by others.
                    let unit = self.units.node(at, draft);
                    return draft.add(edge(unit));
                }
                members.for_each(|member| draft.add(edge(NodeId(member))));
            }
        }
    }

    fn unknown(&self, declarer: Declarer<'c>, item: &str) -> Diagnostic {
        let (who, span) = match declarer {
            Declarer::Object(member) => (member.object().to_string(), member.manifest.span),
            Declarer::Unit(at) => {
                let path = self.units.parts[at].path;
                (path.to_string(), Span::NONE)
            }
        };
        let message =
            format!("{who} depends on `{item}`, which is neither a unit nor an object here");
        Diagnostic::error(codes::DEPENDENCY_UNKNOWN, message)
            .at(span, "declared for this")
            .hint("name a unit by its path, or an object as KIND[.GROUP]/[NAMESPACE/]NAME")
    }
}

impl<'c> Units<'c> {
    fn new(parts: Vec<Part<'c>>) -> Units<'c> {
        let mut start = 0;
        let members = parts.iter().map(|part| {
            let first = start;
            start += u32::try_from(part.manifests.len()).unwrap_or(u32::MAX);
            first..start
        });
        let members = members.collect();
        let paths = parts.iter().zip(0..);
        Units {
            by_path: paths.map(|(part, at)| (part.path, at)).collect(),
            parts,
            members,
            nodes: BTreeMap::new(),
        }
    }

    /// The node that stands for the unit `at`.
    fn node(&mut self, at: usize, draft: &mut Draft) -> NodeId {
        let members = self.members[at].clone();
        let layer = self.parts[at].layer;
        *self.nodes.entry(at).or_insert_with(|| {
            let node = draft.add_node(Node {
                what: What::Unit,
                unit: at,
                layer,
                span: Span::NONE,
            });
            for member in members {
                let to = NodeId(member);
                draft.add(Edge::new(
                    node,
                    to,
                    Reason::DependsOn,
                    Wait::Ready,
                    Force::Hard,
                ));
            }
            node
        })
    }
}
