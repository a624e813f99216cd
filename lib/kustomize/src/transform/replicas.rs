//! Replica counts (api/internal/builtins/ReplicaCountTransformer.go).

use super::prefix::no_scalar;
use crate::codes;
use crate::decode::Spanned;
use crate::decode_struct;
use crate::edit::set_scalar;
use crate::fieldspec::{Create, FieldSpec, walk};
use crate::report::Report;
use crate::resmap::ResMap;
use crate::schema::Schema;
use gitopsc_core::{Diagnostic, EcoString};
use gitopsc_yaml::{Node, Tag};

decode_struct! {
    /// One entry of `replicas`.
    pub struct Replica {
        /// A name that the workload has or had.
        "name" => name: Spanned<EcoString>,
        /// How many.
        "count" => count: Spanned<i64>,
    }
}

decode_struct! {
    /// Sets the replica count of the workloads of one name; also the configuration of it.
    pub struct ReplicaCountTransformer {
        /// Name and count.
        "replica" => replica: Replica,
        /// Which field of which kinds.
        "fieldSpecs" => field_specs: Vec<FieldSpec>,
    }
}

impl ReplicaCountTransformer {
    /// Sets the count; what fails is reported, also that there is no such workload.
    pub fn apply(&self, resources: &mut ResMap, schema: &Schema, report: &mut Report) {
        let name = &self.replica.name.value;
        let mut found = false;
        for spec in &self.field_specs {
            for at in
                resources.indices_by_any_id(schema, |id| id.name == *name && spec.matches(&id.gvk))
            {
                found = true;
                let resource = &mut resources.resources[at];
                if spec.matches(&resource.gvk())
                    && let Err(problem) = walk(
                        spec,
                        &mut resource.node,
                        Create::Scalar(Tag::Int),
                        &mut |field| self.set(field, spec),
                    )
                {
                    report.push(*problem);
                }
            }
        }
        if !found {
            report.push(self.unmatched());
        }
    }

    fn set(&self, field: &mut Node, spec: &FieldSpec) -> Result<(), Box<Diagnostic>> {
        let count = &self.replica.count;
        let value = Node {
            tag: Tag::Int,
            ..Node::scalar(count.value.to_string())
        };
        if set_scalar(field, value.at(count.span.0)) {
            Ok(())
        } else {
            Err(no_scalar(field, spec))
        }
    }

    fn unmatched(&self) -> Diagnostic {
        let kinds: Vec<&str> = self
            .field_specs
            .iter()
            .map(|spec| spec.gvk.kind.as_str())
            .collect();
        let name = &self.replica.name;
        let message = format!(
            "there is no {} called {} whose replicas could be set",
            kinds.join(", "),
            name.value
        );
        Diagnostic::error(codes::REPLICAS_UNMATCHED, message)
            .at(name.span.0, "this name")
            .hint("write the name as it is in the base, or remove the entry")
    }
}
