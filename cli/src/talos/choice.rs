//! What is bundled and how: flags go before `gitopsc.yaml`, which goes before what is usual.

use crate::arguments::BundlingArguments;
use crate::codes;
use gitopsc_compiler::bundle::form::{Delivery, Form};
use gitopsc_compiler::bundle::make::USUAL_LIMIT;
use gitopsc_compiler::bundle::{Index, Request};
use gitopsc_compiler::talos::settings::{Problem, base};
use gitopsc_compiler::{Compilation, Meaning};
use gitopsc_core::Diagnostic;

/// The layer that is bundled where nothing else is said.
const USUAL_LAYER: &str = "bootstrap";

/// What is bundled and how.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The name of the layer.
    pub name: String,
    /// Its index; nothing for a lone kustomization.
    pub layer: Option<usize>,
    limit: usize,
    total_limit: Option<usize>,
    form: Form,
    delivery: Delivery,
}

impl Choice {
    /// What `arguments` and the settings of `compilation` say.
    ///
    /// # Errors
    /// Everything that makes no sense.
    pub fn of(
        arguments: &BundlingArguments,
        compilation: &Compilation,
    ) -> Result<Choice, Vec<Diagnostic>> {
        if compilation.diagnostics.iter().any(Diagnostic::is_error) {
            // What is wrong with the cluster as a whole is told already.
            return Err(Vec::new());
        }
        let settings = &compilation.talos;
        let (layer, delivery) = (
            layer(arguments, compilation),
            delivery(arguments, compilation),
        );
        match (layer, delivery) {
            (Ok((name, layer)), Ok(delivery)) => Ok(Choice {
                name,
                layer,
                limit: arguments
                    .limit
                    .map(usize::from)
                    .or(settings.limit)
                    .unwrap_or(USUAL_LIMIT),
                total_limit: arguments
                    .total_limit
                    .map(usize::from)
                    .or(settings.total_limit),
                form: arguments
                    .form
                    .map(|name| name.form())
                    .or(settings.form)
                    .unwrap_or_default(),
                delivery,
            }),
            (layer, delivery) => Err([layer.err(), delivery.err()]
                .into_iter()
                .flatten()
                .map(|wrong| *wrong)
                .collect()),
        }
    }

    /// Keeps to the limit of the bundles that lie there, unless another one is wanted.
    pub fn keep_to(
        &mut self,
        written: &Index,
        arguments: &BundlingArguments,
        compilation: &Compilation,
    ) {
        if arguments.limit.is_none() && compilation.talos.limit.is_none() {
            self.limit = written.limit;
        }
    }

    /// Whether all that the layer holds could be built.
    pub fn is_whole(&self, compilation: &Compilation) -> bool {
        let units = compilation.units.iter();
        let mut of_layer = units.filter(|unit| unit.layer == self.layer);
        of_layer.all(|unit| !unit.failed)
    }

    /// What the compiler is asked for; whether it `reveals` secrets.
    pub fn request(&self, reveals: bool) -> Request<'_> {
        Request {
            layer: &self.name,
            limit: self.limit,
            total_limit: self.total_limit,
            form: self.form,
            delivery: &self.delivery,
            reveal_secrets: reveals,
        }
    }
}

/// Name and index of the layer.
fn layer(
    arguments: &BundlingArguments,
    compilation: &Compilation,
) -> Result<(String, Option<usize>), Box<Diagnostic>> {
    let set = compilation
        .talos
        .layer
        .as_ref()
        .map(|placed| placed.text.as_str());
    let named = arguments.layer.as_deref().or(set);
    if compilation.meaning != Meaning::Cluster {
        return Ok((named.unwrap_or(USUAL_LAYER).to_owned(), None));
    }
    let layers = &compilation.layers;
    let known = |name: &str| {
        layers
            .iter()
            .find(|layer| layer.name == name.trim_matches('/'))
    };
    let found = match named {
        Some(name) => known(name),
        None => known(USUAL_LAYER).or(layers.first()),
    };
    found
        .map(|layer| (layer.name.to_string(), Some(layer.index)))
        .ok_or_else(|| {
            let name = named.unwrap_or(USUAL_LAYER);
            unusable(&Problem::unknown_layer(name, layers))
        })
}

fn delivery(
    arguments: &BundlingArguments,
    compilation: &Compilation,
) -> Result<Delivery, Box<Diagnostic>> {
    let settings = &compilation.talos;
    let given = arguments.header.iter().map(|header| split(header));
    let given: Vec<(String, String)> = given.collect::<Result<_, _>>()?;
    let url = arguments
        .base_url
        .as_deref()
        .or(settings.base_url.as_deref());
    let Some(url) = url else {
        if given.is_empty() {
            return Ok(Delivery::Inline);
        }
        return Err(unusable(&Problem {
            message: "--header says how bundles are fetched, but nothing says from where"
                .to_owned(),
            hint: "name the place with --base-url".to_owned(),
        }));
    };
    let base_url = base(url).map_err(|problem| unusable(&problem))?;
    let mut headers = settings.headers.clone();
    headers.extend(given);
    Ok(Delivery::External {
        base_url,
        headers: headers.into_iter().collect(),
    })
}

/// Name and value of a header as curl takes it.
fn split(header: &str) -> Result<(String, String), Box<Diagnostic>> {
    let parts = header
        .split_once(':')
        .map(|(name, value)| (name.trim(), value.trim()));
    match parts {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(unusable(&Problem {
            message: "a --header has no name".to_owned(),
            hint: "write it as `Name: value`".to_owned(),
        })),
    }
}

/// What is told of a `problem` with what is bundled, or where.
pub fn unusable(problem: &Problem) -> Box<Diagnostic> {
    let diagnostic = Diagnostic::error(codes::BUNDLE_UNUSABLE, problem.message.clone());
    Box::new(diagnostic.usage().hint(problem.hint.clone()))
}
