//! Words of others about an object, without what came out of decryption in it.

use gitopsc_core::Json;
use gitopsc_yaml::emit::Secrets;
use gitopsc_yaml::json::{Form, write_json};
use gitopsc_yaml::text::MASK;

/// `text` with a mask in place of each decrypted value of `body`, in whatever form a server quotes it.
#[must_use]
pub fn masked(text: &str, body: &Json) -> String {
    let mut secrets = Vec::new();
    collect(body, &mut secrets);
    // What contains another comes first, or the rest of it would stay.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets.iter().fold(text.to_owned(), |text, secret| {
        text.replace(secret.as_str(), MASK)
    })
}

fn collect(value: &Json, secrets: &mut Vec<String>) {
    match value {
        Json::Array(items) => items.iter().for_each(|item| collect(item, secrets)),
        Json::Object(entries) => entries
            .iter()
            .for_each(|(_, value)| collect(value, secrets)),
        Json::Secret(secret) => {
            let plain = secret.reveal();
            let mut quoted = String::new();
            write_json(value, Form::Canonical, Secrets::Reveal, &mut quoted);
            let inner = quoted.trim_matches('"').to_owned();
            secrets.extend(
                [plain.to_owned(), inner]
                    .into_iter()
                    .filter(|text| !text.is_empty()),
            );
        }
        Json::SecretLiteral(_) => {
            let mut text = String::new();
            write_json(value, Form::Canonical, Secrets::Reveal, &mut text);
            secrets.push(text);
        }
        Json::Null
        | Json::Bool(_)
        | Json::Int(_)
        | Json::UInt(_)
        | Json::Float(_)
        | Json::String(_) => {}
    }
}
