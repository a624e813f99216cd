//! What holds for bundles of any objects, whatever lay there before.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use gitopsc_compiler::bundle::form::{Delivery, Form};
use gitopsc_compiler::bundle::text::verified;
use gitopsc_compiler::bundle::{Bundled, Index, Request, make};
use gitopsc_core::{Gvk, Json, Manifest, ObjectRef, Span, Trail};
use gitopsc_yaml::emit::Secrets;
use gitopsc_yaml::json::{Form as JsonForm, write_json};
use gitopsc_yaml::lower::lower;
use gitopsc_yaml::{Dialect, FileId, Limits, Object, parse};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

const LIMIT: usize = 1_000;

/// A ConfigMap with `size` letters in it.
fn object(name: &str, size: usize) -> Manifest {
    let map = |fields: Vec<(&str, Json)>| {
        let fields = fields.into_iter().map(|(name, value)| (name.into(), value));
        Json::Object(Object::new(fields.collect()))
    };
    let body = map(vec![
        ("apiVersion", Json::String("v1".into())),
        ("kind", Json::String("ConfigMap".into())),
        ("metadata", map(vec![("name", Json::String(name.into()))])),
        (
            "data",
            map(vec![(
                "é",
                Json::String("\u{1f980}a".repeat(size / 13).into()),
            )]),
        ),
    ]);
    Manifest {
        gvk: Gvk::parse("v1", "ConfigMap"),
        object: ObjectRef {
            kind: "ConfigMap".into(),
            name: name.into(),
            ..ObjectRef::default()
        },
        body: Arc::new(body),
        span: Span::NONE,
        trail: Trail::default(),
        provenance: None,
    }
}

fn bundled(objects: &[Manifest], limit: usize, previous: Option<&Index>) -> Bundled {
    let request = Request {
        layer: "bootstrap",
        limit,
        total_limit: None,
        form: Form::Documents,
        delivery: &Delivery::Inline,
        reveal_secrets: false,
    };
    make(&objects.iter().collect::<Vec<_>>(), &request, previous).unwrap()
}

/// The texts of the bundles by name, in order.
fn texts(bundled: &Bundled) -> Vec<(&str, &str)> {
    let text = |file: &str| {
        let mut files = bundled.files.iter();
        files
            .find(|(path, _)| path.as_str() == file)
            .map(|(_, text)| text.as_str())
    };
    let bundles = bundled.index.bundles.iter();
    bundles
        .map(|bundle| (bundle.name.as_str(), text(&bundle.file).unwrap()))
        .collect()
}

fn canonical(body: &Json) -> String {
    let mut text = String::new();
    write_json(body, JsonForm::Canonical, Secrets::Reveal, &mut text);
    text
}

/// The objects of all bundles, one after the other, read back from their texts.
fn joined(bundled: &Bundled) -> Vec<String> {
    let texts = texts(bundled).into_iter();
    let documents = texts.flat_map(|(_, text)| {
        parse(text, FileId(0), Dialect::Kubectl, &Limits::default()).unwrap()
    });
    documents
        .map(|document| canonical(&lower(&document.root).unwrap()))
        .collect()
}

/// That `name` is a DNS-1123 subdomain.
fn is_dns(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let inner = name.bytes().all(|byte| letter(byte) || byte == b'-');
    let ends = name.bytes().next().is_some_and(letter) && name.bytes().last().is_some_and(letter);
    inner && ends && name.len() <= 253
}

fn check(objects: &[Manifest], bundled: &Bundled, limit: usize) {
    let wanted: Vec<String> = objects
        .iter()
        .map(|object| canonical(&object.body))
        .collect();
    assert_eq!(joined(bundled), wanted, "the bundles are the layer");
    let texts = texts(bundled);
    assert!(texts.is_sorted_by(|a, b| a.0 < b.0), "names fix the order");
    let files = bundled.index.bundles.iter().map(|bundle| &bundle.file);
    assert!(files.is_sorted_by(|a, b| a < b), "names of files do so too");
    for (name, text) in texts {
        assert!(text.len() <= limit, "{name} has {} bytes", text.len());
        assert!(is_dns(name), "{name}");
        assert!(
            verified(text).is_some(),
            "{name} is not what its comment says"
        );
    }
    assert_eq!(
        Index::read(bundled.index.text().as_bytes()).as_ref(),
        Ok(&bundled.index)
    );
}

