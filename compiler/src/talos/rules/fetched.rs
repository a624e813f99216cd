//! Every URL can be fetched, is under the limit, and gives what was written.

use super::bundles::is_bundle;
use super::sizes::too_big;
use crate::bundle::text::verified;
use crate::codes;
use crate::talos::check::{Facts, Fetched, State};
use crate::talos::machine::view::{Declared, Source};
use gitopsc_core::Diagnostic;

pub fn check(facts: &Facts<'_>) -> State {
    let Some(fetched) = facts.fetched else {
        return State::Skipped("only with --online");
    };
    let mut found = Vec::new();
    for machine in facts.control_planes() {
        for declared in machine.manifests() {
            if let Source::External { url, .. } = &declared.source
                && let Some(answer) = fetched.get(url)
            {
                found.extend(of_answer(facts, &declared, answer));
            }
        }
    }
    State::Checked(found)
}

fn of_answer(facts: &Facts<'_>, declared: &Declared, answer: &Fetched) -> Vec<Diagnostic> {
    let bytes = match answer {
        Fetched::Failed(reason) => return vec![unreachable(declared, reason)],
        Fetched::Content(bytes) => bytes,
    };
    let mut found: Vec<Diagnostic> = too_big(declared, bytes.len(), facts.bundles.limit)
        .into_iter()
        .collect();
    let mut bundles = facts.bundles.bundles.iter();
    if let Some(bundle) = bundles.find(|bundle| is_bundle(declared, &bundle.name)) {
        let digest = std::str::from_utf8(bytes).ok().and_then(verified);
        if digest.is_none_or(|digest| digest.to_string() != bundle.digest) {
            found.push(changed(declared, &bundle.file));
        }
    }
    found
}

fn unreachable(declared: &Declared, reason: &str) -> Diagnostic {
    let message = format!("{} cannot be fetched: {reason}", declared.told());
    Diagnostic::error(codes::TALOS_URL_UNREACHABLE, message).io().at(declared.span, "").hint(
        "while one URL fails, Talos tries again and applies none of the manifests that are fetched or inlined",
    )
}

fn changed(declared: &Declared, file: &str) -> Diagnostic {
    let message = format!(
        "what {} gives is not the bundle that was written",
        declared.told()
    );
    Diagnostic::error(codes::TALOS_URL_CHANGED, message)
        .at(declared.span, "")
        .hint(format!("upload {file} anew, byte for byte"))
}
