//! Each folder of `testdata/cases` against what the real sops and age made of it.

mod case;
mod verdicts;

use case::{Case, FORMATS};
use gitopsc_sops::age_file::{decrypt_age_documents, decrypt_age_file};
use gitopsc_sops::{
    Encrypted, Envelope, Error, Format, Keyring, Options, decrypt, decrypt_documents,
};
use gitopsc_test_support::{Outcome, Test, difference, folders, run};
use gitopsc_yaml::{Dialect, Document, FileId, Limits, Node, NodeValue, parse_bytes};
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cases");
    let mut tests = Vec::new();
    for folder in folders(&root) {
        let case = Case::load(&folder.path);
        let mut add = |what: &str, test: fn(&Case) -> Result<(), String>| {
            let case = case.clone();
            let name = format!("{}/{what}", folder.name);
            tests.push(Test::new(name, move || Outcome::from(test(&case))));
        };
        add("decrypts_to_the_same_bytes", same_bytes);
        add("needs_the_right_key", needs_the_right_key);
        add("gives_all_who_open_it_the_same_material", envelope);
        if case.is_age() || matches!(case.format, Format::Yaml | Format::Json) {
            add("is_read_as_kustomize_reads_it", documents);
        }
        if !case.is_age() {
            add("prints_in_other_formats", other_formats);
        }
        if case.verdicts.is_some() {
            add("is_judged_like_sops_when_damaged", verdicts::all);
        }
    }
    run(tests)
}

fn same_bytes(case: &Case) -> Result<(), String> {
    let bytes = case.decrypt(&case.encrypted, &case.keyring())?;
    compare(&case.decrypted, &bytes)
}

fn compare(wanted: &[u8], actual: &[u8]) -> Result<(), String> {
    if wanted == actual {
        return Ok(());
    }
    let text = String::from_utf8_lossy;
    Err(difference(&text(wanted), &text(actual)))
}

fn needs_the_right_key(case: &Case) -> Result<(), String> {
    let mut wrong = Keyring::new();
    wrong.add_age(&case.key("age-third")).expect("a test key");
    for keyring in [Keyring::new(), wrong] {
        match case.decrypt(&case.encrypted, &keyring) {
            Err(problem) if problem.starts_with("no key at hand opens this file") => {}
            other => return Err(format!("{other:?}")),
        }
    }
    Ok(())
}

fn envelope(case: &Case) -> Result<(), String> {
    let keyring = case.keyring();
    let say = |error: Error| error.to_string();
    let (key, envelope) = if case.is_age() {
        let decrypted = decrypt_age_file(&case.encrypted, FileId(0), &keyring).map_err(say)?;
        (decrypted.key, decrypted.envelope)
    } else {
        let encrypted = case.as_encrypted(&case.encrypted);
        let options = Options::default();
        let decrypted = decrypt(encrypted, case.format, &keyring, &options).map_err(say)?;
        (decrypted.key, decrypted.envelope)
    };
    let stored = Envelope::from_bytes(&envelope.to_bytes()).map_err(say)?;
    if stored != envelope || stored.open(&keyring).map_err(say)? != key {
        return Err("the stored envelope is another".to_owned());
    }
    match stored.open(&Keyring::new()) {
        Err(_) => Ok(()),
        Ok(_) => Err("it opens without a key".to_owned()),
    }
}

fn other_formats(case: &Case) -> Result<(), String> {
    for (name, format) in FORMATS {
        if format == case.format {
            continue;
        }
        let encrypted = case.as_encrypted(&case.encrypted);
        let ours = decrypt(encrypted, format, &case.keyring(), &Options::default());
        match (case.read(&format!("as.{name}")), ours) {
            (Some(wanted), Ok(ours)) => {
                compare(&wanted, &ours.content).map_err(|why| format!("as {name}: {why}"))?;
            }
            (None, Err(_)) => {}
            (Some(_), Err(error)) => return Err(format!("as {name}: {error}")),
            (None, Ok(_)) => return Err(format!("as {name}: sops refuses that")),
        }
    }
    Ok(())
}

