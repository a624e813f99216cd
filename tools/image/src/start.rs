//! The configuration of the image: how what is in it is started.

use crate::contents::USER;
use gitopsc_host::oci::BlobDigest;
use serde_json::{Value, json};

/// The configuration of an image with one layer, which is `archive` uncompressed (OCI image specification 1.1,
/// `config.md`). It says no time, so that the same program gives the same image.
pub(crate) fn config(architecture: &str, archive: &[u8]) -> Value {
    json!({
        "architecture": architecture,
        "os": "linux",
        "config": {
            "User": format!("{USER}:{USER}"),
            "Env": ["PATH=/"],
            "Entrypoint": ["/gitopsc"],
            "Labels": {
                "org.opencontainers.image.title": "gitopsc",
                "org.opencontainers.image.source": env!("CARGO_PKG_REPOSITORY"),
                "org.opencontainers.image.licenses": env!("CARGO_PKG_LICENSE"),
                "org.opencontainers.image.version": env!("CARGO_PKG_VERSION"),
            },
        },
        "rootfs": {
            "type": "layers",
            "diff_ids": [BlobDigest::of(archive).to_string()],
        },
    })
}
