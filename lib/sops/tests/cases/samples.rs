//! Made-up files: a line of `testdata/samples.jsonl` is what the real sops encrypted and what it decrypts that
//! to, null where it cannot read what it wrote. A program can be handed more of them in `SOPS_SAMPLES`.

use crate::nodes;
use gitopsc_sops::{Encrypted, Format, Keyring, Options, decrypt, decrypt_documents};
use gitopsc_test_support::{Outcome, Test, difference};
use gitopsc_yaml::FileId;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

/// A test for each format.
pub fn tests() -> Vec<Test> {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let path = std::env::var_os("SOPS_SAMPLES");
    let path = path.map_or(testdata.join("samples.jsonl"), Into::into);
    let lines = std::fs::read_to_string(path).expect("samples");
    let lines = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    let samples: Arc<Vec<Value>> = Arc::new(lines.collect());
    let key = std::fs::read_to_string(testdata.join("keys/test-key-age.txt")).expect("a key");
    let test = |format: &'static str| {
        let (samples, key) = (samples.clone(), key.clone());
        let name = format!("samples/made_up_{format}_is_decrypted_like_sops_does_it");
        Test::new(name, move || Outcome::from(all(&samples, format, &key)))
    };
    ["yaml", "json", "ini", "dotenv"].map(test).into()
}

fn all(samples: &[Value], format: &str, key: &str) -> Result<(), String> {
    let mut keyring = Keyring::new();
    keyring.add_age(key).expect("a test key");
    let of_format = samples.iter().filter(|sample| sample["format"] == format);
    let wrong: Vec<String> = of_format
        .filter_map(|sample| judge(sample, &keyring).err())
        .collect();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{} are wrong:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(40)].join("\n")
    ))
}

fn judge(sample: &Value, keyring: &Keyring) -> Result<(), String> {
    let bytes = sample["encrypted"].as_str().expect("text").as_bytes();
    let format = match sample["format"].as_str() {
        Some("dotenv") => Format::Dotenv,
        Some("ini") => Format::Ini,
        Some("json") => Format::Json,
        _ => Format::Yaml,
    };
    let (file, options) = (FileId(7), Options::default());
    let encrypted = Encrypted {
        bytes,
        file,
        format,
    };
    let ours = decrypt(encrypted, format, keyring, &options);
    let wanted = match (sample["decrypted"].as_str(), ours) {
        (None, Err(_)) => return Ok(()),
        (None, Ok(ours)) => {
            let ours = String::from_utf8_lossy(&ours.content);
            return Err(format!("sops refuses\n{sample}\n{ours}"));
        }
        (Some(_), Err(error)) => return Err(format!("{error}\n{sample}")),
        (Some(wanted), Ok(ours)) if wanted.as_bytes() == *ours.content => wanted,
        (Some(wanted), Ok(ours)) => {
            let ours = String::from_utf8_lossy(&ours.content);
            return Err(format!("{}\n{sample}", difference(wanted, &ours)));
        }
    };
    if matches!(format, Format::Json | Format::Yaml) {
        let documents = decrypt_documents(encrypted, keyring, &options);
        let documents = documents.map(|decrypted| decrypted.content);
        nodes::same(wanted.as_bytes(), documents, bytes, false)
            .map_err(|why| format!("{why}\n{sample}"))?;
    }
    Ok(())
}
