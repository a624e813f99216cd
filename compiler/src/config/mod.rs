//! `gitopsc.yaml`: what holds for a whole cluster.
//!
//! ```yaml
//! layers: [infrastructure, apps]      # folders below this file, in order
//! units:
//!   include: [apps/web/manifests]     # a unit whatever the rules say
//!   exclude: ["apps/*/examples"]      # left out, with everything below
//!   settings:
//!     apps/legacy: {wait: 5m}         # what the annotations gitopsc.dev/... say elsewhere
//! references:                         # which fields of other kinds refer to what
//! - from: Widget.example.com
//!   to: [{at: spec.configRef, kind: ConfigMap}]
//! check:
//!   kubeVersion: "1.34"               # what `gitopsc check` holds the objects against
//!   ignore:                           # findings that are known and accepted
//!   - {code: namespace-missing, unit: apps/legacy, reason: it lives in default}
//! health:                             # rules of health for kinds that are not known
//! - {apiVersion: example.com/v1, kind: Widget, current: status.phase == 'Ready'}
//! fields:                             # which fields of which objects are left to others
//! - {at: /spec/replicas, of: {kind: Deployment.apps, namespace: web}}
//! runOnce: [{kind: Migration.example.com}]   # kinds whose objects are done when they have run
//! protected: [{kind: Database.example.com}]  # kinds that go only with consent
//! talos: {layer: bootstrap, limit: 250000}   # what `gitopsc talos` bundles and checks
//! ```

mod check;
pub(crate) mod kinds;
mod place;
mod settings;

pub use check::{Check, Ignore};
pub use kinds::Kinds;
pub use place::Placed;

use crate::codes;
use crate::edges::Written;
use crate::fields::written as fields;
use crate::health::written::{self, WrittenRule};
use crate::talos::settings::{Settings as Talos, WrittenSettings as WrittenTalos};
use check::WrittenCheck;
use gitopsc_core::{Diagnostic, EcoString, FileId, Span, TreePath};
use gitopsc_engine::health::KindRule;
use gitopsc_engine::rules::Rule;
use gitopsc_kustomize::Content;
use kinds::WrittenKind;
use place::span_at;
use serde::Deserialize;
use serde_yaml::{MessageFormatter as _, Spanned, UserMessageFormatter};
use settings::Settings;
use std::collections::BTreeMap;

/// What `gitopsc.yaml` says, or nothing of it where there is none.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The layers, in order; nothing if the file does not name them.
    pub layers: Option<Vec<Placed>>,
    /// Directories that are units.
    pub include: Vec<Placed>,
    /// Directories that are left out.
    pub exclude: Vec<Placed>,
    /// Settings by unit path.
    pub settings: BTreeMap<EcoString, BTreeMap<EcoString, EcoString>>,
    /// Additions to the table of references.
    pub references: Vec<Written>,
    /// What is said of checks.
    pub check: Check,
    /// Rules of health.
    pub health: Vec<KindRule>,
    /// Which fields are left to others.
    pub fields: Vec<Rule>,
    /// What is said of kinds.
    pub kinds: Kinds,
    /// What is said of Talos.
    pub talos: Talos,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
struct File {
    layers: Option<Vec<Spanned<String>>>,
    units: Units,
    references: Vec<Written>,
    check: WrittenCheck,
    health: Vec<WrittenRule>,
    fields: Vec<fields::WrittenRule>,
    run_once: Vec<Spanned<WrittenKind>>,
    protected: Vec<Spanned<WrittenKind>>,
    talos: WrittenTalos,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Units {
    include: Vec<Spanned<String>>,
    exclude: Vec<Spanned<String>>,
    settings: BTreeMap<String, Settings>,
}

/// Reads `content`.
///
/// # Errors
/// What is wrong with it; the first mistake stops the reading.
pub fn read(content: &Content) -> Result<Config, Vec<Diagnostic>> {
    let text = String::from_utf8_lossy(&content.bytes);
    if text
        .lines()
        .all(|line| line.trim_start().starts_with('#') || line.trim().is_empty())
    {
        return Ok(Config::default());
    }
    let file: File =
        serde_yaml::from_str(&text).map_err(|error| vec![invalid(&error, content.file, &text)])?;
    let placed = |item: Spanned<String>| Placed {
        span: span_at(item.referenced, content.file, &text),
        text: item.value.into(),
    };
    let place = |items: Vec<Spanned<String>>| items.into_iter().map(placed).collect();
    Ok(Config {
        layers: file.layers.map(place),
        include: place(file.units.include),
        exclude: place(file.units.exclude),
        settings: file
            .units
            .settings
            .into_iter()
            .map(|(path, settings)| (TreePath::new(&path).as_str().into(), settings.texts()))
            .collect(),
        references: file.references,
        check: file.check.placed(&placed),
        health: written::compiled(file.health, &placed)?,
        fields: fields::read(file.fields, &placed)?,
        kinds: Kinds::read(file.run_once, file.protected, &|location| {
            span_at(location, content.file, &text)
        })?,
        talos: file.talos.placed(&placed)?,
    })
}

fn invalid(error: &serde_yaml::Error, file: FileId, text: &str) -> Diagnostic {
    let span = error
        .location()
        .map_or(Span::new(file, 0), |location| span_at(location, file, text));
    // Without the place, which the diagnostic points to.
    let message = UserMessageFormatter.format_message(error.without_snippet());
    Diagnostic::error(codes::SETTINGS_INVALID, message)
        .at(span, "")
        .hint("known here are: layers, units.include, units.exclude, units.settings, references, check.kubeVersion, check.ignore, health, fields, runOnce, protected, talos")
}

#[cfg(test)]
mod tests {
    use super::{Config, read};
    use gitopsc_core::{Diagnostic, FileId};
    use gitopsc_kustomize::Content;

