//! From the objects of a layer to the files of its bundles.

use super::cut::{Cut, Piece, Previous, cut};
use super::form::{self, Delivery, Form, Manifest as Written};
use super::index::{DocumentKind, Entry, FILE, Index};
use super::{name, text};
use crate::codes;
use crate::secrets::mask::holds_secrets;
use gitopsc_core::{Diagnostic, Json, Manifest, Text, TreePath};
use gitopsc_yaml::Origins;
use gitopsc_yaml::emit::Secrets;
use zeroize::Zeroizing;

/// The limit of a bundle where nothing else is said: what users of Talos plan by.
pub const USUAL_LIMIT: usize = 1_000_000;

/// The file of the patch that deletes what earlier bundles left.
pub const REMOVED_FILE: &str = "removed.yaml";

/// How many digits of its digest the name of a file holds.
const DIGITS: usize = 16;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Request<'r> {
    /// The name of the layer.
    pub layer: &'r str,
    /// The most bytes that the text of one bundle may have.
    pub limit: usize,
    /// The most bytes that the machine configuration may have.
    pub total_limit: Option<usize>,
    /// How the machine configuration is written.
    pub form: Form,
    /// Where Talos takes the bundles from.
    pub delivery: &'r Delivery,
    /// Whether decrypted text is written; an object that holds some is refused otherwise.
    pub reveal_secrets: bool,
}

/// What was made.
#[derive(Clone, Debug)]
pub struct Bundled {
    /// What is in which bundle.
    pub index: Index,
    /// All files with their texts, which are wiped on drop.
    pub files: Vec<(TreePath, Zeroizing<String>)>,
    /// The size of the machine configuration.
    pub total: usize,
    /// How many objects hold decrypted text.
    pub revealed: usize,
}

/// Makes bundles of `objects`, whose order stays; what lay there before is in `previous`.
///
/// # Errors
/// Objects that alone are too big, secrets that may not be written, a total over its limit.
pub fn make(
    objects: &[&Manifest],
    request: &Request<'_>,
    previous: Option<&Index>,
) -> Result<Bundled, Vec<Diagnostic>> {
    if objects.is_empty() {
        return Err(vec![nothing(request.layer)]);
    }
    let secret: Vec<bool> = objects
        .iter()
        .map(|object| holds_secrets(&object.body))
        .collect();
    if !request.reveal_secrets && secret.contains(&true) {
        let held = objects.iter().zip(&secret).filter(|(_, secret)| **secret);
        return Err(held.map(|(object, _)| refused(object)).collect());
    }
    let encrypted = objects.iter().filter(|object| is_encrypted(&object.body));
    let encrypted: Vec<Diagnostic> = encrypted.map(|object| still_encrypted(object)).collect();
    if !encrypted.is_empty() {
        return Err(encrypted);
    }
    let documents: Vec<Zeroizing<String>> = objects
        .iter()
        .map(|object| text::document(object, Secrets::Reveal))
        .collect();
    let cut = stable_cut(objects, &documents, request, previous)?;
    let written = cut.iter().map(|bundle| {
        let parts: Vec<&str> = bundle
            .pieces
            .iter()
            .map(|at| documents[*at].as_str())
            .collect();
        let held: Vec<&Manifest> = bundle.pieces.iter().map(|at| objects[*at]).collect();
        written(
            name::bundle(request.layer, &bundle.place),
            &bundle.place,
            &parts,
            &held,
        )
    });
    let revealed = secret.iter().filter(|secret| **secret).count();
    assemble(written.collect(), request, previous, revealed)
}

/// The cut that changes the least; anew where the places of the last one have no room left.
fn stable_cut(
    objects: &[&Manifest],
    documents: &[Zeroizing<String>],
    request: &Request<'_>,
    previous: Option<&Index>,
) -> Result<Cut, Vec<Diagnostic>> {
    let pieces: Vec<Piece> = objects
        .iter()
        .zip(documents)
        .map(|(object, document)| Piece {
            id: object.object.to_string(),
            size: document.len(),
        })
        .collect();
    let limit = request.limit.saturating_sub(text::COMMENT);
    let before = previous.map(Index::cut).unwrap_or_default();
    let too_big = |found: Vec<super::TooBig>| -> Vec<Diagnostic> {
        let found = found.iter().map(|found| {
            too_big(
                objects[found.piece],
                pieces[found.piece].size,
                request.limit,
            )
        });
        found.collect()
    };
    let stable = cut(&pieces, limit, &before).map_err(too_big)?;
    if stable
        .iter()
        .all(|bundle| bundle.place.len() <= name::LONGEST_PLACE)
    {
        return Ok(stable);
    }
    cut(&pieces, limit, &Previous::new()).map_err(too_big)
}

/// A bundle of `objects`, whose texts are `parts`.
fn written(name: String, place: &str, parts: &[&str], objects: &[&Manifest]) -> (Written, Entry) {
    let mut origins = objects.iter().filter_map(|object| origins(&object.body));
    let first = origins.next();
    let origins = first.map(|first| origins.fold(first, |all, more| all.union(&more)));
    let (text, digest) = text::whole(&name, parts, origins.is_some());
    let digest = digest.to_string();
    let digits: String = digest
        .trim_start_matches("sha256:")
        .chars()
        .take(DIGITS)
        .collect();
    let file = format!("{name}-{digits}.yaml");
    let entry = Entry {
        name: name.clone(),
        place: place.to_owned(),
        file: file.clone(),
        digest,
        bytes: text.len(),
        objects: objects
            .iter()
            .map(|object| object.object.to_string())
            .collect(),
    };
    let text = match origins {
        Some(origins) => Text::secret(text, origins),
        None => Text::from(text),
    };
    (Written { name, file, text }, entry)
}

