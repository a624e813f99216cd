//! The fields of `configMapGenerator` and `secretGenerator`, and what both have in common.
//!
//! api/types/generatorargs.go, api/types/kvpairsources.go.

use super::data::Form;
use super::options::GeneratorOptions;
use crate::decode::Spanned;
use crate::decode_struct;
use crate::kustomization::Entry;
use gitopsc_core::{EcoString, Text};

/// Declares a generator's fields: those that all have, and its own.
macro_rules! generator_args {
    ($(#[$meta:meta])* $name:ident { $($own:tt)* }) => {
        decode_struct! {
            $(#[$meta])*
            pub struct $name {
                /// Name, to which a hash of the content is appended.
                "name" => name: Spanned<Text>,
                /// Namespace.
                "namespace" => namespace: Spanned<Text>,
                /// `create`, `replace` or `merge`.
                "behavior" => behavior: Spanned<EcoString>,
                /// Entries, as `key=value`.
                "literals" => literals: Vec<Spanned<Text>>,
                /// Files of one entry each, as `path` or `key=path`.
                "files" => files: Vec<Entry>,
                /// Files with an entry on each line.
                "envs" => envs: Vec<Entry>,
                /// Deprecated: joins `envs`.
                "env" => env: Entry,
                /// What this one has on top of `generatorOptions`.
                "options" => options: Option<GeneratorOptions>,
                $($own)*
            }
        }

        impl $name {
            /// Name and namespace, to be filled in.
            pub(super) fn identity(&mut self) -> [&mut Spanned<Text>; 2] {
                [&mut self.name, &mut self.namespace]
            }

            /// What it says, in a kustomization file.
            pub(super) fn in_kustomization(&self) -> Args<'_> {
                let env = (!self.env.value.is_empty()).then_some(&self.env);
                Args { env, ..self.in_generator_file() }
            }

            /// What it says, in a file of its own, where `env` does not count.
            pub(super) fn in_generator_file(&self) -> Args<'_> {
                Args {
                    form: self.form(),
                    name: &self.name,
                    namespace: &self.namespace,
                    behavior: &self.behavior,
                    literals: &self.literals,
                    files: &self.files,
                    envs: &self.envs,
                    env: None,
                    options: self.options.as_ref(),
                }
            }
        }
    };
}

generator_args! {
    /// One entry of `configMapGenerator`.
    ConfigMapArgs {}
}

generator_args! {
    /// One entry of `secretGenerator`.
    SecretArgs {
        /// The type of the Secret.
        "type" => kind_of_secret: Spanned<Text>,
    }
}

impl ConfigMapArgs {
    fn form(&self) -> Form<'_> {
        Form::ConfigMap
    }
}

impl SecretArgs {
    fn form(&self) -> Form<'_> {
        Form::Secret {
            kind_of_secret: &self.kind_of_secret,
        }
    }
}

/// What a generator makes and of what, whichever of the two it is.
#[derive(Clone, Copy)]
pub(super) struct Args<'a> {
    pub(super) form: Form<'a>,
    pub(super) name: &'a Spanned<Text>,
    pub(super) namespace: &'a Spanned<Text>,
    pub(super) behavior: &'a Spanned<EcoString>,
    pub(super) literals: &'a [Spanned<Text>],
    pub(super) files: &'a [Entry],
    pub(super) envs: &'a [Entry],
    /// The older single form of `envs`, read after them.
    pub(super) env: Option<&'a Entry>,
    pub(super) options: Option<&'a GeneratorOptions>,
}
