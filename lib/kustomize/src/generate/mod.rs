//! The ConfigMap and Secret generators, and the hash of their content.

pub mod hash;

use crate::context::Context;
use crate::decode::Spanned;
use crate::decode_struct;
use crate::load::Directory;
use crate::resource::Resource;
use gitopsc_core::EcoString;
use gitopsc_yaml::Node;

decode_struct! {
    /// One entry of `configMapGenerator`.
    pub struct ConfigMapArgs {
        /// Name.
        "name" => name: EcoString,
    }
}

decode_struct! {
    /// One entry of `secretGenerator`.
    pub struct SecretArgs {
        /// Name.
        "name" => name: EcoString,
    }
}

decode_struct! {
    /// `generatorOptions`.
    pub struct GeneratorOptions {
        /// Whether names get no hash.
        "disableNameSuffixHash" => disable_name_suffix_hash: bool,
    }
}

/// A generator configured in a file of `generators`.
#[derive(Clone, Debug)]
pub enum Generator {}

impl Generator {
    /// The generator that a configuration object of `apiVersion: builtin` describes.
    pub fn decode(_config: &Resource, _context: &mut Context<'_>) -> Option<Generator> {
        None
    }

    /// Generates; what fails is reported.
    pub fn generate(&self, _directory: &Directory, _context: &mut Context<'_>) -> Vec<Resource> {
        match *self {}
    }
}

/// The ConfigMap that `args` describe.
pub fn config_map(
    _args: &Spanned<ConfigMapArgs>,
    _options: Option<&GeneratorOptions>,
    _directory: &Directory,
    _context: &mut Context<'_>,
) -> Option<Resource> {
    None
}

/// The Secret that `args` describe.
pub fn secret(
    _args: &Spanned<SecretArgs>,
    _options: Option<&GeneratorOptions>,
    _directory: &Directory,
    _context: &mut Context<'_>,
) -> Option<Resource> {
    None
}

/// Puts one entry into a ConfigMap's or Secret's `data`, in the style that Kustomize gives it.
pub fn set_data_entry(data: &mut Node, key: &str, value: Node) {
    crate::edit::set_field(data, key, value);
}