/// The files that the decrypted values of `value` came from; nothing if it holds none.
fn origins(value: &Json) -> Option<Origins> {
    let both = |a: Option<Origins>, b: Option<Origins>| match (a, b) {
        (Some(a), Some(b)) => Some(a.union(&b)),
        (a, b) => a.or(b),
    };
    match value {
        Json::Array(items) => items.iter().map(origins).fold(None, both),
        Json::Object(object) => object
            .iter()
            .map(|(_, value)| origins(value))
            .fold(None, both),
        value => value.origins().cloned(),
    }
}

fn assemble(
    written: Vec<(Written, Entry)>,
    request: &Request<'_>,
    previous: Option<&Index>,
    revealed: usize,
) -> Result<Bundled, Vec<Diagnostic>> {
    let (manifests, bundles): (Vec<Written>, Vec<Entry>) = written.into_iter().unzip();
    let inlined = matches!(request.delivery, Delivery::Inline) && revealed > 0;
    let rendered = Zeroizing::new(form::render(request.form, request.delivery, &manifests));
    let configuration = Zeroizing::new(head(request.form, inlined) + &rendered);
    let total = configuration.len();
    if let Some(limit) = request.total_limit.filter(|limit| total > *limit) {
        return Err(vec![total_too_big(total, limit)]);
    }
    let removed = removed(&bundles, request, previous);
    let index = Index {
        layer: request.layer.to_owned(),
        form: request.form,
        kind: request.delivery.kind(),
        limit: request.limit,
        bundles,
        removed,
    };
    let mut files = vec![
        (TreePath::new(request.form.file()), configuration),
        (TreePath::new(FILE), Zeroizing::new(index.text())),
    ];
    if request.form == Form::Documents && !index.removed.is_empty() {
        let patch = head(request.form, false) + &form::deletion(&index.removed);
        files.push((TreePath::new(REMOVED_FILE), Zeroizing::new(patch)));
    }
    let bundle = |manifest: &Written| {
        let text = Zeroizing::new(manifest.text.as_str().to_owned());
        (TreePath::new(&manifest.file), text)
    };
    files.extend(manifests.iter().map(bundle));
    Ok(Bundled {
        index,
        files,
        total,
        revealed,
    })
}

/// What stands at the head of a machine configuration; JSON has no comments.
fn head(form: Form, secrets: bool) -> String {
    let mark = if secrets {
        "# It holds decrypted secrets.\n"
    } else {
        ""
    };
    match form {
        Form::JsonPatch => String::new(),
        _ => format!("# Written by gitopsc talos bundle.\n{mark}"),
    }
}

/// The documents that were written once and are no more.
fn removed(
    bundles: &[Entry],
    request: &Request<'_>,
    previous: Option<&Index>,
) -> Vec<(DocumentKind, String)> {
    let Some(previous) = previous else {
        return Vec::new();
    };
    let written = previous
        .bundles
        .iter()
        .filter(|_| previous.form == Form::Documents);
    let written = written.map(|bundle| (previous.kind, bundle.name.clone()));
    let is_there = |(kind, name): &(DocumentKind, String)| {
        request.form == Form::Documents
            && *kind == request.delivery.kind()
            && bundles.iter().any(|bundle| bundle.name == *name)
    };
    let mut removed: Vec<_> = previous.removed.iter().cloned().chain(written).collect();
    removed.retain(|document| !is_there(document));
    removed.sort();
    removed.dedup();
    removed
}

fn nothing(layer: &str) -> Diagnostic {
    let message = format!("the layer `{layer}` holds no objects, so there is nothing to bundle");
    Diagnostic::error(codes::BUNDLE_EMPTY, message)
        .usage()
        .hint("name another with --layer")
}

/// Whether this is what SOPS wrote, passed through as it is.
fn is_encrypted(body: &Json) -> bool {
    body.get("sops")
        .is_some_and(|sops| sops.get("version").is_some())
}

fn still_encrypted(object: &Manifest) -> Diagnostic {
    let message = format!(
        "{} is still encrypted, and Talos has no key for it",
        object.object
    );
    Diagnostic::error(codes::BUNDLE_ENCRYPTED, message)
        .refusal()
        .at(object.span, "")
        .hint("move it to a later layer, or give a key, and write it with --reveal-secrets")
}

fn refused(object: &Manifest) -> Diagnostic {
    let message = format!(
        "{} holds decrypted text, which a bundle would show",
        object.object
    );
    Diagnostic::error(codes::BUNDLE_SECRET_REFUSED, message)
        .refusal()
        .at(object.span, "")
        .hint("move it to a later layer, or write it with --reveal-secrets")
}

fn too_big(object: &Manifest, size: usize, limit: usize) -> Diagnostic {
    let room = limit.saturating_sub(text::COMMENT);
    let message = format!(
        "{} alone takes {size} bytes, and a bundle of {limit} bytes has room for {room}",
        object.object
    );
    Diagnostic::error(codes::BUNDLE_OBJECT_TOO_BIG, message)
        .at(object.span, "")
        .hint("an object is never split: raise the limit, or move it to a later layer")
}

fn total_too_big(total: usize, limit: usize) -> Diagnostic {
    let message = format!("the machine configuration takes {total} bytes, and may have {limit}");
    Diagnostic::error(codes::BUNDLE_TOTAL_TOO_BIG, message)
        .hint("serve the bundles from a URL (--base-url), or move objects to a later layer")
}
