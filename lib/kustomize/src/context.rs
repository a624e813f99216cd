//! What the steps of one build share.

use crate::accumulate::Target;
use crate::config::TransformerConfig;
use crate::documents::syntax_error;
use crate::kustomization::Entry;
use crate::load::{Directory, Loader};
use crate::margin::Sources;
use crate::options::{Options, TransformInfo};
use crate::origin::Origin;
use crate::report::Report;
use crate::schema::Schema;
use gitopsc_core::{Span, TransformId};
use gitopsc_yaml::{Dialect, Node};

/// The state of one build that is neither a resource nor a file.
pub struct Context<'b> {
    /// Finds and reads what kustomizations name.
    pub loader: Loader<'b>,
    /// What the caller asked for.
    pub options: &'b Options,
    /// What is known of kinds; an `openapi` field may replace it on the way.
    pub schema: Schema,
    /// The built-in field specs, which most kustomizations use as they are.
    pub builtin_config: TransformerConfig,
    /// Where findings go.
    pub report: &'b mut Report,
    /// The files of resources that were read, by their ids in spans.
    pub sources: Sources,
    /// The transformer applications so far.
    pub transforms: Vec<TransformInfo>,
    /// Whether the top kustomization asks for any `buildMetadata`: origins are then tracked.
    pub track_origins: bool,
}

impl Context<'_> {
    /// Remembers an application of a transformer.
    pub fn transform(&mut self, name: &'static str, span: Span) -> TransformId {
        let id = TransformId(u32::try_from(self.transforms.len()).unwrap_or(u32::MAX));
        self.transforms.push(TransformInfo { name, span });
        id
    }

    /// `origin`, if origins are tracked.
    #[must_use]
    pub fn tracked(&self, origin: Origin) -> Option<Origin> {
        self.track_origins.then_some(origin)
    }

    /// The single document of a file that is read as typed configuration, in kubectl's dialect; nothing if it is empty.
    pub fn read_typed(&mut self, directory: &Directory, entry: &Entry) -> Option<Node> {
        let content = match self.loader.read_plain(directory, &entry.value) {
            Ok(content) => content,
            Err(error) => {
                self.report.push(error.diagnostic(entry.span.0));
                return None;
            }
        };
        let parsed = gitopsc_yaml::parse_bytes(
            &content.bytes,
            content.file,
            Dialect::Kubectl,
            &self.options.limits,
        );
        match parsed {
            Ok(documents) => documents.into_iter().next().map(|document| document.root),
            Err(errors) => {
                self.report.extend(errors.iter().map(syntax_error));
                None
            }
        }
    }

    /// Takes over the schema that the `openapi` field of `target` names, by Kustomize's rule of who may.
    pub fn use_openapi(&mut self, target: &Target, is_top: bool) -> Option<()> {
        let fields = target.kustomization.openapi.as_ref();
        let content = match fields.and_then(|fields| fields.get("path")) {
            None => None,
            Some(path) => match self.loader.read_plain(&target.directory, &path.value) {
                Ok(content) => Some(content),
                Err(error) => {
                    self.report.push(error.diagnostic(path.span.0));
                    return None;
                }
            },
        };
        let version = fields.and_then(|fields| fields.get("version"));
        match self
            .schema
            .set(version, content.as_ref(), is_top, &self.options.limits)
        {
            Ok(()) => Some(()),
            Err(problems) => {
                self.report.extend(problems);
                None
            }
        }
    }
}
