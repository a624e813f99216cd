//! Why containers of a pod do not run, in the words of the kubelet.

use super::live::{at, int, items, line, text};
use ecow::{EcoString, eco_format};
use gitopsc_core::Json;

/// What keeps a container from running.
pub(super) struct Trouble {
    /// Which container, and why.
    pub(super) reason: EcoString,
    /// It ends again and again.
    pub(super) crashes: bool,
}

/// Where the kubelet tells of containers, the first ones first.
const LISTS: [&str; 2] = ["status.initContainerStatuses", "status.containerStatuses"];

/// Waiting is no trouble for these reasons.
const USUAL: [&str; 2] = ["ContainerCreating", "PodInitializing"];

/// What keeps a container of `pod` from running; nothing if none has trouble.
pub(super) fn trouble(pod: &Json) -> Option<Trouble> {
    LISTS
        .iter()
        .flat_map(|list| items(pod, list))
        .find_map(waiting)
}

/// How a container of `pod` ended badly.
pub(super) fn ended_badly(pod: &Json) -> Option<EcoString> {
    LISTS
        .iter()
        .flat_map(|list| items(pod, list))
        .find_map(|status| {
            let name = text(status, "name")?;
            let end = end(at(status, "state.terminated")?)?;
            Some(eco_format!("container {name} {end}"))
        })
}

fn waiting(status: &Json) -> Option<Trouble> {
    let name = text(status, "name")?;
    let reason = text(status, "state.waiting.reason").filter(|reason| !USUAL.contains(reason))?;
    let crashes = reason == "CrashLoopBackOff";
    let last = at(status, "lastState.terminated").and_then(end);
    let told = match (crashes, last, text(status, "state.waiting.message")) {
        (true, Some(last), _) => eco_format!(" and {last}"),
        (_, _, Some(message)) => eco_format!(": {}", line(message)),
        _ => EcoString::new(),
    };
    let restarts = at(status, "restartCount").and_then(int).unwrap_or(0);
    let again = match restarts {
        0 => EcoString::new(),
        1 => ", restarted once".into(),
        _ => eco_format!(", restarted {restarts} times"),
    };
    Some(Trouble {
        reason: eco_format!("container {name} waits ({}){told}{again}", line(reason)),
        crashes,
    })
}

/// `ended with 1 (Error): message` of a container that has ended badly.
fn end(terminated: &Json) -> Option<EcoString> {
    let code = at(terminated, "exitCode")
        .and_then(int)
        .filter(|code| *code != 0)?;
    let mut said = eco_format!("ended with {code}");
    if let Some(reason) = text(terminated, "reason") {
        said.push_str(&eco_format!(" ({})", line(reason)));
    }
    if let Some(message) = text(terminated, "message") {
        said.push_str(&eco_format!(": {}", line(message)));
    }
    Some(said)
}
