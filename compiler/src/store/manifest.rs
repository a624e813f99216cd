//! One manifest in the blob of its unit.

use super::field::{self, write_list, write_string};
use super::sealed::{self, Unsealable};
use crate::digest::{self, SecretDigest};
use crate::memo::FileContent;
use crate::secrets::split::SecretValue;
use crate::secrets::{OpenedFiles, mask};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gitopsc_core::manifest::ManifestDigest;
use gitopsc_core::{Digest, EcoString, Gvk, Json, Manifest, ObjectRef, Span, Trail};
use gitopsc_yaml::emit::Secrets;
use gitopsc_yaml::json::{Form, write_json};
use gitopsc_yaml::pointer::{below, item};
use gitopsc_yaml::{Object, Origins};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// The files of a unit, each with its place in the unit's list.
pub(super) type Places = BTreeMap<Digest<FileContent>, usize>;

/// Appends `manifest`, whose decrypted values are `secrets` and whose body without them is `public`.
pub(super) fn write(
    manifest: &Manifest,
    digest: ManifestDigest,
    apart: Option<&(Json, Vec<SecretValue<'_>>)>,
    places: &Places,
    opened: &OpenedFiles,
    out: &mut String,
) -> Result<(), Unsealable> {
    let (public, secrets) = match apart {
        Some((public, secrets)) => (public, secrets.as_slice()),
        None => (&*manifest.body, [].as_slice()),
    };
    out.push_str("{\"body\":");
    write_json(public, Form::Canonical, Secrets::Mask, out);
    append(out, format_args!(",\"digest\":\"{digest}\",\"object\":"));
    write_object(&manifest.gvk, &manifest.object, out);
    if !secrets.is_empty() {
        out.push_str(",\"secrets\":");
        let mut failed = Ok(());
        write_list(secrets, out, |secret, out| {
            match sealed::seal(secret, opened) {
                Ok(sealed) => write_secret(secret, &sealed, places, opened, out),
                Err(unsealable) => failed = Err(unsealable),
            }
        });
        failed?;
    }
    out.push('}');
    Ok(())
}

fn write_object(gvk: &Gvk, object: &ObjectRef, out: &mut String) {
    let fields = [
        ("{\"group\":", &object.group),
        (",\"kind\":", &object.kind),
        (",\"name\":", &object.name),
        (",\"namespace\":", &object.namespace),
        (",\"version\":", &gvk.version),
    ];
    for (before, text) in fields {
        out.push_str(before);
        write_string(text, out);
    }
    out.push('}');
}

fn write_secret(
    secret: &SecretValue<'_>,
    sealed: &[u8],
    places: &Places,
    opened: &OpenedFiles,
    out: &mut String,
) {
    out.push_str("{\"at\":");
    write_string(&secret.pointer, out);
    out.push_str(",\"files\":");
    let files = opened.of(secret.origins);
    let files = files.iter().filter_map(|file| places.get(&file.digest));
    write_list(files, out, |place, out| {
        append(out, format_args!("{place}"))
    });
    out.push_str(",\"hmac\":\"");
    for byte in digest::of_secret(secret, opened) {
        append(out, format_args!("{byte:02x}"));
    }
    append(
        out,
        format_args!("\",\"sealed\":\"{}\"}}", STANDARD.encode(sealed)),
    );
}

pub(super) fn append(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a string takes any text");
}

/// The files of a unit as they are read: their ids and, where a key opened them, what is derived from it.
pub(super) struct Files {
    pub(super) ids: Vec<gitopsc_core::FileId>,
    pub(super) opened: OpenedFiles,
}

/// A secret of a stored manifest.
struct StoredSecret {
    pointer: EcoString,
    origins: Origins,
    hmac: SecretDigest,
    sealed: Vec<u8>,
}

/// The manifest that `stored` is, its digest, and whether a secret of it was not opened; nothing if it is no
/// manifest or not what its digest says.
pub(super) fn read(stored: &Json, files: &Files) -> Option<(Manifest, ManifestDigest, bool)> {
    let secrets = field::list_or_none(stored, "secrets")?.iter();
    let secrets: Vec<StoredSecret> = secrets
        .map(|secret| read_secret(secret, files))
        .collect::<Option<_>>()?;
    let public = stored.get("body")?;
    let said = secrets.iter();
    let said = said.map(|secret| (secret.pointer.as_str(), &secret.hmac));
    let digest = digest::of_public(public, said);
    if field::text(stored, "digest")? != digest.to_string() {
        return None;
    }
    let mut values = BTreeMap::new();
    let mut is_locked = false;
    for secret in &secrets {
        let value = match files.opened.material(&secret.origins) {
            Some(material) => {
                sealed::unseal(&secret.sealed, &material, &secret.origins, &secret.hmac)?
            }
            None => {
                is_locked = true;
                sealed::unopened()
            }
        };
        values.insert(secret.pointer.clone(), value);
    }
    let body = if values.is_empty() {
        public.clone()
    } else {
        filled(public, &EcoString::new(), &mut values)
    };
    let body = if is_locked { mask::marked(body) } else { body };
    let object = stored.get("object")?;
    let part = |key: &str| field::text(object, key).map(EcoString::from);
    let manifest = Manifest {
        gvk: Gvk {
            group: part("group")?,
            version: part("version")?,
            kind: part("kind")?,
        },
        object: ObjectRef {
            group: part("group")?,
            kind: part("kind")?,
            namespace: part("namespace")?,
            name: part("name")?,
        },
        body: Arc::new(body),
        span: Span::NONE,
        trail: Trail::default(),
        provenance: None,
    };
    // A secret whose place is not there would be lost in silence.
    values.is_empty().then_some((manifest, digest, is_locked))
}

fn read_secret(stored: &Json, files: &Files) -> Option<StoredSecret> {
    let mut origins: Option<Origins> = None;
    for place in field::list(stored, "files")? {
        let one = Origins::one(*files.ids.get(field::index(place)?)?);
        origins = Some(origins.map_or_else(|| one.clone(), |all| all.union(&one)));
    }
    Some(StoredSecret {
        pointer: field::text(stored, "at")?.into(),
        origins: origins?,
        hmac: bytes(field::text(stored, "hmac")?)?,
        sealed: STANDARD.decode(field::text(stored, "sealed")?).ok()?,
    })
}

/// The 32 bytes of 64 hexadecimal digits.
fn bytes(hex: &str) -> Option<[u8; 32]> {
    let digest = Digest::<FileContent>::parse(&format!("sha256:{hex}"))?;
    Some(*digest.as_bytes())
}

/// `public` with the `values` in their places, which are taken out.
fn filled(public: &Json, pointer: &EcoString, values: &mut BTreeMap<EcoString, Json>) -> Json {
    match public {
        Json::Null => values.remove(pointer).unwrap_or(Json::Null),
        Json::Array(items) => {
            let items = items.iter().enumerate();
            let items = items.map(|(at, value)| filled(value, &item(pointer, at), values));
            Json::Array(items.collect())
        }
        Json::Object(object) => {
            let entries = object.iter().map(|(key, value)| {
                let value = filled(value, &below(pointer, key), values);
                (key.clone(), value)
            });
            Json::Object(Object::new(entries.collect()))
        }
        other => other.clone(),
    }
}
