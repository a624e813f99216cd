//! Why containers of a pod do not run, in the words of the kubelet.

use super::live::{at, int, items, line, text};
use ecow::{EcoString, eco_format};
use gitopsc_core::Json;

/// What keeps a container from running.
pub(super) struct Trouble {
    /// Which container, and why.
    pub(super) reason: EcoString,
    /// Waiting does not help: it ends again and again, or can never be pulled.
    pub(super) lasts: bool,
}

/// Where the kubelet tells of containers, the first ones first.
const LISTS: [&str; 2] = ["status.initContainerStatuses", "status.containerStatuses"];

/// Waiting is no trouble for these reasons.
const USUAL: [&str; 2] = ["ContainerCreating", "PodInitializing"];

/// Waiting does not help for these: `pkg/kubelet/images/types.go` and `pkg/kubelet/kuberuntime` of Kubernetes.
const LASTING: [&str; 3] = ["CrashLoopBackOff", "InvalidImageName", "ErrImageNeverPull"];

/// What keeps a container of `pod` from running; nothing if none has trouble.
pub(super) fn trouble(pod: &Json) -> Option<Trouble> {
    let statuses = || LISTS.iter().flat_map(|list| items(pod, list));
    statuses()
        .find_map(waiting)
        .or_else(|| statuses().find_map(ended))
}

/// How a container of `pod` ended badly.
pub(super) fn ended_badly(pod: &Json) -> Option<EcoString> {
    let mut statuses = LISTS.iter().flat_map(|list| items(pod, list));
    statuses.find_map(|status| {
        let end = end(at(status, "state.terminated")?)?;
        Some(eco_format!("container {} {end}", name(status)))
    })
}

fn name(status: &Json) -> &str {
    text(status, "name").unwrap_or("?")
}

fn waiting(status: &Json) -> Option<Trouble> {
    let reason = text(status, "state.waiting.reason").filter(|reason| !USUAL.contains(reason))?;
    let last = at(status, "lastState.terminated").and_then(end);
    let told = match (last, text(status, "state.waiting.message")) {
        (Some(last), _) if reason == "CrashLoopBackOff" => eco_format!(": it {last}"),
        (_, Some(message)) => eco_format!(": {}", line(message)),
        _ => EcoString::new(),
    };
    Some(Trouble {
        reason: eco_format!(
            "container {} waits ({}){told}{}",
            name(status),
            line(reason),
            again(status)
        ),
        lasts: LASTING.contains(&reason),
    })
}

/// A container that is not ready now and has ended badly before.
fn ended(status: &Json) -> Option<Trouble> {
    let is_ready = status.get("ready") == Some(&Json::Bool(true));
    let now = at(status, "state.terminated");
    let last = now.or_else(|| at(status, "lastState.terminated"));
    let end = last.and_then(end).filter(|_| !is_ready)?;
    Some(Trouble {
        reason: eco_format!("container {} {end}{}", name(status), again(status)),
        lasts: false,
    })
}

fn again(status: &Json) -> EcoString {
    match at(status, "restartCount").and_then(int).unwrap_or(0) {
        0 => EcoString::new(),
        1 => ", restarted once".into(),
        times => eco_format!(", restarted {times} times"),
    }
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
