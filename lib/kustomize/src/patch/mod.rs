//! The transformers that patch: which kind of patch a text is, which resources it is for.
//!
//! api/internal/builtins/Patch*.go. What a patch does to one resource is said in [`crate::merge`] and
//! [`crate::jsonpatch`].

mod apply;
mod configure;

pub use apply::{apply, apply_strategic_merges};
pub use configure::{
    configure_json6902, configure_patch, configure_strategic_merges, mark, parse_inline,
};

use crate::decode::Spanned;
use crate::decode_struct;
use crate::jsonpatch::JsonPatch;
use crate::resource::Resource;
use crate::select::{CompiledSelector, Selector};
use gitopsc_core::{EcoString, Span, Text};

decode_struct! {
    /// One entry of `patches`; also the configuration of a PatchTransformer.
    pub struct Patch {
        /// A file of the patch.
        "path" => path: Spanned<EcoString>,
        /// The patch itself.
        "patch" => patch: Spanned<Text>,
        /// Which resources it is for.
        "target" => target: Option<Spanned<Selector>>,
        /// What it may change.
        "options" => options: PatchOptions,
    }
}

decode_struct! {
    /// What a patch may change besides fields.
    pub struct PatchOptions {
        /// The target's name.
        "allowNameChange" => allow_name_change: bool,
        /// The target's kind.
        "allowKindChange" => allow_kind_change: bool,
    }
}

decode_struct! {
    /// The configuration of a PatchJson6902Transformer.
    pub struct Json6902Config {
        /// A file of operations.
        "path" => path: Spanned<EcoString>,
        /// The operations themselves.
        "jsonOp" => json_op: Spanned<Text>,
        /// Which resource they are for.
        "target" => target: Option<Spanned<Selector>>,
    }
}

decode_struct! {
    /// The configuration of a PatchStrategicMergeTransformer.
    pub struct StrategicMergeConfig {
        /// Patches, as paths or inline.
        "paths" => paths: Vec<Spanned<Text>>,
        /// Patches, inline.
        "patches" => patches: Spanned<Text>,
    }
}

impl Json6902Config {
    /// The same as an entry of `patchesJson6902`.
    #[must_use]
    pub fn into_patch(self) -> Patch {
        Patch {
            path: self.path,
            patch: self.json_op,
            target: self.target,
            options: PatchOptions::default(),
        }
    }
}

/// A patch that is ready to be applied.
#[derive(Clone, Debug)]
pub struct PatchTransformer {
    /// What it does.
    pub change: Change,
    /// Which resources it is for; a strategic merge patch without a target names its own.
    pub target: Option<Target>,
    /// Whether a JSON patch leaves an earlier id behind: that of `patches` does, `patchesJson6902` does not.
    pub stores_previous_id: bool,
    /// Where it is configured.
    pub span: Span,
}

/// What a patch does.
#[derive(Clone, Debug)]
pub enum Change {
    /// Nothing: the text was empty.
    Nothing,
    /// Strategic merges.
    Merge(Vec<Resource>),
    /// A list of operations.
    Operations(JsonPatch),
}

/// The target of a patch and where it is written.
#[derive(Clone, Debug)]
pub struct Target {
    /// Which resources.
    pub selector: CompiledSelector,
    /// Where that is said.
    pub span: Span,
}
