//! `units.settings`: what annotations say elsewhere.

use gitopsc_core::EcoString;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The unit settings, named as the annotations are behind `gitopsc.dev/`.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(super) struct Settings {
    unit: Option<Setting>,
    depends_on: Option<Setting>,
    provides: Option<Setting>,
    wait: Option<Setting>,
    timeout: Option<Setting>,
    health: Option<Setting>,
    apply: Option<Setting>,
    reconcile: Option<Setting>,
    prune: Option<Setting>,
    recreate: Option<Setting>,
    conflicts: Option<Setting>,
    check_ignore: Option<Setting>,
    ignore_fields: Option<Setting>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Setting {
    Switch(bool),
    Number(i64),
    Text(String),
    List(Vec<String>),
}

impl Settings {
    /// The settings that are there, by name.
    pub(super) fn texts(self) -> BTreeMap<EcoString, EcoString> {
        let all = [
            ("unit", self.unit),
            ("depends-on", self.depends_on),
            ("provides", self.provides),
            ("wait", self.wait),
            ("timeout", self.timeout),
            ("health", self.health),
            ("apply", self.apply),
            ("reconcile", self.reconcile),
            ("prune", self.prune),
            ("recreate", self.recreate),
            ("conflicts", self.conflicts),
            ("check-ignore", self.check_ignore),
            ("ignore-fields", self.ignore_fields),
        ];
        let set = all
            .into_iter()
            .filter_map(|(name, setting)| Some((name.into(), setting?.text(separator(name)))));
        set.collect()
    }
}

impl Setting {
    /// The value as an annotation would have it.
    fn text(self, separator: &str) -> EcoString {
        match self {
            Setting::Switch(on) => if on { "true" } else { "false" }.into(),
            Setting::Number(number) => number.to_string().into(),
            Setting::Text(text) => text.into(),
            Setting::List(items) => items.join(separator).into(),
        }
    }
}

/// What stands between the items of a list in an annotation. An expression has commas of its own.
fn separator(name: &str) -> &'static str {
    if name == "health" { "\n" } else { "," }
}
