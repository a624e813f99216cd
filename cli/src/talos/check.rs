//! `gitopsc talos check`: the list of what has to hold before a cluster is bootstrapped.

use super::choice::Choice;
use super::folder;
use super::inputs::{Counts, Inputs};
use crate::arguments::TalosCheckArguments;
use crate::build::print;
use crate::compile::{self, Compiled, Input, Manner, Outcome};
use crate::environment::Environment;
use crate::exit::Exit;
use gitopsc_compiler::bundle::{Index, layer, make};
use gitopsc_compiler::edges::derive;
use gitopsc_compiler::talos::cilium::{Cilium, overlay};
use gitopsc_compiler::talos::machine::document::roots;
use gitopsc_compiler::talos::machine::{Machine, machines};
use gitopsc_compiler::talos::{Facts, Fetched, Point, State, check, requests};
use gitopsc_compiler::{Meaning, codes};
use gitopsc_core::{Class, Diagnostic, Label, Severity};
use gitopsc_host::Fetcher;
use gitopsc_kustomize::Content;
use gitopsc_yaml::{Limits, Node};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The point that the bundles are there as they were written.
const BUNDLES: &str = "bundles";

/// Checks what `arguments` name.
pub fn run(arguments: &TalosCheckArguments, environment: &Environment) -> Exit {
    let input = Input::new(arguments.directory.as_deref(), &arguments.reading);
    let (inputs, unreadable) = Inputs::read(arguments);
    let (beside, counts) = (inputs.files, inputs.counts);
    let manner = Manner {
        beside: &beside,
        ..Manner::default()
    };
    let broken = !unreadable.is_empty();
    compile::run_as(
        manner,
        &input,
        environment,
        unreadable,
        |compiled, findings| {
            if broken || compiled.compilation.meaning == Meaning::Nothing {
                return Outcome::Unused;
            }
            let (found, outcome) = match points(arguments, compiled, counts) {
                Err(problems) => (problems, Outcome::Unused),
                Ok(points) => {
                    findings.extend(print(table(&points).as_bytes()));
                    let found = points.into_iter().flat_map(|point| match point.state {
                        State::Checked(found) => found,
                        State::Skipped(_) => Vec::new(),
                    });
                    (found.collect(), Outcome::LookedAt)
                }
            };
            findings.extend(found.into_iter().map(|one| discreet(one, compiled.beside)));
            outcome
        },
    )
}

/// Lines of a machine configuration hold tokens and keys, so of what is found in one only the place is told.
fn discreet(found: Diagnostic, files: &[Content]) -> Diagnostic {
    let inside = |label: &Label| files.iter().any(|content| content.file == label.span.file);
    match found.labels.iter().any(inside) {
        true => found.discreetly(),
        false => found,
    }
}

/// The points of the list.
fn points(
    arguments: &TalosCheckArguments,
    compiled: &Compiled<'_>,
    counts: Counts,
) -> Result<Vec<Point>, Vec<Diagnostic>> {
    let compilation = compiled.compilation;
    let (configurations, rest) = compiled.beside.split_at(counts.configurations);
    let (patches, values) = rest.split_at(counts.patches);
    let limits = Limits::default();
    let (machines, wrong) = machines(configurations, patches, &limits);
    let cilium = match laid_over(values, &limits)? {
        Some(values) => Some(Cilium::of_values(&values)),
        None => Cilium::of_objects(compilation),
    };
    let mut bundles = Bundles::find(arguments, compiled)?;
    let fetched = arguments.online.then(|| fetch(&machines));
    let facts = Facts {
        machines: &machines,
        cilium: cilium.as_ref(),
        bundles: bundles.written.as_ref().unwrap_or(&bundles.fresh),
        fresh: &bundles.fresh,
        compilation,
        layer: bundles.layer,
        fetched: fetched.as_ref(),
    };
    let read = Point {
        name: "configuration",
        state: State::Checked(wrong),
    };
    let mut points: Vec<Point> = std::iter::once(read).chain(check(&facts)).collect();
    for point in &mut points {
        if let (BUNDLES, State::Checked(found)) = (point.name, &mut point.state) {
            found.append(&mut bundles.unknown);
        }
    }
    Ok(points)
}

