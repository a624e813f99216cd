//! OCI layouts: what is written, what is read back, what is deleted, and what a killed process leaves.

use crate::needs::{kill_often, scratch, test, write};
use gitopsc_host::oci::{Artifact, BlobDigest, Layout, Part, StoreError};
use gitopsc_test_support::{Test, files};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub fn tests() -> Vec<Test> {
    vec![
        test(
            "storing twice changes no byte and writes nothing",
            &[],
            twice,
        ),
        test("only what changed is written", &[], changed),
        test("what others put into an index stays", &[], others),
        test(
            "a damaged or missing blob is found when it is read",
            &[],
            damaged,
        ),
        test("a folder with other things is no store", &[], foreign),
        test("garbage is what no name leads to", &[], garbage),
        test(
            "nothing is deleted while it is not known what is named",
            &[],
            unknown,
        ),
        test(
            "whenever it is killed, a store is the old or the new one",
            &[],
            killed,
        ),
    ]
}

fn part(title: &str, bytes: &str) -> Part {
    Part {
        media_type: "application/vnd.example.part.v1+json".to_owned(),
        title: Some(title.to_owned()),
        bytes: bytes.as_bytes().to_vec(),
    }
}

fn artifact(layers: &[&str]) -> Artifact {
    let layers = layers.iter().enumerate();
    Artifact {
        kind: Some("application/vnd.example.v1".to_owned()),
        config: part("config", "{}"),
        layers: layers
            .map(|(at, text)| part(&at.to_string(), text))
            .collect(),
    }
}

fn blob_path(store: &Path, digest: BlobDigest) -> PathBuf {
    let hex = digest.to_string().replace("sha256:", "");
    store.join("blobs/sha256").join(hex)
}

fn twice() {
    let (_keep, folder) = scratch();
    let store = folder.join("a/store");
    let layout = Layout::create(&store).unwrap();
    let first = layout.put("latest", &artifact(&["one", "two"])).unwrap();
    assert_eq!((first.written, first.changed), (4, true));
    let before = files(&store);
    assert!(before.iter().any(|(path, _)| path == "index.json"));
    let again = Layout::create(&store).unwrap();
    let second = again.put("latest", &artifact(&["one", "two"])).unwrap();
    assert_eq!((second.written, second.changed), (0, false));
    assert_eq!(second.digest, first.digest);
    assert_eq!(files(&store), before);

    let elsewhere = Layout::create(&folder.join("b")).unwrap();
    elsewhere.put("latest", &artifact(&["one", "two"])).unwrap();
    assert_eq!(files(&folder.join("b")), before);
}

fn changed() {
    let (_keep, folder) = scratch();
    let layout = Layout::create(&folder).unwrap();
    let first = layout.put("latest", &artifact(&["one", "two"])).unwrap();
    let second = layout.put("latest", &artifact(&["one", "three"])).unwrap();
    // The layer and the manifest.
    assert_eq!((second.written, second.changed), (2, true));
    let third = layout
        .put("other/name", &artifact(&["one", "two"]))
        .unwrap();
    assert_eq!((third.written, third.changed), (0, true));
    let names = layout.names().unwrap();
    let wanted = [
        ("latest".to_owned(), second.digest),
        ("other/name".to_owned(), first.digest),
    ];
    assert_eq!(names, wanted);
    assert_eq!(
        layout.get(second.digest).unwrap(),
        artifact(&["one", "three"])
    );
}