/// A change of one object.
#[derive(Clone, Debug)]
enum Change {
    Resize(usize, usize),
    Add(usize, usize),
    Remove(usize),
    Move(usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (0..1_000_usize, 0..600_usize).prop_map(|(at, size)| Change::Resize(at, size)),
        (0..1_000_usize, 0..600_usize).prop_map(|(at, size)| Change::Add(at, size)),
        (0..1_000_usize).prop_map(Change::Remove),
        (0..1_000_usize, 0..1_000_usize).prop_map(|(from, to)| Change::Move(from, to)),
    ]
}

/// Does `change`; the new object is called `name`.
fn apply(objects: &mut Vec<Manifest>, change: &Change, name: &str) {
    let count = objects.len();
    match *change {
        Change::Resize(at, size) => {
            let name = objects[at % count].object.name.clone();
            objects[at % count] = object(&name, size);
        }
        Change::Add(at, size) => objects.insert(at % (count + 1), object(name, size)),
        Change::Remove(at) if count > 1 => {
            objects.remove(at % count);
        }
        Change::Remove(_) => {}
        Change::Move(from, to) => {
            let moved = objects.remove(from % count);
            objects.insert(to % count, moved);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn joined_bundles_are_the_layer_through_any_history(
        sizes in prop::collection::vec(0..600_usize, 1..20),
        changes in prop::collection::vec(change(), 0..20),
    ) {
        let named = sizes.iter().enumerate().map(|(at, size)| object(&format!("o{at}"), *size));
        let mut objects: Vec<Manifest> = named.collect();
        let mut last = bundled(&objects, LIMIT, None);
        check(&objects, &last, LIMIT);
        for (at, change) in changes.iter().enumerate() {
            apply(&mut objects, change, &format!("new{at}"));
            let next = bundled(&objects, LIMIT, Some(&last.index));
            check(&objects, &next, LIMIT);
            let (before, after): (BTreeMap<&str, &str>, BTreeMap<&str, &str>) =
                (texts(&last).into_iter().collect(), texts(&next).into_iter().collect());
            let touched = before.iter().filter(|(name, text)| after.get(*name) != Some(*text));
            prop_assert!(touched.count() <= 2, "{change:?} touched more than two bundles");
            last = next;
        }
    }

    #[test]
    fn any_limit_that_the_largest_object_fits_will_do(
        sizes in prop::collection::vec(0..2_000_usize, 1..20),
        limit in 2_400..6_000_usize,
    ) {
        let named = sizes.iter().enumerate().map(|(at, size)| object(&format!("o{at}"), *size));
        let objects: Vec<Manifest> = named.collect();
        check(&objects, &bundled(&objects, limit, None), limit);
    }
}

#[test]
fn an_object_that_changes_where_it_is_changes_one_bundle() {
    let mut objects: Vec<Manifest> = (0..20)
        .map(|at| object(&format!("o{at:02}"), 130))
        .collect();
    let before = bundled(&objects, LIMIT, None);
    assert!(before.index.bundles.len() > 3);
    objects[7] = object("o07", 117);
    let after = bundled(&objects, LIMIT, Some(&before.index));
    let changed = texts(&before)
        .into_iter()
        .zip(texts(&after))
        .filter(|(a, b)| a != b);
    assert_eq!(changed.count(), 1);
}

#[test]
fn splits_at_one_spot_do_not_run_out_of_room() {
    let mut objects = vec![object("first", 500), object("last", 500)];
    let mut last = bundled(&objects, LIMIT, None);
    for at in 0..100 {
        objects.insert(1, object(&format!("o{at}"), 500));
        last = bundled(&objects, LIMIT, Some(&last.index));
        check(&objects, &last, LIMIT);
    }
}