/// The bundles of the layer.
struct Bundles {
    layer: Option<usize>,
    /// Those that lie in the folder, if there are some.
    written: Option<Index>,
    /// Those that the layer makes now; those that lie in the folder where nobody can say without a key.
    fresh: Index,
    /// What keeps the layer from being compared with them.
    unknown: Vec<Diagnostic>,
}

fn is_for_want_of_a_key(problem: &Diagnostic) -> bool {
    problem.code == codes::BUNDLE_ENCRYPTED
}

/// What would keep an object out of a bundle, told where nothing is bundled.
fn unknown(mut problem: Diagnostic) -> Diagnostic {
    (problem.severity, problem.class) = (Severity::Note, Class::Input);
    problem.hint("give a key to see whether the layer changed since it was bundled")
}

impl Bundles {
    fn find(
        arguments: &TalosCheckArguments,
        compiled: &Compiled<'_>,
    ) -> Result<Bundles, Vec<Diagnostic>> {
        let compilation = compiled.compilation;
        let mut choice = Choice::of(&arguments.bundling, compilation)?;
        let folder = folder::named(arguments.bundles.as_deref(), compiled);
        let written = match folder {
            Some(folder) => {
                folder::index(&folder, &choice.name).map_err(|problem| vec![*problem])?
            }
            None => None,
        };
        if let Some(written) = &written {
            choice.keep_to(written, &arguments.bundling, compilation);
        }
        if !choice.is_whole(compilation) {
            return Err(Vec::new());
        }
        let derived = derive(compilation, compiled.pool);
        let objects = layer::objects(compilation, &derived.graph, choice.layer);
        // Nothing is written here, so nothing is shown of what is decrypted.
        let made = make(&objects, &choice.request(true), written.as_ref());
        let (fresh, unknown) = match (made, &written) {
            (Ok(bundled), _) => (bundled.index, Vec::new()),
            (Err(problems), Some(written)) if problems.iter().all(is_for_want_of_a_key) => {
                (written.clone(), problems.into_iter().map(unknown).collect())
            }
            (Err(problems), _) => return Err(problems),
        };
        Ok(Bundles {
            layer: choice.layer,
            written,
            fresh,
            unknown,
        })
    }
}

/// All values, a later file over an earlier one; nothing if there are none.
fn laid_over(values: &[Content], limits: &Limits) -> Result<Option<Node>, Vec<Diagnostic>> {
    let mut all: Option<Node> = None;
    for content in values {
        for root in roots(content, limits)? {
            match &mut all {
                None => all = Some(root),
                Some(all) => overlay(all, root),
            }
        }
    }
    Ok(all)
}

fn fetch(machines: &[Machine]) -> BTreeMap<String, Fetched> {
    let fetcher = Fetcher::new();
    let requests = requests(machines).into_iter();
    let fetched = requests.map(|(url, headers)| {
        let answer = match fetcher.fetch(&url, &headers) {
            Ok(bytes) => Fetched::Content(bytes),
            Err(error) => Fetched::Failed(error.to_string()),
        };
        (url, answer)
    });
    fetched.collect()
}

/// The list, for people: a line for each point.
fn table(points: &[Point]) -> String {
    let wide = points
        .iter()
        .map(|point| point.name.len())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for point in points {
        let (word, more) = match &point.state {
            State::Skipped(why) => ("skipped", (*why).to_owned()),
            State::Checked(found) => {
                let codes: std::collections::BTreeSet<&str> =
                    found.iter().map(|found| found.code.0).collect();
                (
                    standing(point.state.worst()),
                    codes.into_iter().collect::<Vec<_>>().join(", "),
                )
            }
        };
        let line = format!("{word:7}  {:wide$}  {more}", point.name);
        writeln!(text, "{}", line.trim_end()).expect("a string takes any text");
    }
    text
}

fn standing(worst: Option<Severity>) -> &'static str {
    match worst {
        None => "ok",
        Some(Severity::Note) => "note",
        Some(Severity::Warning) => "warning",
        Some(Severity::Error) => "error",
    }
}
