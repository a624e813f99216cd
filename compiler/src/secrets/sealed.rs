//! Telling encrypted files from all others.

use gitopsc_core::FileId;
use gitopsc_sops::age_file::{inner_name, is_age_file};
use gitopsc_sops::{
    Encrypted, Format, Options, format_of_content, is_encrypted, is_encrypted_value,
    may_be_encrypted,
};
use gitopsc_yaml::Node;

/// How a file is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// As a whole, by age.
    Age,
    /// By SOPS, in this format.
    Sops(Format),
}

/// How the file `name` with the content `bytes` is encrypted; nothing if it is not.
///
/// age files are known by their name and their content, SOPS files by the metadata in them. What a file is
/// that decrypts to something is no matter of this.
#[must_use]
pub fn sealed(name: &str, bytes: &[u8], file: FileId, options: &Options) -> Option<Sealed> {
    if inner_name(name).is_some() && is_age_file(bytes) {
        return Some(Sealed::Age);
    }
    if !may_be_encrypted(bytes) {
        return None;
    }
    let holds = |format: &Format| {
        let format = *format;
        let encrypted = Encrypted {
            bytes,
            file,
            format,
        };
        is_encrypted(encrypted, options)
    };
    let by_name = Some(Format::of_name(name)).filter(|format| *format != Format::Binary);
    let format = by_name.filter(holds);
    let format = format.or_else(|| format_of_content(bytes).filter(holds));
    format.map(Sealed::Sops)
}

/// Whether the object at `root`, encrypted by SOPS, is meant to reach the cluster as it is: an operator there
/// decrypts it (`SopsSecret`), or its author says that Flux must not.
#[must_use]
pub fn is_for_the_cluster(root: &Node) -> bool {
    let text = |path: &[&str]| root.get_path(path).and_then(Node::as_str);
    let version = text(&["apiVersion"]).unwrap_or_default();
    let opted_out = |field: &str| {
        text(&["metadata", field, "kustomize.toolkit.fluxcd.io/decrypt"]) == Some("disabled")
    };
    let of_operator =
        text(&["kind"]) == Some("SopsSecret") && version.starts_with("isindir.github.com/");
    of_operator || opted_out("annotations") || opted_out("labels")
}

/// Whether the kind or the name of the object at `root` is encrypted, so that nothing can be done with it.
#[must_use]
pub fn hides_its_name(root: &Node) -> bool {
    let hidden = |path: &[&str]| {
        let text = root.get_path(path).and_then(Node::as_str);
        text.is_some_and(is_encrypted_value)
    };
    hidden(&["kind"]) || hidden(&["metadata", "name"])
}