    fn parse(text: &str) -> Result<Config, Vec<Diagnostic>> {
        read(&Content {
            file: FileId(0),
            bytes: text.as_bytes().into(),
            secret: None,
        })
    }

    #[test]
    fn every_field_is_read_with_its_place() {
        let text = "layers: [infrastructure, apps]\nunits:\n  include:\n  - apps/x\n  settings:\n    apps/web/: {unit: false, wait: 5m}\n";
        let config = parse(text).unwrap();
        let layers = config.layers.unwrap();
        assert_eq!(layers[1].text, "apps");
        assert_eq!(layers[1].span.offset as usize, text.find("apps").unwrap());
        assert_eq!(config.include[0].text, "apps/x");
        assert_eq!(config.settings["apps/web"]["unit"], "false");
        assert_eq!(config.settings["apps/web"]["wait"], "5m");
    }

    #[test]
    fn mistakes_are_shown_where_they_are() {
        let unknown = "units:\n  settings:\n    a: {wiat: 1}\n";
        let found = parse(unknown).unwrap_err();
        assert!(found[0].message.contains("wiat"), "{}", found[0].message);
        assert_eq!(
            found[0].labels[0].span.offset as usize,
            unknown.find("wiat").unwrap()
        );
        let mistyped = "# a\nlayers: 5\n";
        let found = parse(mistyped).unwrap_err();
        assert_eq!(
            found[0].labels[0].span.offset as usize,
            mistyped.find('5').unwrap()
        );
        assert!(parse("unit: {}\n").is_err());
    }

    #[test]
    fn rules_of_health_are_compiled_and_all_that_are_wrong_are_shown() {
        let text = "health:\n- apiVersion: v1\n  kind: Secret\n  current: has(data.key)\n- apiVersion: example.com/v1\n  current: status.phase == 'Ready'\n  inProgress: status.phase == 'Busy'\n";
        let rules = parse(text).unwrap().health;
        assert_eq!(
            (rules[0].group.as_str(), rules[0].kind.as_deref()),
            ("", Some("Secret"))
        );
        assert_eq!(
            (rules[1].group.as_str(), rules[1].kind.as_deref()),
            ("example.com", None)
        );
        assert_eq!(
            rules[1].in_progress.as_ref().unwrap().text(),
            "status.phase == 'Busy'"
        );
        let wrong = "health:\n- apiVersion: a/v1\n  current: a ==\n  failed: b = c\n- apiVersion: a/v2\n  current: 'true'\n";
        let found = parse(wrong).unwrap_err();
        let places: Vec<usize> = found
            .iter()
            .map(|found| found.labels[0].span.offset as usize)
            .collect();
        let at = |text: &str| wrong.find(text).unwrap();
        assert_eq!(places, [at("a =="), at("b = c"), at("a/v2")]);
    }

    #[test]
    fn lists_of_objects_that_have_to_be_healthy_keep_their_commas() {
        let text = "units:\n  settings:\n    a: {health: ['Job/x: self in [1, 2]', Job/y], depends-on: [b, c]}\n";
        let settings = &parse(text).unwrap().settings["a"];
        assert_eq!(settings["health"], "Job/x: self in [1, 2]\nJob/y");
        assert_eq!(settings["depends-on"], "b,c");
    }

    #[test]
    fn kinds_that_run_once_or_are_protected_are_named_with_or_without_their_group() {
        let text = "runOnce:\n- kind: Migration.example.com\n- {group: jobs.example.com}\nprotected: [{kind: Database}]\n";
        let kinds = parse(text).unwrap().kinds;
        let runs_once = |group, kind| kinds.run_once.iter().any(|of| of.matches(group, kind));
        assert!(runs_once("example.com", "Migration"));
        assert!(!runs_once("example.org", "Migration"));
        assert!(runs_once("jobs.example.com", "Any"));
        assert!(kinds.protected[0].matches("example.org", "Database"));
        let wrong = "runOnce:\n- {kind: migration}\nprotected:\n- {}\n- {kind: A.b, group: c}\n";
        let found = parse(wrong).unwrap_err();
        let places = found
            .iter()
            .map(|found| found.labels[0].span.offset as usize);
        let at = |text: &str| wrong.find(text).unwrap();
        assert_eq!(
            places.collect::<Vec<_>>(),
            [at("{kind: m"), at("{}"), at("{kind: A")]
        );
    }

    #[test]
    fn an_empty_file_says_nothing() {
        assert!(parse("# only a mark\n").unwrap().layers.is_none());
    }
}
