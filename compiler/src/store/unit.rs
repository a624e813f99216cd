//! The blob of a unit: its manifests, and the wrapped keys of the files that its secrets came from.
//!
//! What the unit asked for, and where it comes in the graph, is in the graph's blob: a unit whose manifests are
//! the same has the same blob.

use super::field::{self, write_list, write_string};
use super::manifest::{self, Files, Places, append};
use super::sealed::Unsealable;
use crate::compilation::Unit;
use crate::memo::FileContent;
use crate::secrets::split::{SecretValue, split};
use crate::secrets::{OpenedFile, OpenedFiles, mask};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gitopsc_core::manifest::ManifestDigest;
use gitopsc_core::{Digest, Json, Manifest};
use gitopsc_sops::Envelope;
use std::collections::BTreeMap;

/// What is public of a body, and its secrets, if it has any.
type Apart<'u> = Option<(Json, Vec<SecretValue<'u>>)>;

/// The blob of `unit`.
pub(super) fn write(unit: &Unit, opened: &OpenedFiles) -> Result<Vec<u8>, Unsealable> {
    let apart: Vec<Apart<'_>> = match opened.is_empty() {
        true => unit.manifests.iter().map(|_| None).collect(),
        false => unit.manifests.iter().map(apart).collect(),
    };
    let files = files(&apart, opened);
    let places: Places = files.keys().copied().zip(0..).collect();
    let mut out = String::from("{");
    if !files.is_empty() {
        out.push_str("\"files\":");
        write_list(files.values(), &mut out, |file, out| write_file(file, out));
        out.push(',');
    }
    out.push_str("\"manifests\":");
    let mut result = Ok(());
    let all = unit.manifests.iter().zip(&unit.digests).zip(&apart);
    write_list(all, &mut out, |((manifest, digest), apart), out| {
        if result.is_ok() {
            result = manifest::write(manifest, *digest, apart.as_ref(), &places, opened, out);
        }
    });
    result?;
    out.push_str(",\"unit\":");
    write_string(unit.path.0.as_str(), &mut out);
    out.push('}');
    Ok(out.into_bytes())
}

fn apart(manifest: &Manifest) -> Apart<'_> {
    mask::holds_secrets(&manifest.body).then(|| split(&manifest.body))
}

/// The files that the secrets came from, by digest.
fn files<'o>(
    apart: &[Apart<'_>],
    opened: &'o OpenedFiles,
) -> BTreeMap<Digest<FileContent>, &'o OpenedFile> {
    let secrets = apart.iter().flatten().flat_map(|(_, secrets)| secrets);
    let files = secrets.flat_map(|secret| opened.of(secret.origins));
    files.map(|file| (file.digest, file)).collect()
}

fn write_file(file: &OpenedFile, out: &mut String) {
    let envelope = STANDARD.encode(file.envelope.to_bytes());
    append(
        out,
        format_args!(
            "{{\"digest\":\"{}\",\"envelope\":\"{envelope}\"}}",
            file.digest
        ),
    );
}

/// The files of the unit that `stored` is, each with what lets its keys be derived.
pub(super) fn read_files(stored: &Json) -> Option<Vec<(Digest<FileContent>, Envelope)>> {
    let file = |file: &Json| {
        let envelope = STANDARD.decode(field::text(file, "envelope")?).ok()?;
        let digest = Digest::parse(field::text(file, "digest")?)?;
        Some((digest, Envelope::from_bytes(&envelope).ok()?))
    };
    let files = field::list_or_none(stored, "files")?;
    files.iter().map(file).collect()
}

/// The manifests of the unit that `stored` is, with their digests and whether they are locked.
pub(super) fn read_manifests(
    stored: &Json,
    files: &Files,
) -> Option<Vec<(Manifest, ManifestDigest, bool)>> {
    let manifests = field::list(stored, "manifests")?.iter();
    manifests
        .map(|stored| manifest::read(stored, files))
        .collect()
}
