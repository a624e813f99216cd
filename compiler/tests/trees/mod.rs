//! The trees that whole compilations are tested on, and how each is asked for.

use gitopsc_compiler::Options;
use gitopsc_compiler::secrets::Decryption;
use gitopsc_core::TreePath;
use gitopsc_host::FolderTree;
use gitopsc_sops::Keyring;
use gitopsc_test_support::{Missing, shared, workspace};
use std::sync::Arc;

/// A tree, the directory in it that is compiled, and the layers that are named.
#[derive(Clone, Debug)]
pub struct Example {
    /// What it is called in the names of tests.
    pub name: &'static str,
    /// What is compiled, as one would type it.
    pub target: &'static str,
    /// `--layers`.
    pub layers: &'static [&'static str],
}

/// The shared trees, each with the layers that fit it, and our own example cluster.
pub const EXAMPLES: [Example; 5] = [
    Example {
        name: "argo-two-clusters",
        target: ".",
        layers: &["kubernetes", "platform"],
    },
    Example {
        name: "cluster",
        target: "cluster",
        layers: &[],
    },
    Example {
        name: "flux-home",
        target: ".",
        layers: &["k8s/apps", "k8s/flux"],
    },
    Example {
        name: "flux-staging-production",
        target: ".",
        layers: &["apps", "infrastructure", "clusters"],
    },
    Example {
        name: "platform-apps",
        target: "cluster",
        layers: &[],
    },
];

/// The key of our own example cluster.
fn example_keys() -> Arc<Keyring> {
    let text = std::fs::read_to_string(workspace().join("cluster/test-key.txt"));
    let mut keyring = Keyring::new();
    let added = keyring.add_age(&text.expect("the file of the test key"));
    added.expect("a key");
    Arc::new(keyring)
}

impl Example {
    /// The tree itself.
    ///
    /// # Errors
    /// It is not there.
    pub fn tree(&self) -> Result<FolderTree, Missing> {
        let root = match self.name {
            "cluster" => workspace(),
            name => shared("trees")?.join(name),
        };
        Ok(FolderTree::new(&root).expect("the folder of a tree can be read"))
    }

    /// How it is compiled.
    pub fn options(&self) -> Options<'static> {
        Options {
            target: TreePath::new(self.target),
            target_given: true,
            layers: self.layers.iter().map(|layer| (*layer).into()).collect(),
            decryption: Decryption {
                keys: Some(&example_keys),
                ..Decryption::default()
            },
            ..Options::default()
        }
    }
}
