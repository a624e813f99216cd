//! The steps of a case.

use crate::hooks::{Delivery, Place};
use crate::looking::{field, within, without_digests};
use crate::pages;
use crate::reconciler::{How, Reconciler};
use crate::repository::Repository;
use crate::robot::Robot;
use crate::steady::{steady, steady_errors};
use gitopsc_test_support::control_plane::ControlPlane;
use gitopsc_test_support::{Folder, files};
use serde_json::Value;
use std::process::Command;

/// Whether `case` needs a control plane of its own: then nobody else's Syncs are there.
pub fn is_alone(case: &Folder) -> bool {
    case.read("alone").is_some()
}

/// A case on its way.
pub struct Case<'c> {
    plane: &'c ControlPlane,
    case: &'c Folder,
    namespace: String,
    folder: tempfile::TempDir,
    repository: Repository,
    reconciler: Option<Reconciler>,
    remembered: String,
    robot: Robot,
}

impl<'c> Case<'c> {
    /// `case` before its first step.
    pub fn new(plane: &'c ControlPlane, case: &'c Folder) -> Case<'c> {
        let namespace = case.name.replace('_', "-");
        let make = ["create", "namespace", &namespace];
        plane.run_kubectl(&make, "").unwrap();
        Case {
            plane,
            case,
            namespace,
            folder: tempfile::tempdir().unwrap(),
            repository: Repository::new(),
            reconciler: None,
            remembered: String::new(),
            robot: Robot::start(),
        }
    }

    /// What the reconciler has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.how().log()).unwrap_or_default()
    }

    /// Does one step, and gives what it shows.
    pub fn step(&mut self, line: &str) -> Result<String, String> {
        let line = line.replace("NAMESPACE", &self.namespace);
        let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
        match word.trim_end_matches(':') {
            "start" => self.reconciler = Some(Reconciler::start(&self.how())),
            "stop" => {
                let reconciler = self.reconciler.take().ok_or("none was started")?;
                return Ok(self.steady(&format!("{}\n", reconciler.stop())));
            }
            // As a machine that loses its power.
            "kill" => drop(self.reconciler.take()),
            "gitopsc" => return Ok(self.gitopsc(rest)),
            "push" | "force" => {
                let tree = self.case.path.join(rest);
                let forced = word == "force";
                let subject = format!("Make it as in {rest}");
                self.repository.push(&tree, &subject, forced);
            }
            "away" | "back" => self.repository.set_away(word == "away"),
            "apply" => {
                let file = self.case.read(rest).ok_or(format!("there is no {rest}"))?;
                let file = file.replace("NAMESPACE", &self.namespace);
                let file = file.replace("URL", &self.repository.url());
                let file = file.replace("ROBOT", &self.robot.url());
                let printed = self.plane.run_kubectl(&["apply", "-f", "-"], &file);
                return Ok(self.steady(&printed.unwrap_or_else(|error| error)));
            }
            "kubectl" => return Ok(self.steady(&self.kubectl(rest))),
            "wait" => self.wait(rest)?,
            "until" => {
                let (text, command) = rest.split_once(": kubectl ").ok_or("until TEXT: kubectl")?;
                self.until(text, command)?;
            }
            "show" => return Ok(self.show()),
            "approve" => {
                let digest = self.sync()["status"]["pendingApproval"]["digest"].clone();
                let digest = digest.as_str().ok_or("nothing is pending")?;
                let namespace = &self.namespace;
                self.kubectl(&format!(
                    "annotate --overwrite -n {namespace} sync/{namespace} gitopsc.dev/approve={digest}"
                ));
            }
            "post" | "huge" | "slow" => return self.post(word, rest),
            "scrape" => {
                let shown = pages::scrape(&self.listens("for metrics")?, rest);
                return Ok(self.steady(&shown));
            }
            "unseen" => {
                let address = self.listens("for metrics")?;
                let of = format!("name=\"{}\"", self.namespace);
                within(|| match pages::scrape(&address, "gitopsc_") {
                    lines if lines.contains(&of) => Err(lines),
                    _ => Ok(()),
                })?;
            }
            "get" => {
                let shown = pages::get(&self.listens("for metrics")?, rest);
                return Ok(self.steady(&shown));
            }
            "unlogged" => {
                if self.log().contains(rest) {
                    return Err(format!("{rest} is in the log"));
                }
            }
            "told" => return self.told(rest),
            "events" => return self.events(rest),
            "remember" => self.remembered = self.kubectl(rest.trim_start_matches("kubectl ")),
            "same" => {
                let now = self.kubectl(rest.trim_start_matches("kubectl "));
                if now != self.remembered {
                    return Err(format!("it was\n{}\nand is\n{now}", self.remembered));
                }
            }
            other => return Err(format!("no step is called {other}")),
        }
        Ok(String::new())
    }

    fn how(&self) -> How<'_> {
        How {
            kubeconfig: self.plane.kubeconfig(),
            namespace: &self.namespace,
            only: !is_alone(self.case),
            folder: self.folder.path(),
        }
    }

    fn kubectl(&self, arguments: &str) -> String {
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        let printed = self.plane.run_kubectl(&arguments, "");
        let mut printed = printed.unwrap_or_else(|error| format!("failed: {error}"));
        if !printed.is_empty() && !printed.ends_with('\n') {
            printed.push('\n');
        }
        printed
    }

    /// What the robot was told, once that is so much.
    fn told(&self, count: &str) -> Result<String, String> {
        let count: usize = count.parse().map_err(|_| "how much?")?;
        within(|| {
            let told = self.robot.told();
            match told.len() >= count {
                true => Ok(()),
                false => Err(told.join("\n")),
            }
        })?;
        Ok(self.steady(&(self.robot.told().join("\n") + "\n")))
    }

    /// The Events on the Sync, once there are so many.
    fn events(&self, count: &str) -> Result<String, String> {
        let read = format!(
            "get events.v1.events.k8s.io -n {} --sort-by=.eventTime -o jsonpath={{range.items[*]}}{{.type}}{{\"\\x20\"}}{{.reason}}:{{\"\\x20\"}}{{.note}}{{\"\\n\"}}{{end}}",
            self.namespace
        );
        let count: usize = count.parse().map_err(|_| "how many?")?;
        within(|| {
            let shown = self.kubectl(&read);
            match shown.lines().count() >= count {
                true => Ok(()),
                false => Err(shown),
            }
        })?;
        let steady = without_digests(&self.kubectl(&read));
        Ok(self.steady(&steady))
    }

    fn gitopsc(&self, arguments: &str) -> String {
        let copy = self.folder.path().join("copy");
        for (name, bytes) in files(&self.case.path) {
            let path = copy.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        let set = ["--set", &self.namespace, "--set-namespace", &self.namespace];
        let output = Command::new(env!("CARGO_BIN_EXE_gitopsc"))
            .current_dir(copy)
            .env("KUBECONFIG", self.plane.kubeconfig())
            .env("NO_COLOR", "1")
            .args(arguments.split_whitespace())
            .args(set)
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        let code = output.status.code().unwrap_or(-1);
        let printed = format!("{}{}exit {code}\n", steady(&stdout), steady_errors(&stderr));
        self.steady(&printed)
    }

    fn post(&self, how: &str, rest: &str) -> Result<String, String> {
        let (name, times) = rest.split_once(' ').unwrap_or((rest, "1"));
        let times = times.parse().map_err(|_| "how often?")?;
        let delivery = Delivery::of(self.case, name, &self.repository.url());
        let delivery = delivery.ok_or_else(|| format!("there is no {name}"))?;
        let path = self.sync()["status"]["hook"].clone();
        let to = Place {
            address: self.listens("for webhooks")?,
            path: path.as_str().ok_or("the status names no path")?.to_owned(),
        };
        let answer = match how {
            "huge" => delivery.post_half(&to, 4 << 20),
            "slow" => delivery.post_half(&to, 0),
            _ => delivery.post(&to, times),
        };
        Ok(self.steady(&answer))
    }

    /// The address at which the last reconciler listens `for what`, as it has logged.
    fn listens(&self, what: &str) -> Result<String, String> {
        let wanted = format!("listening {what} address=");
        let log = self.log();
        let addresses = log.lines().filter_map(|line| line.split_once(&wanted));
        let last = { addresses }
            .next_back()
            .map(|(_, address)| address.to_owned());
        last.ok_or_else(|| format!("nobody listens {what}"))
    }

    fn sync(&self) -> Value {
        let read = format!("get syncs.gitopsc.dev {0} -n {0} -o json", self.namespace);
        serde_json::from_str(&self.kubectl(&read)).unwrap_or_default()
    }

    fn wait(&self, wanted: &str) -> Result<(), String> {
        let wanted: Vec<(&str, &str)> = wanted
            .split_whitespace()
            .filter_map(|word| word.split_once('='))
            .collect();
        within(|| {
            let sync = self.sync();
            let is = |(key, value): &(&str, &str)| field(&sync, key) == self.commit(value);
            match wanted.iter().all(is) {
                true => Ok(()),
                false => Err(serde_json::to_string_pretty(&sync["status"]).unwrap()),
            }
        })
    }

    /// The commit that a word such as `COMMIT-2` stands for.
    fn commit(&self, word: &str) -> String {
        let at = word
            .strip_prefix("COMMIT-")
            .and_then(|at| at.parse::<usize>().ok());
        let commit = at.and_then(|at| self.repository.commits.get(at - 1));
        commit.cloned().unwrap_or_else(|| word.to_owned())
    }

    fn until(&self, text: &str, command: &str) -> Result<(), String> {
        within(|| {
            let printed = self.kubectl(command);
            match self.steady(&printed).trim() == self.steady(text).trim() {
                true => Ok(()),
                false => Err(printed),
            }
        })
    }

    /// What the status says, without times.
    fn show(&self) -> String {
        let status = &self.sync()["status"];
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let mut shown = String::new();
        for condition in list(&status["conditions"]) {
            let text = |key: &str| condition[key].as_str().unwrap_or_default().to_owned();
            shown.push_str(&format!(
                "{}={} {}: {}\n",
                text("type"),
                text("status"),
                text("reason"),
                text("message")
            ));
        }
        for key in ["wanted", "running", "enforced", "lastGood"] {
            if let Some(commit) = status[key]["commit"].as_str() {
                shown.push_str(&format!("{key} {commit}\n"));
            }
        }
        for key in ["counts", "lastError", "pendingApproval"] {
            if !status[key].is_null() {
                shown.push_str(&format!("{key} {}\n", status[key]));
            }
        }
        for entry in list(&status["history"]) {
            let revision = &entry["revision"];
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            shown.push_str(&format!(
                "{} {} {}: {}\n",
                text(&entry["result"]),
                text(&revision["short"]),
                text(&revision["author"]),
                text(&revision["subject"])
            ));
        }
        self.steady(&shown)
    }

    /// `text` with commits by their numbers, and without what is another one each time.
    fn steady(&self, text: &str) -> String {
        let mut steady = text.replace(&self.namespace, "NAMESPACE");
        steady = steady.replace(&self.repository.url(), "URL");
        for (at, commit) in self.repository.commits.iter().enumerate() {
            let name = format!("COMMIT-{}", at + 1);
            steady = steady.replace(commit, &name).replace(&commit[..8], &name);
        }
        if let Some(digest) = self.sync()["status"]["pendingApproval"]["digest"].as_str() {
            steady = steady.replace(digest, "DIGEST");
        }
        steady
    }
}
