//! Webhook configurations: they have no status, but some wait for a certificate authority.

use crate::health::live::{Live, text};
use crate::health::status::Health;
use ecow::eco_format;

/// Annotations by which cert-manager's cainjector fills in the bundle.
const INJECTED: [&str; 3] = [
    "cert-manager.io/inject-ca-from",
    "cert-manager.io/inject-ca-from-secret",
    "cert-manager.io/inject-apiserver-ca",
];

pub(super) fn health(live: &Live<'_>) -> Health {
    let is_injected = INJECTED.iter().any(|name| live.annotation(name).is_some());
    let bare = live
        .items("webhooks")
        .iter()
        .find(|webhook| text(webhook, "clientConfig.caBundle").is_none());
    match bare.filter(|_| is_injected) {
        Some(webhook) => Health::in_progress(eco_format!(
            "cert-manager has not filled in the CA bundle of {} yet",
            text(webhook, "name").unwrap_or("a webhook")
        )),
        None => Health::current("it exists"),
    }
}
