//! Where the steps of a case are done, and who answers for what runs behind its Services.

use gitopsc_stand_ins::{Decision, StandIn, admission, conversion};
use gitopsc_test_support::{Folder, files};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Where the steps of a case are done.
pub struct Place {
    case: Folder,
    /// The copy, if it is not done in the case itself.
    copy: Option<TempDir>,
    stands_in: Option<StandIn>,
    /// On which ports somebody has stood in.
    ports: Vec<String>,
}

/// What a stand-in answers.
#[derive(Clone, Copy)]
pub enum StandsIn {
    /// An admission webhook: nothing that is called `refused` may pass.
    Webhook,
    /// A conversion of custom resources whose versions differ in nothing.
    Conversion,
}

impl Place {
    /// Where `steps` of `case` are done.
    pub fn of(case: &Folder, steps: &str) -> Result<Place, String> {
        let is_apart = |line: &str| line.starts_with("git ") || line.starts_with("stand-in ");
        let copy = steps.lines().any(is_apart).then(|| copied(&case.path));
        Ok(Place {
            case: case.clone(),
            copy: copy.transpose()?,
            stands_in: None,
            ports: Vec::new(),
        })
    }

    /// The name of the case.
    pub fn name(&self) -> &str {
        &self.case.name
    }

    /// The folder that commands run in.
    pub fn folder(&self) -> &Path {
        let copy = self.copy.as_ref().map(TempDir::path);
        copy.unwrap_or(&self.case.path)
    }

    /// The text of the file `name`; nothing if it is not there.
    pub fn read(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.folder().join(name)).ok()
    }

    /// Runs `git`, deaf to the machine's configuration, so that commits are the same everywhere.
    pub fn git(&self, arguments: &[&str]) -> Result<String, String> {
        let mut git = Command::new("git");
        git.current_dir(self.folder())
            .args(["-c", "protocol.file.allow=always"])
            .args(["-c", "core.autocrlf=false"])
            .args(arguments)
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .env("HOME", self.folder())
            .env("GIT_CONFIG_NOSYSTEM", "1");
        for who in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{who}_NAME"), "A")
                .env(format!("GIT_{who}_EMAIL"), "a@example.com")
                .env(format!("GIT_{who}_DATE"), "2026-01-01T00:00:00Z");
        }
        let output = git.output().map_err(|error| format!("git: {error}"))?;
        let said = String::from_utf8_lossy(&output.stderr);
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            false => Err(format!("git {arguments:?}: {said}")),
        }
    }

    /// Lets somebody answer on `address`, which the server knows as `name`.
    pub fn begin(&mut self, what: StandsIn, address: &str, name: &str) -> Result<String, String> {
        let address = address.parse().map_err(|error| format!("{error}"))?;
        let stands_in = match what {
            StandsIn::Webhook => StandIn::start(address, name, admission(decide)),
            StandsIn::Conversion => {
                StandIn::start(address, name, conversion(|object, _| Ok(object)))
            }
        };
        let (port, authority) = (stands_in.port().to_string(), stands_in.ca_bundle());
        for (path, bytes) in files(&self.case.path) {
            let text = String::from_utf8_lossy(&bytes);
            let text = text.replace("PORT", &port).replace("CA_BUNDLE", &authority);
            let written = std::fs::write(self.folder().join(path), text);
            written.map_err(|error| error.to_string())?;
        }
        self.stands_in = Some(stands_in);
        self.ports.push(port);
        Ok(String::new())
    }

    /// `printed` without the ports of stand-ins, which are others each time.
    pub fn without_ports(&self, printed: &str) -> String {
        let all = self.ports.iter();
        all.fold(printed.to_owned(), |printed, port| {
            printed.replace(port, "PORT")
        })
    }

    /// Nobody answers any more.
    pub fn end(&mut self) -> Result<String, String> {
        let stands_in = self.stands_in.take().ok_or("nobody stands in")?;
        Ok(format!(
            "{}\n",
            match stands_in.calls() {
                0 => "it was never asked",
                _ => "it was asked",
            }
        ))
    }
}

fn decide(request: &serde_json::Value) -> Decision {
    match request["name"].as_str() {
        Some("refused") => Decision::Deny("it is called refused".to_owned()),
        _ => Decision::Allow,
    }
}

/// A copy of `folder` outside of any repository.
fn copied(folder: &Path) -> Result<TempDir, String> {
    let copy = || {
        let copy = tempfile::tempdir()?;
        for (path, bytes) in files(folder) {
            let path = copy.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap_or(copy.path()))?;
            std::fs::write(path, bytes)?;
        }
        Ok(copy)
    };
    copy().map_err(|error: std::io::Error| error.to_string())
}
