//! How much a document may ask of its reader.

/// Bounds of one file; each is refused with an error that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How deep collections may nest.
    pub depth: usize,
    /// How many aliases (`*name`) a file may hold.
    pub aliases: usize,
    /// How many nodes a file may hold once its aliases are expanded.
    pub nodes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            depth: 1_000,
            aliases: 10_000,
            nodes: 10_000_000,
        }
    }
}

impl Limits {
    /// The refusal of a file that nests too deep.
    pub(crate) fn too_deep(&self) -> String {
        format!(
            "the nesting is deeper than {}, the limit of --max-yaml-depth",
            self.depth
        )
    }

    /// The refusal of a file with too many nodes.
    pub(crate) fn too_many_nodes(&self) -> String {
        format!(
            "the file has more than {} values once its aliases are expanded, the limit of --max-yaml-nodes",
            self.nodes
        )
    }
}
