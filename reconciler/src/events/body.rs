//! What an Event says, and how the API has it (`events.k8s.io/v1`).

use crate::resources::{GROUP, VERSION};
use crate::stamp::stamp;
use gitopsc_core::{EcoString, Json};
use gitopsc_engine::reconcile::SyncKey;
use std::time::SystemTime;

/// Something that happened to a Sync.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The Sync.
    pub key: SyncKey,
    /// Its UID.
    pub uid: EcoString,
    /// Whether anybody should mind.
    pub tone: Tone,
    /// What happened, in one word for programs.
    pub reason: EcoString,
    /// What was being done, likewise.
    pub action: &'static str,
    /// What happened, in one sentence for people.
    pub note: String,
}

/// Whether anybody should mind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nobody.
    Normal,
    /// Somebody should look.
    Warning,
}

/// How long, in bytes, what is taken of the name of the Sync, a note, and who reports may be. From the API's validation.
const NAME: usize = 200;
const NOTE: usize = 1024;
const INSTANCE: usize = 128;

/// `notice` as an Event that `instance` reports `now`.
pub(super) fn body(notice: &Notice, instance: &str, now: SystemTime) -> Json {
    let Notice { key, uid, .. } = notice;
    let since = now.duration_since(SystemTime::UNIX_EPOCH);
    let unique = since.unwrap_or_default().as_nanos();
    // The name of the object and the time, as clients of Kubernetes do: the server makes no names that end in a dot.
    let name = format!(
        "{}.{unique:x}",
        cut(&key.name, NAME).trim_end_matches(['.', '-'])
    );
    let metadata = Json::object([
        ("name", Json::string(name)),
        ("namespace", Json::string(key.namespace.clone())),
    ]);
    let regarding = Json::object([
        ("apiVersion", Json::string(format!("{GROUP}/{VERSION}"))),
        ("kind", Json::string("Sync")),
        ("name", Json::string(key.name.clone())),
        ("namespace", Json::string(key.namespace.clone())),
        ("uid", Json::string(uid.clone())),
    ]);
    let tone = match notice.tone {
        Tone::Normal => "Normal",
        Tone::Warning => "Warning",
    };
    Json::object([
        ("apiVersion", Json::string("events.k8s.io/v1")),
        ("kind", Json::string("Event")),
        ("metadata", metadata),
        ("regarding", regarding),
        ("type", Json::string(tone)),
        ("reason", Json::string(notice.reason.clone())),
        ("action", Json::string(notice.action)),
        ("note", Json::string(cut(&notice.note, NOTE))),
        ("eventTime", Json::string(stamp(now))),
        ("reportingController", Json::string(GROUP)),
        ("reportingInstance", Json::string(cut(instance, INSTANCE))),
    ])
}

/// As much of `text` as `most` bytes hold.
fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev();
    let end = { end }.find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or_default()]
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("abc", 5), "abc");
        assert_eq!(cut("abc", 2), "ab");
        assert_eq!(cut("aé", 2), "a");
        assert_eq!(cut("é", 1), "");
    }
}
