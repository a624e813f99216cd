//! Secrets, as the API has them.

use crate::api::{Api, Kind, Resource};
use base64::Engine as _;
use gitopsc_core::{EcoString, Gvk, Json};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// The entries of a Secret.
pub(crate) type Entries = BTreeMap<String, Zeroizing<Vec<u8>>>;

/// Where Secrets are.
pub(crate) fn secret_kind() -> Kind {
    Kind {
        gvk: Gvk::parse("v1", "Secret"),
        plural: "secrets".into(),
        namespaced: true,
    }
}

/// The entries of the Secret `name`, or in one sentence why there are none.
pub(crate) async fn read(api: &Api, namespace: &str, name: &str) -> Result<Entries, String> {
    let at = Resource::of(&secret_kind(), namespace, name);
    let found = api.get(&at).await.map_err(|error| error.chain())?;
    let found = found.ok_or_else(|| format!("there is no Secret {name}"))?;
    Ok(entries_of(&found))
}

/// The entries of `secret`, a Secret.
pub(crate) fn entries_of(secret: &Json) -> Entries {
    let Some(Json::Object(data)) = secret.get("data") else {
        return Entries::new();
    };
    let decode = |(key, value): (&EcoString, &Json)| {
        let text = value.as_plain_str()?;
        let bytes = base64::engine::general_purpose::STANDARD.decode(text);
        Some((key.to_string(), Zeroizing::new(bytes.ok()?)))
    };
    data.iter().filter_map(decode).collect()
}
