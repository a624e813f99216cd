//! Reads the table for one version.

use super::{Api, Definition, Field, Keys, KubeVersion, Life, Served, Shape};
use std::collections::{BTreeMap, HashMap};

/// Reads `table`, whose form its first lines explain, for the version nearest to `version`.
pub(super) fn read(table: &'static str, version: KubeVersion) -> Api {
    let mut api = Api {
        asked: version,
        version: version.nearest(),
        kinds: BTreeMap::new(),
        lives: BTreeMap::new(),
        definitions: HashMap::new(),
    };
    let mut current: Option<&mut Definition> = None;
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('&') {
            current = Some(api.definitions.entry(name).or_default());
            continue;
        }
        let columns: Vec<&'static str> = line.split('\t').collect();
        match (&mut current, columns.as_slice()) {
            (Some(definition), [name, shape, span @ ..]) => {
                let (from, to) = span_or_always(span);
                if (from..=to).contains(&api.version.minor) {
                    definition.fields.push(field(name, shape));
                }
            }
            (None, ["kind", group, version, kind, definition, span @ ..]) => {
                let served = Served {
                    definition,
                    span: span_or_always(span),
                };
                api.kinds.insert((group_of(group), version, kind), served);
            }
            (None, ["life", group, version, kind, life @ ..]) => {
                let place = (group_of(group), *version, *kind);
                api.lives.extend(life_of(life).map(|life| (place, life)));
            }
            _ => {}
        }
    }
    api
}

/// The versions in which a line holds: all, if it names none.
fn span_or_always(columns: &[&str]) -> (u8, u8) {
    columns.first().map_or((0, u8::MAX), |span| span_of(span))
}

fn life_of(columns: &[&'static str]) -> Option<Life> {
    let [deprecated, removed, replacement] = columns else {
        return None;
    };
    Some(Life {
        deprecated: deprecated.parse().ok(),
        removed: removed.parse().ok(),
        replacement: (*replacement != "-").then_some(*replacement),
    })
}

fn field(name: &'static str, shape: &'static str) -> (&'static str, Field) {
    let plain = name.strip_suffix('!');
    let field = Field {
        shape: shape_of(shape),
        required: plain.is_some(),
    };
    (plain.unwrap_or(name), field)
}

fn shape_of(text: &'static str) -> Shape {
    let Some(rest) = text.get(1..) else {
        return Shape::Any;
    };
    match text.as_bytes()[0] {
        b's' => Shape::String,
        b'y' => Shape::Base64,
        b't' => Shape::Time,
        b'q' => Shape::Quantity,
        b'p' => Shape::IntOrString,
        b'i' => Shape::Int32,
        b'l' => Shape::Int64,
        b'n' => Shape::Number,
        b'b' => Shape::Bool,
        b'=' => Shape::Enum(rest.split('|').collect()),
        b'{' => Shape::Map(Box::new(shape_of(rest))),
        b'&' => Shape::Definition(rest),
        b'[' => list(rest),
        _ => Shape::Any,
    }
}

fn list(rest: &'static str) -> Shape {
    if let Some(items) = rest.strip_prefix('!') {
        return Shape::List(Box::new(shape_of(items)), Keys::Itself);
    }
    // A list of lists has its keys further in.
    let keys = rest.split_once(']').filter(|(keys, _)| !keys.contains('['));
    match keys {
        None => Shape::List(Box::new(shape_of(rest)), Keys::None),
        Some((keys, items)) => {
            let key = |key: &'static str| match key.split_once(':') {
                Some((name, default)) => (name, Some(default)),
                None => (key, None),
            };
            let keys = keys.split(',').map(key).collect();
            Shape::List(Box::new(shape_of(items)), Keys::Fields(keys))
        }
    }
}

fn span_of(text: &str) -> (u8, u8) {
    let number = |text: &str| text.parse().ok();
    let span = text.split_once('-');
    let span = span.and_then(|(from, to)| Some((number(from)?, number(to)?)));
    span.unwrap_or((0, u8::MAX))
}

/// The group of a column.
fn group_of(text: &'static str) -> &'static str {
    if text == "-" { "" } else { text }
}

#[cfg(test)]
mod tests {
    use crate::check::kubernetes::{Api, Keys, Known, KubeVersion, Shape};
    use gitopsc_core::Gvk;

    fn api(version: &str) -> Api {
        Api::of(version.parse::<KubeVersion>().unwrap())
    }

    #[test]
    fn fields_are_those_of_the_version() {
        let field = |version: &str, name: &str| {
            let api = api(version);
            let container = api.definition("core/v1.Container").unwrap();
            container.field(name).map(|field| field.required)
        };
        assert_eq!(field("1.36", "name"), Some(true));
        assert_eq!(field("1.33", "image"), Some(false));
        assert_eq!(field("1.33", "restartPolicyRules"), None);
        assert_eq!(field("1.34", "restartPolicyRules"), Some(false));
        assert_eq!(field("1.36", "imagee"), None);
    }

    #[test]
    fn kinds_come_and_go() {
        let ingress = Gvk::parse("networking.k8s.io/v1beta1", "Ingress");
        let policy = Gvk::parse("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy");
        assert_eq!(api("1.36").kind(&ingress), Known::Nowhere);
        let life = api("1.36").life(&ingress).unwrap();
        assert_eq!(
            (life.removed, life.replacement),
            (Some(22), Some("networking.k8s.io/v1"))
        );
        assert_eq!(api("1.33").kind(&policy), Known::Elsewhere(36, 36));
        assert!(matches!(api("1.40").kind(&policy), Known::Here(_)));
        let service = Gvk::parse("v1", "Service");
        assert_eq!(api("1.33").kind(&service), Known::Here("core/v1.Service"));
    }

    #[test]
    fn every_shape_of_the_table_is_known() {
        let api = api("1.36");
        let mut names = 0;
        for definition in api.definitions.values() {
            assert!(definition.fields.is_sorted_by(|a, b| a.0 < b.0));
            for (_, field) in &definition.fields {
                let mut shape = &field.shape;
                while let Shape::Map(inner) | Shape::List(inner, _) = shape {
                    shape = inner;
                }
                if let Shape::Definition(name) = shape {
                    assert!(api.definition(name).is_some(), "{name}");
                    names += 1;
                }
            }
        }
        assert!(names > 500, "{names}");
        let container = api.definition("core/v1.Container").unwrap();
        let ports = &container.field("ports").unwrap().shape;
        let keys = Keys::Fields(vec![("containerPort", None), ("protocol", Some("TCP"))]);
        let of = Box::new(Shape::Definition("core/v1.ContainerPort"));
        assert_eq!(*ports, Shape::List(of, keys));
    }
}
