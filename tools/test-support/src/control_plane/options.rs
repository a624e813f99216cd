//! What a control plane consists of.

use std::collections::BTreeSet;

/// A program that a control plane can be without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Makes ReplicaSets, pods and service accounts, empties namespaces, collects garbage.
    ControllerManager,
    /// Gives pods a node.
    Scheduler,
    /// Plays the kubelets: without it no pod runs.
    Kwok,
}

impl Part {
    const ALL: [Part; 3] = [Part::ControllerManager, Part::Scheduler, Part::Kwok];

    /// The program's file name.
    pub(super) fn program(self) -> &'static str {
        match self {
            Part::ControllerManager => "kube-controller-manager",
            Part::Scheduler => "kube-scheduler",
            Part::Kwok => "kwok",
        }
    }

    /// What the launcher calls it.
    fn short(self) -> &'static str {
        self.program().trim_start_matches("kube-")
    }
}

/// How a control plane is started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    without: BTreeSet<Part>,
    api_server: Vec<String>,
}

impl Options {
    /// Everything: Deployments become ready, Jobs complete.
    #[must_use]
    pub fn whole() -> Options {
        Options::default()
    }

    /// Nothing but the API server and its store. Namespaces stay Terminating; pods need no service account.
    #[must_use]
    pub fn api_server_only() -> Options {
        Options {
            without: Part::ALL.into(),
            api_server: Vec::new(),
        }
    }

    /// The same without `part`.
    #[must_use]
    pub fn without(mut self, part: Part) -> Options {
        self.without.insert(part);
        self
    }

    /// The same with a further argument of kube-apiserver, such as `--v=6`.
    #[must_use]
    pub fn api_server_flag(mut self, flag: impl Into<String>) -> Options {
        self.api_server.push(flag.into());
        self
    }

    /// The names of the programs that must be there.
    pub(super) fn programs(&self) -> Vec<&'static str> {
        let parts = Part::ALL.iter().filter(|part| !self.without.contains(part));
        let always = ["launcher", "etcd", "kube-apiserver"];
        always
            .into_iter()
            .chain(parts.map(|part| part.program()))
            .collect()
    }

    /// As arguments of the launcher.
    pub(super) fn arguments(&self) -> Vec<String> {
        let without: Vec<&str> = self.without.iter().map(|part| part.short()).collect();
        let mut arguments = vec![format!("--without={}", without.join(","))];
        let flags = self.api_server.iter();
        arguments.extend(flags.map(|flag| format!("--api-server-flag={flag}")));
        arguments
    }
}

#[cfg(test)]
mod tests {
    use super::{Options, Part};

    #[test]
    fn what_is_left_out_is_neither_needed_nor_started() {
        let options = Options::whole()
            .without(Part::Kwok)
            .without(Part::Scheduler);
        let needed = [
            "launcher",
            "etcd",
            "kube-apiserver",
            "kube-controller-manager",
        ];
        assert_eq!(options.programs(), needed);
        assert_eq!(options.arguments(), ["--without=scheduler,kwok"]);
    }
}
