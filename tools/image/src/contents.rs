//! What is in the file system of the image: the program and what it cannot do without.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A file or folder of the image, owned by root.
pub(crate) struct Entry {
    /// Its path, without a slash in front; a folder ends with one.
    pub(crate) path: &'static str,
    /// Its permissions.
    pub(crate) mode: u32,
    /// What is in it.
    pub(crate) bytes: Vec<u8>,
}

/// The user that the program runs as, who owns nothing: the number that other images without a system use too.
pub(crate) const USER: u32 = 65532;

/// All of it, folders before what they hold.
pub(crate) fn of(program: Vec<u8>) -> Vec<Entry> {
    let user = format!("root:x:0:0::/:/none\ngitopsc:x:{USER}:{USER}::/:/none\n");
    let group = format!("root:x:0:\ngitopsc:x:{USER}:\n");
    vec![
        folder("etc/"),
        file("etc/group", 0o644, group.into_bytes()),
        // Names of hosts are looked for in /etc/hosts, which Kubernetes writes, and then asked for.
        file("etc/nsswitch.conf", 0o644, b"hosts: files dns\n".to_vec()),
        file("etc/passwd", 0o644, user.into_bytes()),
        folder("etc/ssl/"),
        folder("etc/ssl/certs/"),
        file(
            "etc/ssl/certs/ca-certificates.crt",
            0o644,
            authorities().into_bytes(),
        ),
        file("gitopsc", 0o755, program),
        // Where it may write is mounted; the root of the image is read only.
        Entry {
            path: "tmp/",
            mode: 0o1777,
            bytes: Vec::new(),
        },
    ]
}

fn folder(path: &'static str) -> Entry {
    file(path, 0o755, Vec::new())
}

fn file(path: &'static str, mode: u32, bytes: Vec<u8>) -> Entry {
    Entry { path, mode, bytes }
}

/// The certificates of the authorities that Mozilla trusts, as PEM.
fn authorities() -> String {
    let mut text = String::new();
    for certificate in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
        text.push_str("-----BEGIN CERTIFICATE-----\n");
        let encoded = STANDARD.encode(certificate);
        for line in encoded.as_bytes().chunks(64) {
            text.extend(line.iter().map(|byte| char::from(*byte)));
            text.push('\n');
        }
        text.push_str("-----END CERTIFICATE-----\n");
    }
    text
}
