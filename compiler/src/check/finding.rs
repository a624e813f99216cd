//! One finding, and what it is about: that decides who may say that it is accepted.

use crate::files::Renumbering;
use gitopsc_core::{Diagnostic, EcoString, Span, TreePath};
use gitopsc_engine::graph::NodeId;

/// A diagnostic and what it is about.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) about: About,
    pub(crate) diagnostic: Diagnostic,
}

/// What a finding is about.
#[derive(Clone, Debug)]
pub(crate) enum About {
    /// An object.
    Object(NodeId),
    /// A file, in which an object may say what is accepted.
    File(File),
    /// Nothing of these.
    Whole,
}

/// A file that something was found in.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) path: TreePath,
    /// What the document itself says is accepted, and where it says so.
    pub(crate) accepts: Option<(EcoString, Span)>,
}

impl Finding {
    pub(crate) fn of_object(object: NodeId, diagnostic: Diagnostic) -> Finding {
        Finding {
            about: About::Object(object),
            diagnostic,
        }
    }

    pub(crate) fn whole(diagnostic: Diagnostic) -> Finding {
        Finding {
            about: About::Whole,
            diagnostic,
        }
    }

    /// Gives the places the numbers of the finished table.
    pub(crate) fn renumber(&mut self, renumbering: &mut Renumbering) {
        renumbering.diagnostics(std::slice::from_mut(&mut self.diagnostic));
        if let About::File(File {
            accepts: Some((_, span)),
            ..
        }) = &mut self.about
        {
            *span = renumbering.span(*span);
        }
    }
}