fn others() {
    let (_keep, folder) = scratch();
    let index = r#"{"annotations":{"a":"b"},"manifests":[{"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","mediaType":"text/plain","platform":{"os":"linux"},"size":2}],"schemaVersion":2}"#;
    let layout = r#"{"imageLayoutVersion": "1.0.0"}"#;
    write(&folder, &[("oci-layout", layout), ("index.json", index)]);
    fs::create_dir_all(folder.join("blobs/sha256")).unwrap();
    let layout = Layout::create(&folder).unwrap();
    layout.put("latest", &artifact(&["one"])).unwrap();
    let text = fs::read_to_string(folder.join("index.json")).unwrap();
    assert!(text.contains(r#""platform":{"os":"linux"}"#), "{text}");
    assert!(text.contains(r#""annotations":{"a":"b"}"#), "{text}");
    assert_eq!(layout.names().unwrap().len(), 1);
}

fn damaged() {
    let (_keep, folder) = scratch();
    let layout = Layout::create(&folder).unwrap();
    let stored = layout.put("latest", &artifact(&["one"])).unwrap();
    let blob = blob_path(&folder, BlobDigest::of(b"one"));
    fs::write(&blob, "eno").unwrap();
    let error = layout.get(stored.digest).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    // Of another size, it is written again.
    fs::write(&blob, "").unwrap();
    assert_eq!(
        layout.put("latest", &artifact(&["one"])).unwrap().written,
        1
    );
    assert_eq!(layout.get(stored.digest).unwrap(), artifact(&["one"]));
    fs::remove_file(&blob).unwrap();
    let error = layout.get(stored.digest).unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }), "{error}");
}

fn foreign() {
    let (_keep, folder) = scratch();
    write(
        &folder,
        &[("full/mine.txt", "mine"), ("old/oci-layout", "{}")],
    );
    let error = Layout::create(&folder.join("full")).unwrap_err();
    assert!(matches!(error, StoreError::Foreign { .. }), "{error}");
    let error = Layout::create(&folder.join("old")).unwrap_err();
    assert!(matches!(error, StoreError::Version { .. }), "{error}");
    let error = Layout::open(&folder.join("none")).unwrap_err();
    assert!(matches!(error, StoreError::None { .. }), "{error}");
    assert_eq!(files(&folder).len(), 2);
}

fn garbage() {
    let (_keep, folder) = scratch();
    let layout = Layout::create(&folder).unwrap();
    layout.put("latest", &artifact(&["old", "both"])).unwrap();
    let new = layout.put("latest", &artifact(&["new", "both"])).unwrap();
    write(
        &folder,
        &[
            ("blobs/sha256/.gitopsc-abc", "half"),
            ("blobs/sha256/README", "mine"),
        ],
    );
    let collected = layout.collect_garbage().unwrap();
    // The old layer, the old manifest, the half-written file.
    assert_eq!(collected.files, 3);
    assert!(!blob_path(&folder, BlobDigest::of(b"old")).exists());
    assert!(folder.join("blobs/sha256/README").exists());
    assert_eq!(layout.get(new.digest).unwrap(), artifact(&["new", "both"]));
    assert_eq!(layout.collect_garbage().unwrap().files, 0);
}

fn unknown() {
    let (_keep, folder) = scratch();
    let layout = Layout::create(&folder).unwrap();
    layout.put("latest", &artifact(&["old"])).unwrap();
    let stored = layout.put("latest", &artifact(&["new"])).unwrap();
    fs::write(blob_path(&folder, stored.digest), "{}").unwrap();
    layout.collect_garbage().unwrap_err();
    assert!(blob_path(&folder, BlobDigest::of(b"old")).exists());
}

const LAYERS: usize = 20;

fn killed() {
    let (_keep, folder) = scratch();
    let store = folder.join("store");
    let mut seen = BTreeSet::new();
    kill_often("write stores", &folder, || {
        seen.insert(whole(&store));
    });
    assert!(seen.len() > 1, "no child but one wrote anything: {seen:?}");
    let layout = Layout::open(&store).unwrap();
    layout.collect_garbage().unwrap();
    whole(&store);
    // Layers, configuration, manifest; the layout itself and its index.
    assert_eq!(files(&store).len(), LAYERS + 4);
}

/// What the store holds, once it is known to be whole.
fn whole(store: &Path) -> Vec<u8> {
    let layout = Layout::open(store).unwrap();
    let (_, digest) = layout.names().unwrap().remove(0);
    let mut artifact = layout.get(digest).unwrap();
    let rounds: BTreeSet<Vec<u8>> = artifact
        .layers
        .iter()
        .map(|layer| {
            layer
                .bytes
                .splitn(2, |byte| *byte == b'/')
                .nth(1)
                .unwrap()
                .to_vec()
        })
        .collect();
    assert_eq!(
        (artifact.layers.len(), rounds.len()),
        (LAYERS, 1),
        "a mixed store"
    );
    artifact.layers.remove(0).bytes
}

/// Stores one artifact after the other under one name until it is killed.
pub fn write_stores() -> ExitCode {
    let round = std::env::var("ROUND").unwrap_or_default();
    for number in 0_u64.. {
        let layers: Vec<String> = (0..LAYERS)
            .map(|at| format!("{at}/{round}/{number}"))
            .collect();
        let layers: Vec<&str> = layers.iter().map(String::as_str).collect();
        let stored = Layout::create(Path::new("store"))
            .and_then(|layout| layout.put("latest", &artifact(&layers)));
        if stored.is_err() {
            return ExitCode::FAILURE;
        }
        if number == 0 {
            println!("begun");
        }
    }
    ExitCode::SUCCESS
}
