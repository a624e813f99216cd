//! Each folder of `testdata/cases`, and made-up files, against what the real sops and age made of them.

mod case;
mod nodes;
mod samples;
mod verdicts;

use case::{Case, FORMATS};
use gitopsc_sops::age_file::decrypt_age_file;
use gitopsc_sops::{Envelope, Error, Format, Keyring, Options, decrypt};
use gitopsc_test_support::{Outcome, Test, difference, folders, run};
use gitopsc_yaml::FileId;
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
            add("is_read_as_kustomize_reads_it", nodes::of_case);
        }
        if !case.is_age() {
            add("prints_in_other_formats", other_formats);
        }
        if case.verdicts.is_some() {
            add("is_judged_like_sops_when_damaged", verdicts::all);
        }
    }
    tests.extend(samples::tests());
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
