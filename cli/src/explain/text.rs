//! An explanation for people: the object with the origin of each value beside it, then everything else.

use super::origin::{Object, Through, number};
use crate::diagnostics::Place;
use crate::graph::{verb, what};
use gitopsc_compiler::secrets::mask::masked;
use gitopsc_engine::graph::{Edge, Force, Wait};
use gitopsc_yaml::emit::{Placed, Secrets, emit_with_places};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Origins stand at this column if the lines leave room, and behind two spaces otherwise.
const MOST_COLUMNS: usize = 56;

/// How many objects are named of those that need it in the same way.
const MOST_NAMES: usize = 8;

/// The explanation.
pub fn render(object: &Object<'_>) -> String {
    let through = object.through();
    let mut text = body(object, &through);
    text.push('\n');
    text.push_str(&identity(object));
    let (traced, others): (Vec<_>, Vec<_>) = through.iter().partition(|one| one.values > 0);
    section(&mut text, "changed by", &transformers(object, &traced));
    if !others.is_empty() {
        let title = "ran over it as well, and left nothing";
        section(&mut text, title, &transformers(object, &others));
    }
    section(&mut text, "needs", &needs(object));
    section(&mut text, "needed by", &needed_by(object));
    text
}

/// The object as it is printed, decrypted values masked, with the origin of each value beside its first line.
fn body(object: &Object<'_>, through: &[Through<'_>]) -> String {
    let mut printed = String::new();
    let body = &object.manifest().body;
    let masked = masked(body, &object.compilation.secrets);
    let body = masked.as_ref().unwrap_or(body);
    let places = emit_with_places(body, Secrets::Mask, &mut printed);
    let mut beside = beside(object, through, &places, &printed);
    let wide = printed.lines().map(|line| line.chars().count()).max();
    let column = wide.unwrap_or(0).min(MOST_COLUMNS);
    let mut text = String::new();
    let mut offset = 0;
    for line in printed.split_inclusive('\n') {
        let end = offset + line.len();
        let line = line.trim_end_matches('\n');
        match beside.remove(&offset) {
            Some(origin) => {
                let _ = writeln!(text, "{line:column$}  # {origin}");
            }
            None => {
                let _ = writeln!(text, "{line}");
            }
        }
        offset = end;
    }
    text
}

/// The origins of values, by where the line of each begins in `printed`.
fn beside(
    object: &Object<'_>,
    through: &[Through<'_>],
    places: &[Placed],
    printed: &str,
) -> BTreeMap<usize, String> {
    let origins = object.origins();
    let mut beside = BTreeMap::new();
    for placed in places {
        let at = origins.binary_search_by(|origin| origin.pointer.cmp(&placed.pointer));
        let Some(origin) = at.ok().and_then(|at| origins.get(at)) else {
            continue;
        };
        let place = object.place(origin.span);
        let number = number(through, origin).map(|number| format!("[{number}]"));
        let parts = [place.map(|place| shown(object, place)), number];
        let told: Vec<String> = parts.into_iter().flatten().collect();
        if !told.is_empty() {
            let before = printed.get(..placed.offset).unwrap_or_default();
            let start = before.rfind('\n').map_or(0, |at| at + 1);
            beside.insert(start, told.join(" "));
        }
    }
    beside
}

/// A place as `path:line`.
fn shown(object: &Object<'_>, place: Place<'_>) -> String {
    let path = object.paths.shown(place.path);
    match place.position {
        Some(position) => format!("{path}:{}", position.line),
        None => path,
    }
}

fn identity(object: &Object<'_>) -> String {
    let (unit, manifest) = (object.unit(), object.manifest());
    let layer = match object.layer() {
        "" => String::new(),
        layer => format!(" in the layer {layer}"),
    };
    let place = object.place(manifest.span);
    let place = place.map(|place| format!("\nfrom    {}", shown(object, place)));
    let whole = unit
        .output
        .map(|digest| format!("\n        {digest} of the unit"));
    format!(
        "{}\nunit    {}{layer}{}\ndigest  {}{}\n",
        manifest.object,
        unit.path,
        place.unwrap_or_default(),
        unit.digests[object.found.manifest],
        whole.unwrap_or_default(),
    )
}

fn section(text: &mut String, title: &str, lines: &[String]) {
    let _ = writeln!(text, "\n{title}");
    if lines.is_empty() {
        text.push_str("  nothing\n");
    }
    for line in lines {
        let _ = writeln!(text, "  {line}");
    }
}

/// Transformers by their numbers, each with where the overlay asks for it.
fn transformers(object: &Object<'_>, through: &[&Through<'_>]) -> Vec<String> {
    let wide = through.iter().map(|one| one.name.len()).max().unwrap_or(0);
    let line = |one: &&Through<'_>| {
        let place = one.place.map(|place| shown(object, place));
        let (number, place) = (format!("[{}]", one.number), place.unwrap_or_default());
        let line = format!("{number:4} {:wide$}  {place}", one.name);
        line.trim_end().to_owned()
    };
    through.iter().map(line).collect()
}

fn needs(object: &Object<'_>) -> Vec<String> {
    let here = object.needs().into_iter().map(|edge| {
        let by = if edge.from == object.node {
            ""
        } else {
            ", by its unit"
        };
        let (verb, what) = (verb(edge), what(object.view, edge));
        format!("{verb} {what} ({}{by})", edge.reason)
    });
    let outside = object.outside().into_iter().map(|need| {
        let verb = match need.force {
            Force::Hard => "needs",
            Force::Soft => "waits for",
        };
        let (what, reason) = (&need.object, need.reason);
        format!("{verb} {what}, which is in no unit ({reason})")
    });
    here.chain(outside).collect()
}

/// What needs it; of many that need it in the same way some are named.
fn needed_by(object: &Object<'_>) -> Vec<String> {
    let mut ways: BTreeMap<(&str, String), Vec<String>> = BTreeMap::new();
    for edge in object.needed_by() {
        let of = if edge.to == object.node {
            ""
        } else {
            ", of its unit"
        };
        let way = (verb_of_it(edge), format!("{}{of}", edge.reason));
        let names = ways.entry(way).or_default();
        names.push(object.view.name(edge.from));
    }
    let mut lines = Vec::new();
    for ((verb, reason), names) in &ways {
        let shown = names.iter().take(MOST_NAMES);
        lines.extend(shown.map(|name| format!("{name} {verb} ({reason})")));
        if let Some(more) = names.len().checked_sub(MOST_NAMES).filter(|more| *more > 0) {
            lines.push(format!("and {more} more ({reason})"));
        }
    }
    lines
}

/// What an edge to the object means for whoever has it.
fn verb_of_it(edge: &Edge) -> &'static str {
    match (edge.wait, edge.force) {
        (Wait::Order, _) => "comes after it",
        (Wait::Applied, Force::Hard) => "needs it",
        (Wait::Ready, Force::Hard) => "needs it ready",
        (Wait::Applied, Force::Soft) => "waits for it",
        (Wait::Ready, Force::Soft) => "waits until it is ready",
    }
}
