//! One folder: the encrypted file, what it decrypts to, and the keys for it.

use gitopsc_sops::age_file::decrypt_age_file;
use gitopsc_sops::{Encrypted, Format, Keyring, Options, decrypt};
use gitopsc_yaml::FileId;
use std::path::{Path, PathBuf};

/// The formats by the names that sops has for them.
pub const FORMATS: [(&str, Format); 5] = [
    ("binary", Format::Binary),
    ("dotenv", Format::Dotenv),
    ("ini", Format::Ini),
    ("json", Format::Json),
    ("yaml", Format::Yaml),
];

/// A case.
#[derive(Clone)]
pub struct Case {
    path: PathBuf,
    /// The format of the plain file.
    pub format: Format,
    /// The encrypted file.
    pub encrypted: Vec<u8>,
    /// What it decrypts to.
    pub decrypted: Vec<u8>,
    /// What sops says to damaged copies.
    pub verdicts: Option<String>,
    age: bool,
}

impl Case {
    /// The case in the folder `path`.
    pub fn load(path: &Path) -> Case {
        let names: Vec<String> = std::fs::read_dir(path)
            .expect("a folder")
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        let named = |prefix: &str| {
            let mut names = names.iter();
            let name = names.find(|name| name.starts_with(prefix));
            name.map(|name| path.join(name))
        };
        let plain = named("plain.").expect("a plain file");
        let encrypted = named("encrypted.").expect("an encrypted file");
        let age = encrypted
            .extension()
            .is_some_and(|extension| extension == "age");
        // age gives back what was encrypted.
        let decrypted = named("decrypted.").unwrap_or(plain.clone());
        Case {
            path: path.to_owned(),
            format: Format::of_name(&plain.to_string_lossy()),
            encrypted: std::fs::read(encrypted).expect("it is there"),
            decrypted: std::fs::read(decrypted).expect("it is there"),
            verdicts: std::fs::read_to_string(path.join("verdicts.txt")).ok(),
            age,
        }
    }

    /// Whether age encrypted the file as a whole.
    pub fn is_age(&self) -> bool {
        self.age
    }

    /// A file of the folder.
    pub fn read(&self, name: &str) -> Option<Vec<u8>> {
        std::fs::read(self.path.join(name)).ok()
    }

    /// The text of a test key.
    pub fn key(&self, name: &str) -> String {
        let keys = self.path.join("../../keys");
        let read = |extension: &str| {
            std::fs::read_to_string(keys.join(format!("test-key-{name}.{extension}"))).ok()
        };
        let mut texts = ["txt", "pem", "asc"].into_iter().filter_map(read);
        texts.next().expect("a test key")
    }

    /// The keys that open the file.
    pub fn keyring(&self) -> Keyring {
        let names = String::from_utf8(self.read("keys").expect("a list of keys")).expect("names");
        let mut keyring = Keyring::new();
        for name in names.split_whitespace() {
            let text = self.key(name);
            let added = match name.split('-').next() {
                Some("ssh") => keyring.add_ssh(&text),
                Some("pgp") => keyring.add_pgp(&text),
                _ => keyring.add_age(&text),
            };
            added.expect("a good key");
        }
        keyring
    }

    /// `bytes` as a file of this case.
    pub fn as_encrypted<'b>(&self, bytes: &'b [u8]) -> Encrypted<'b> {
        Encrypted {
            bytes,
            file: FileId(0),
            format: self.format,
        }
    }

    /// What `bytes`, a file of this case, decrypts to.
    pub fn decrypt(&self, bytes: &[u8], keyring: &Keyring) -> Result<Vec<u8>, String> {
        let decrypted = if self.age {
            decrypt_age_file(bytes, FileId(0), keyring)
        } else {
            let options = Options::default();
            decrypt(self.as_encrypted(bytes), self.format, keyring, &options)
        };
        match decrypted {
            Ok(decrypted) => Ok(decrypted.content.to_vec()),
            Err(error) => Err(error.to_string()),
        }
    }
}
