//! The JSON documents of OCI: the index, manifests, and the descriptors in them.
//!
//! What others wrote into an index stays there: entries are kept as they are.

use super::artifact::Artifact;
use super::blob::BlobDigest;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The media type of a manifest.
pub(super) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// The media type of an index.
const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// The annotation that names an entry of an index.
const REFERENCE: &str = "org.opencontainers.image.ref.name";
/// The annotation that names a part for people.
const TITLE: &str = "org.opencontainers.image.title";

/// What `oci-layout` holds.
pub(super) const LAYOUT: &str = r#"{"imageLayoutVersion":"1.0.0"}"#;

/// Names some bytes: where they are, what they are, how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Descriptor {
    pub(super) media_type: String,
    pub(super) digest: BlobDigest,
    pub(super) size: u64,
    pub(super) annotations: BTreeMap<String, String>,
}

impl Descriptor {
    pub(super) fn new(media_type: &str, digest: BlobDigest, size: usize) -> Descriptor {
        Descriptor {
            media_type: media_type.to_owned(),
            digest,
            size: size as u64,
            annotations: BTreeMap::new(),
        }
    }

    /// The same with the title `title`.
    pub(super) fn titled(mut self, title: &str) -> Descriptor {
        self.annotations.insert(TITLE.to_owned(), title.to_owned());
        self
    }

    pub(super) fn title(&self) -> Option<&str> {
        self.annotations.get(TITLE).map(String::as_str)
    }

    fn value(&self) -> Value {
        let mut value = json!({
            "mediaType": self.media_type,
            "digest": self.digest.to_string(),
            "size": self.size,
        });
        if !self.annotations.is_empty() {
            value["annotations"] = json!(self.annotations);
        }
        value
    }

    fn of(value: &Value) -> Option<Descriptor> {
        let annotations = value.get("annotations").and_then(Value::as_object);
        let annotations = annotations.into_iter().flatten();
        Some(Descriptor {
            media_type: value.get("mediaType")?.as_str()?.to_owned(),
            digest: BlobDigest::parse(value.get("digest")?.as_str()?)?,
            size: value.get("size")?.as_u64()?,
            annotations: annotations
                .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
                .collect(),
        })
    }
}

/// The manifest of `artifact`, whose parts have these descriptors.
pub(super) fn manifest(artifact: &Artifact, config: &Descriptor, layers: &[Descriptor]) -> Vec<u8> {
    let layers: Vec<Value> = layers.iter().map(Descriptor::value).collect();
    let mut manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": config.value(),
        "layers": layers,
    });
    if let Some(kind) = &artifact.kind {
        manifest["artifactType"] = json!(kind);
    }
    manifest.to_string().into_bytes()
}

/// Kind, configuration and layers of a manifest.
pub(super) fn read_manifest(bytes: &[u8]) -> Option<(Option<String>, Descriptor, Vec<Descriptor>)> {
    let manifest: Value = serde_json::from_slice(bytes).ok()?;
    let kind = manifest.get("artifactType").and_then(Value::as_str);
    let layers = manifest.get("layers")?.as_array()?;
    Some((
        kind.map(str::to_owned),
        Descriptor::of(manifest.get("config")?)?,
        layers.iter().map(Descriptor::of).collect::<Option<_>>()?,
    ))
}

/// The blobs that a blob of this media type names, if it is one that names any.
pub(super) fn named_by(media_type: &str, bytes: &[u8]) -> Option<Vec<Descriptor>> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let lists = match media_type {
        MANIFEST => [value.get("layers"), None],
        INDEX => [value.get("manifests"), None],
        _ => [value.get("layers"), value.get("manifests")],
    };
    let listed = lists.into_iter().flatten().filter_map(Value::as_array);
    let single = ["config", "subject"].map(|key| value.get(key));
    let all = listed.flatten().chain(single.into_iter().flatten());
    all.map(Descriptor::of).collect()
}

/// Whether a blob of this media type may name others.
pub(super) fn names_others(media_type: &str) -> bool {
    let docker = media_type.starts_with("application/vnd.docker.distribution.manifest");
    docker || matches!(media_type, MANIFEST | INDEX)
}

/// An index: entries in the order in which it has them.
#[derive(Clone, Debug)]
pub(super) struct Index(Map<String, Value>);

impl Index {
    pub(super) fn empty() -> Index {
        let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": []});
        Index(index.as_object().cloned().unwrap_or_default())
    }

    /// Reads `index.json`; nothing if it is no index.
    pub(super) fn read(bytes: &[u8]) -> Option<Index> {
        let value: Value = serde_json::from_slice(bytes).ok()?;
        let index = Index(value.as_object()?.clone());
        index.descriptors()?;
        Some(index)
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        Value::Object(self.0.clone()).to_string().into_bytes()
    }

    /// All entries.
    pub(super) fn descriptors(&self) -> Option<Vec<Descriptor>> {
        let entries = self.0.get("manifests")?.as_array()?;
        entries.iter().map(Descriptor::of).collect()
    }

    /// The names of entries, with what they name, by name.
    pub(super) fn names(&self) -> BTreeMap<String, Descriptor> {
        let entries = self.descriptors().unwrap_or_default().into_iter();
        let named = entries.filter_map(|entry| {
            let name = entry.annotations.get(REFERENCE)?.clone();
            Some((name, entry))
        });
        named.collect()
    }

    /// Lets `name` name `entry` from now on, and nothing else. Entries of others keep their order before it.
    pub(super) fn set(&mut self, name: &str, mut entry: Descriptor, kind: Option<&str>) {
        entry
            .annotations
            .insert(REFERENCE.to_owned(), name.to_owned());
        let mut value = entry.value();
        if let Some(kind) = kind {
            value["artifactType"] = json!(kind);
        }
        let entries = self.0.entry("manifests").or_insert_with(|| json!([]));
        let Some(entries) = entries.as_array_mut() else {
            return;
        };
        entries.retain(|entry| name_of(entry) != Some(name));
        entries.push(value);
        entries.sort_by(|a, b| name_of(a).cmp(&name_of(b)));
    }
}

fn name_of(entry: &Value) -> Option<&str> {
    entry.get("annotations")?.get(REFERENCE)?.as_str()
}
