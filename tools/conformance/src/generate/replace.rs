//! Replacements: a value of one object copied into fields of others.

use super::chance::Chance;
use super::object::{Form, Object};
use super::yaml::{Yaml, quoted};

/// A replacement between objects of `scope`, if two fit.
pub fn replacement(scope: &[Object], chance: &mut Chance) -> Option<Yaml> {
    let source = chance.pick_any(scope)?.clone();
    let target = chance.pick_any(scope)?.clone();
    let from = if chance.likely(10) {
        (
            "sourceValue",
            Yaml::text(quoted(chance.word(&["plain", "a.b.c", "1", "yes"]))),
        )
    } else {
        ("source", origin(&source, chance))
    };
    let mut select = Yaml::map([("kind", Yaml::text(target.kind.name))]);
    if chance.likely(80) {
        select = select.with("name", Yaml::text(target.name.as_str()));
    }
    let (path, create) = field(&target, chance);
    let mut into = Yaml::map([
        ("select", select),
        ("fieldPaths", Yaml::texts([quoted(&path)])),
    ]);
    if chance.likely(10) {
        let reject = Yaml::map([("name", Yaml::text("nobody"))]);
        into = into.with("reject", Yaml::List(vec![reject]));
    }
    let options = options(create, chance);
    if options != Yaml::Map(Vec::new()) {
        into = into.with("options", options);
    }
    Some(Yaml::map([from, ("targets", Yaml::List(vec![into]))]))
}

fn origin(source: &Object, chance: &mut Chance) -> Yaml {
    let origin = Yaml::map([
        ("kind", Yaml::text(source.kind.name)),
        ("name", Yaml::text(source.name.as_str())),
    ]);
    let path = match chance.pick_any(&source.keys) {
        Some(key) if key != "b" && chance.likely(80) => format!("data.{}", escaped(key)),
        _ if source.kind.form == Form::Workload && chance.likely(50) => {
            "spec.template.spec.containers.0.image".to_owned()
        }
        _ if chance.likely(30) => return origin,
        _ => "metadata.name".to_owned(),
    };
    let origin = origin.with("fieldPath", Yaml::text(path));
    if chance.likely(15) {
        let options = Yaml::map([
            ("delimiter", Yaml::text(quoted("-"))),
            ("index", Yaml::text("0")),
        ]);
        return origin.with("options", options);
    }
    origin
}

/// A key as one step of a path.
fn escaped(key: &str) -> String {
    key.replace('.', "\\.")
}

/// A field of `target`, and whether it may have to be created.
fn field(target: &Object, chance: &mut Chance) -> (String, bool) {
    let pod = match target.kind.form {
        Form::Workload => "spec.template.spec",
        Form::Cron => "spec.jobTemplate.spec.template.spec",
        _ => "spec",
    };
    match target.kind.form {
        Form::Workload | Form::Cron | Form::Pod => match chance.below(4) {
            0 => (format!("{pod}.containers.[name=main].image"), false),
            1 => (format!("{pod}.containers.*.image"), false),
            2 => (format!("{pod}.containers.0.env.[name=LEVEL].value"), true),
            _ => (format!("{pod}.nodeName"), true),
        },
        Form::Data => match chance.pick_any(&target.keys) {
            Some(key) if key != "b" && chance.likely(60) => {
                let inner = if chance.likely(6) { ".a" } else { "" };
                (format!("data.{}{inner}", escaped(key)), false)
            }
            _ => ("data.replaced".to_owned(), true),
        },
        Form::Custom => ("spec.replaced.deep".to_owned(), true),
        _ => match chance.below(2) {
            0 => (
                "metadata.annotations.[example.com/replaced]".to_owned(),
                true,
            ),
            _ => ("metadata.labels.replaced".to_owned(), true),
        },
    }
}

fn options(create: bool, chance: &mut Chance) -> Yaml {
    let mut options = Yaml::Map(Vec::new());
    if create {
        options = options.with("create", Yaml::text("true"));
    } else if chance.likely(25) {
        let index = chance.word(&["0", "1", "-1", "5"]);
        options = options
            .with(
                "delimiter",
                Yaml::text(quoted(chance.word(&[":", "-", "/"]))),
            )
            .with("index", Yaml::text(index));
    }
    options
}
