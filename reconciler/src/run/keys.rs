//! What is read of Secrets for a Sync: credentials of its source, and keys. Of its own namespace, and of no other.

use super::Shared;
use crate::resources::{SecretReference, Sync};
use crate::secrets::{self, Entries};
use gitopsc_sops::Keyring;

/// The entries of the Secret that `reference` names in the namespace of `sync`, read as the reconciler: whoever may write
/// the Sync need not be able to read it.
pub(super) async fn secret(
    shared: &Shared,
    sync: &Sync,
    reference: &SecretReference,
) -> Result<Entries, String> {
    let namespace = sync.metadata.namespace.as_deref().unwrap_or_default();
    secrets::read(&shared.api, namespace, &reference.name).await
}

/// The keys that `sync` names.
pub(super) async fn keyring(shared: &Shared, sync: &Sync) -> Result<Keyring, String> {
    let mut keyring = Keyring::new();
    for reference in &sync.spec.decryption.secret_refs {
        for (name, bytes) in secret(shared, sync, reference).await? {
            let text = str::from_utf8(&bytes);
            let text = text.map_err(|_| format!("{name} of {} is no text", reference.name))?;
            add(&mut keyring, &name, text)
                .map_err(|error| format!("{name} of {}: {error}", reference.name))?;
        }
    }
    Ok(keyring)
}

fn add(keyring: &mut Keyring, name: &str, text: &str) -> Result<(), gitopsc_sops::KeyError> {
    if name.ends_with(".agekey") {
        return keyring.add_age(text);
    }
    if name.ends_with(".asc") {
        return keyring.add_pgp(text);
    }
    match text.trim_start().starts_with("-----BEGIN ") && text.contains("PRIVATE KEY") {
        true => keyring.add_ssh(text),
        // Public halves and notes lie beside keys.
        false => Ok(()),
    }
}
