//! Whom a file is encrypted for.

use super::field::Fields;
use crate::recipient::KeyKind;
use crate::time;
use crate::wrapped::{Groups, WrappedKey};

/// The groups of keys: one that stands for itself, or several of which some are needed.
pub(super) fn groups(fields: &Fields<'_>) -> Result<Groups, String> {
    let alone = group(fields)?;
    let groups = fields
        .maps("key_groups")?
        .iter()
        .map(group)
        .collect::<Result<Vec<_>, _>>()?;
    let threshold = fields.integer("shamir_threshold")?;
    if !alone.is_empty() {
        return Ok(Groups::new(vec![alone], threshold));
    }
    if groups.is_empty() {
        return Err("the file names no key that it is encrypted with".to_owned());
    }
    Ok(Groups::new(groups, threshold))
}

/// The keys of one group, in SOPS' order of kinds.
fn group(fields: &Fields<'_>) -> Result<Vec<WrappedKey>, String> {
    let mut keys = Vec::new();
    for (field, kind) in [
        ("kms", KeyKind::AwsKms),
        ("gcp_kms", KeyKind::GcpKms),
        ("hckms", KeyKind::HuaweiKms),
        ("azure_kv", KeyKind::AzureKeyVault),
        ("hc_vault", KeyKind::Vault),
        ("pgp", KeyKind::Pgp),
        ("age", KeyKind::Age),
    ] {
        for entry in fields.maps(field)? {
            keys.push(key(kind, &entry)?);
        }
    }
    Ok(keys)
}

fn key(kind: KeyKind, entry: &Fields<'_>) -> Result<WrappedKey, String> {
    let text = |name: &str| -> Result<String, String> {
        Ok(String::from_utf8_lossy(&entry.text(name)?).into_owned())
    };
    let name = match kind {
        KeyKind::Age => text("recipient")?,
        KeyKind::Pgp => text("fp")?,
        KeyKind::AwsKms => {
            entry.check_texts("context")?;
            text("role")?;
            text("aws_profile")?;
            text("arn")?
        }
        KeyKind::GcpKms => text("resource_id")?,
        KeyKind::HuaweiKms => huawei_key(text("key_id")?)?,
        KeyKind::AzureKeyVault => {
            format!(
                "{}/keys/{}/{}",
                text("vault_url")?,
                text("name")?,
                text("version")?
            )
        }
        KeyKind::Vault => {
            let (address, engine) = (text("vault_address")?, text("engine_path")?);
            format!("{address}/v1/{engine}/keys/{}", text("key_name")?)
        }
    };
    if kind != KeyKind::Age && time::parse_rfc3339(&entry.text("created_at")?).is_none() {
        return Err(format!(
            "`created_at` of {kind} {name} is no moment in RFC 3339"
        ));
    }
    Ok(WrappedKey {
        kind,
        name,
        sealed: entry.text("enc")?.to_vec(),
    })
}

/// A key of Huawei's is named by region and id.
fn huawei_key(id: String) -> Result<String, String> {
    let named = |(region, key): (&str, &str)| !region.trim().is_empty() && !key.trim().is_empty();
    if id.split_once(':').is_some_and(named) {
        return Ok(id);
    }
    Err("`key_id` of a Huawei KMS key is not `region:id`".to_owned())
}