fn documents(case: &Case) -> Result<(), String> {
    let options = Options::default();
    let file = FileId(7);
    let keyring = case.keyring();
    let read = parse_bytes(
        &case.decrypted,
        file,
        Dialect::Kustomize,
        &Limits::default(),
    );
    let ours = if case.is_age() {
        decrypt_age_documents(&case.encrypted, file, &keyring, &options)
    } else {
        let encrypted = Encrypted {
            file,
            ..case.as_encrypted(&case.encrypted)
        };
        decrypt_documents(encrypted, &keyring, &options)
    };
    match (read, ours) {
        (Ok(wanted), Ok(ours)) => {
            let shape = |documents: &[Document]| -> Vec<(usize, usize)> {
                let shape = |document: &Document| (document.piece, document.pieces);
                documents.iter().map(shape).collect()
            };
            if shape(&wanted) != shape(&ours.content) {
                return Err("the documents are counted otherwise".to_owned());
            }
            for (wanted, ours) in wanted.iter().zip(&ours.content) {
                same_node(&wanted.root, &ours.root, "")?;
                secrets_in_place(&ours.root, case, file)?;
            }
            Ok(())
        }
        (Err(_), Err(_)) => Ok(()),
        (Ok(_), Err(error)) => Err(error.to_string()),
        (Err(errors), Ok(_)) => Err(format!("what sops prints is not read: {errors:?}")),
    }
}

fn same_node(wanted: &Node, ours: &Node, path: &str) -> Result<(), String> {
    let differ = |what: &str| Err(format!("at `{path}`: {what} differs: {wanted:?}\n{ours:?}"));
    if wanted.tag != ours.tag {
        return differ("tag");
    }
    if wanted.style != ours.style {
        return differ("style");
    }
    match (&wanted.value, &ours.value) {
        (NodeValue::Scalar(wanted), NodeValue::Scalar(ours)) if wanted == ours => Ok(()),
        (NodeValue::Sequence(wanted), NodeValue::Sequence(ours)) if wanted.len() == ours.len() => {
            for (at, (wanted, ours)) in wanted.iter().zip(ours).enumerate() {
                same_node(wanted, ours, &format!("{path}/{at}"))?;
            }
            Ok(())
        }
        (NodeValue::Mapping(wanted), NodeValue::Mapping(ours)) if wanted.len() == ours.len() => {
            for (wanted, ours) in wanted.entries.iter().zip(&ours.entries) {
                same_node(&wanted.key, &ours.key, path)?;
                let path = format!("{path}/{}", wanted.key.as_str().unwrap_or_default());
                same_node(&wanted.value, &ours.value, &path)?;
            }
            Ok(())
        }
        _ => differ("value"),
    }
}

/// Every value stands where it stands in the encrypted file, and is secret if it is encrypted there.
fn secrets_in_place(node: &Node, case: &Case, file: FileId) -> Result<(), String> {
    match &node.value {
        NodeValue::Sequence(items) => items
            .iter()
            .try_for_each(|item| secrets_in_place(item, case, file)),
        NodeValue::Mapping(mapping) => {
            let mut entries = mapping.entries.iter();
            entries.try_for_each(|entry| secrets_in_place(&entry.value, case, file))
        }
        NodeValue::Scalar(text) => {
            let at = usize::try_from(node.span.offset).expect("an offset");
            let there = case.encrypted[at..].trim_ascii_start();
            let there = there.strip_prefix(b"\"").unwrap_or(there);
            let encrypted = case.is_age() || there.starts_with(b"ENC[");
            let fits = encrypted == text.is_secret() || node.is_null();
            if node.span.file != file || !fits {
                return Err(format!("{node:?} at {at}: is it secret?"));
            }
            Ok(())
        }
    }
}
