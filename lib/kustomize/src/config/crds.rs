//! `crds`: OpenAPI definitions of custom resources, whose extensions say which fields hold names and labels.
//!
//! api/internal/accumulator/loadconfigfromcrds.go. Despite the field's name these are not
//! CustomResourceDefinition manifests; such a file holds nothing that counts here.

use super::{BackReferences, Specs, merge_back_references};
use crate::codes;
use crate::fieldspec::{FieldSpec, merge_one};
use crate::report::Report;
use gitopsc_core::{Diagnostic, EcoString, Gvk};
use gitopsc_yaml::Node;

/// How deep definitions may refer to each other; Kustomize overflows its stack on a circle.
const MAX_DEPTH: usize = 64;

/// The field specs that the definitions in `root` ask for.
pub(super) fn specs(root: &Node, report: &mut Report) -> Option<Specs> {
    let mut specs = Specs::default();
    let Some(definitions) = root.as_mapping() else {
        report.push(not_definitions(root));
        return None;
    };
    for entry in &definitions.entries {
        let name = entry.key.as_str().unwrap_or_default();
        if !describes_an_object(&entry.value) {
            continue;
        }
        let kind = name.rsplit('.').next().unwrap_or_default();
        let mut walk = Walk {
            definitions: root,
            kind: kind.into(),
            path: Vec::new(),
            specs: &mut specs,
        };
        if let Err(problem) = walk.definition(name) {
            report.push(*problem);
            return None;
        }
    }
    Some(specs)
}

fn not_definitions(root: &Node) -> Diagnostic {
    Diagnostic::error(
        codes::WRONG_TYPE,
        "`crds` names files of OpenAPI definitions, which are maps",
    )
    .at(root.span, "this is no map")
    .hint("CustomResourceDefinition manifests are listed under `resources`")
}

fn properties(definition: &Node) -> Option<&Node> {
    // Go's decoder matches names without regard to case, so both spellings are in use.
    ["Schema", "schema"]
        .iter()
        .find_map(|key| definition.get(key))?
        .get("properties")
}

fn describes_an_object(definition: &Node) -> bool {
    properties(definition).is_some_and(|properties| {
        ["kind", "apiVersion", "metadata"]
            .iter()
            .all(|field| properties.get(field).is_some())
    })
}

struct Walk<'a> {
    definitions: &'a Node,
    kind: EcoString,
    path: Vec<&'a str>,
    specs: &'a mut Specs,
}

impl<'a> Walk<'a> {
    fn definition(&mut self, name: &str) -> Result<(), Box<Diagnostic>> {
        let definition = self.definitions.get(name);
        let Some(properties) = definition.and_then(properties).and_then(Node::as_mapping) else {
            return Ok(());
        };
        if self.path.len() > MAX_DEPTH {
            let diagnostic = Diagnostic::error(
                codes::CRD_DEFINITION_CYCLE,
                format!("the definition {name} refers to itself"),
            );
            return Err(Box::new(
                diagnostic
                    .at(properties.entries[0].key.span, "in a circle")
                    .hint("break the circle"),
            ));
        }
        for entry in &properties.entries {
            self.path.push(entry.key.as_str().unwrap_or_default());
            self.property(&entry.value)?;
            self.path.pop();
        }
        Ok(())
    }

    fn property(&mut self, property: &'a Node) -> Result<(), Box<Diagnostic>> {
        let extension = |name: &str| property.get(name).and_then(Node::as_str);
        if extension("x-kubernetes-annotation").is_some() {
            let spec = self.spec(None);
            merge_one(&mut self.specs.common_annotations, &spec)?;
        }
        if extension("x-kubernetes-label-selector").is_some() {
            let spec = self.spec(None);
            merge_one(&mut self.specs.common_labels, &spec)?;
        }
        if extension("x-kubernetes-identity").is_some() {
            let spec = self.spec(None);
            merge_one(&mut self.specs.name_prefix, &spec)?;
        }
        let reference = (
            extension("x-kubernetes-object-ref-api-version"),
            extension("x-kubernetes-object-ref-kind"),
        );
        if let (Some(version), Some(kind)) = reference {
            let name_key = extension("x-kubernetes-object-ref-name-key").unwrap_or("name");
            let references = BackReferences {
                target: Gvk {
                    group: EcoString::new(),
                    version: version.into(),
                    kind: kind.into(),
                },
                referrers: vec![self.spec(Some(name_key))],
            };
            merge_back_references(&mut self.specs.name_reference, &references)?;
        }
        match extension("$ref") {
            Some(reference) => self.definition(reference),
            None => Ok(()),
        }
    }

    /// A spec of the path so far, and `last` behind it.
    fn spec(&self, last: Option<&str>) -> FieldSpec {
        let segments: Vec<&str> = self.path.iter().copied().chain(last).collect();
        let gvk = Gvk {
            kind: self.kind.clone(),
            ..Gvk::default()
        };
        FieldSpec::new(gvk, segments.join("/").into(), false)
    }
}
