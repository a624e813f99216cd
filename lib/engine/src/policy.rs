//! What annotations allow and forbid, object by object.
//!
//! They count from Git and from the live object; of two, the safer one wins.

use crate::conflict;
use gitopsc_core::{EcoString, Json};

const RECONCILE: &str = "gitopsc.dev/reconcile";
const PRUNE: &str = "gitopsc.dev/prune";
const APPLY: &str = "gitopsc.dev/apply";
const RECREATE: &str = "gitopsc.dev/recreate";
const CONFLICTS: &str = "gitopsc.dev/conflicts";
const TIMEOUT: &str = "gitopsc.dev/timeout";
const WAIT: &str = "gitopsc.dev/wait";

/// [`Policy::hands_off`] as it is written.
pub const HANDS_OFF: &str = "gitopsc.dev/reconcile: disabled";
/// [`Policy::keep`] as it is written.
pub const KEEP: &str = "gitopsc.dev/prune: disabled";
/// [`Policy::create_only`] as it is written.
const CREATE_ONLY: &str = "gitopsc.dev/apply: create-only";

/// What may be done to one object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Nothing is done to it.
    pub hands_off: bool,
    /// It is never pruned.
    pub keep: bool,
    /// It is made, and then left alone.
    pub create_only: bool,
    /// It may be deleted and made again where it cannot be changed.
    pub recreate: bool,
    /// What is done about conflicts.
    pub conflicts: Option<conflict::Policy>,
    /// How long it may take to become ready, in seconds.
    pub timeout: Option<u64>,
    /// How long it may wait for soft needs, in seconds.
    pub wait: Option<u64>,
}

impl Policy {
    /// What the annotations of `object` say; `setting` answers for what they leave out.
    #[must_use]
    pub fn of(object: &Json, setting: &dyn Fn(&str) -> Option<EcoString>) -> Policy {
        let value = |name: &str| {
            let annotation = object.str_at(&["metadata", "annotations", name]);
            let unprefixed = name.trim_start_matches("gitopsc.dev/");
            annotation
                .map(EcoString::from)
                .or_else(|| setting(unprefixed))
        };
        let is = |name: &str, word: &str| value(name).is_some_and(|value| value == word);
        let conflicts = value(CONFLICTS);
        Policy {
            hands_off: is(RECONCILE, "disabled"),
            keep: is(PRUNE, "disabled"),
            create_only: is(APPLY, "create-only"),
            recreate: is(RECREATE, "true"),
            conflicts: conflicts.and_then(|word| conflict::Policy::parse(&word)),
            timeout: value(TIMEOUT).and_then(|text| seconds(&text)),
            wait: value(WAIT).and_then(|text| seconds(&text)),
        }
    }

    /// The annotations that hold the object out of what is usually done, as they are written.
    #[must_use]
    pub fn held_out(&self) -> Vec<&'static str> {
        let all = [
            (self.hands_off, HANDS_OFF),
            (self.keep, KEEP),
            (self.create_only, CREATE_ONLY),
        ];
        let said = all.iter().filter(|(is_said, _)| *is_said);
        said.map(|(_, annotation)| *annotation).collect()
    }

    /// The safer of this, which Git says, and what the live object says.
    #[must_use]
    pub fn with_live(mut self, live: Option<&Json>) -> Policy {
        let Some(live) = live else {
            return self;
        };
        let said = Policy::of(live, &|_| None);
        self.hands_off |= said.hands_off;
        self.keep |= said.keep;
        self.create_only |= said.create_only;
        self
    }
}

/// What a unit says of its members that left Git, as far as somebody remembers it: whether it `keeps` them.
pub fn of_unit(keeps: bool) -> impl Fn(&str) -> Option<EcoString> {
    move |name| (keeps && name == "prune").then(|| "disabled".into())
}

/// A duration as Kubernetes writes it (`90s`, `5m`, `1h30m`), in seconds.
///
/// ```
/// assert_eq!(gitopsc_engine::policy::seconds("1h30m"), Some(5400));
/// assert_eq!(gitopsc_engine::policy::seconds("soon"), None);
/// ```
#[must_use]
pub fn seconds(text: &str) -> Option<u64> {
    let mut total: u64 = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = rest[..digits].parse().ok()?;
        let unit = rest[digits..].chars().next()?;
        let factor = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(factor)?)?;
        rest = &rest[digits + 1..];
    }
    (!text.is_empty()).then_some(total)
}
