//! Released programs that ours is compared with: the table of them, where each is kept, how one is run.
//!
//! They are installed by `cargo xtask oracles install`. A test that wants one and does not find it is
//! ignored. They run with no way to the network, so that the same input gives the same answer everywhere.

use crate::cache::cache;
use crate::place::{Missing, workspace};
use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// One line of the table: a program in one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oracle {
    /// What it is called here.
    pub name: String,
    /// The Go package that is its `main`.
    pub package: String,
    /// Its version.
    pub version: String,
    /// The file name of the program, without a suffix.
    pub program: String,
}

/// All of the table.
///
/// # Panics
/// It cannot be read, or a line has not four columns.
#[must_use]
pub fn oracles() -> Vec<Oracle> {
    let file = workspace().join("tools/oracles/oracles.tsv");
    let table = std::fs::read_to_string(file).expect("the table of oracles is in the repository");
    let lines = table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    let oracle = |line: &str| {
        let columns: Vec<String> = line.split('\t').map(str::to_owned).collect();
        let [name, package, version, program] =
            <[String; 4]>::try_from(columns).expect("a line of the table has four columns");
        Oracle {
            name,
            package,
            version,
            program,
        }
    };
    lines.map(oracle).collect()
}

/// The oracle called `name`, ready to run.
///
/// # Errors
/// That it is not installed, as a reason to ignore a test.
pub fn oracle(name: &str) -> Result<Runner, Missing> {
    let missing = || Missing(format!("the oracle {name}"));
    let oracle = oracles().into_iter().find(|oracle| oracle.name == name);
    let oracle = oracle.ok_or_else(missing)?;
    let program = oracle.path();
    if !program.is_file() {
        return Err(missing());
    }
    Ok(Runner {
        oracle,
        program,
        unshare: unshare(),
    })
}

impl Oracle {
    /// Where it is, or would be.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        let file = format!("{}{EXE_SUFFIX}", self.program);
        self.folder().join(file)
    }

    /// The folder that holds this version alone.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        let name = format!("{}-{}", self.name, self.version);
        cache().join("oracles").join(name)
    }
}

/// An installed oracle.
#[derive(Clone, Debug)]
pub struct Runner {
    /// Which one.
    pub oracle: Oracle,
    program: PathBuf,
    /// The command that takes the network away, where the system has one and permits it.
    unshare: Option<Vec<&'static str>>,
}

impl Runner {
    /// The program, to be run without a network, without other programs and without settings of the user.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = match &self.unshare {
            None => Command::new(&self.program),
            Some(words) => {
                let mut command = Command::new(words[0]);
                command.args(&words[1..]).arg(&self.program);
                command
            }
        };
        let kept = ["SystemRoot", "TMPDIR", "TEMP", "TMP"];
        let kept = kept.map(|name| (name, std::env::var_os(name)));
        command.env_clear().stdin(Stdio::null());
        for (name, value) in kept {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        // Nothing listens at port 9; without a PATH there is no git to be started.
        for proxy in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            command.env(proxy, "http://127.0.0.1:9");
        }
        command.env("PATH", "").env("HOME", self.oracle.folder());
        command
    }
}

/// How to start a program without a network, if that is permitted here.
fn unshare() -> Option<Vec<&'static str>> {
    let program = "/usr/bin/unshare";
    if !Path::new(program).exists() {
        return None;
    }
    let ways = [
        vec![program, "--net"],
        vec![program, "--map-root-user", "--net"],
    ];
    ways.into_iter().find(|words| {
        let mut probe = Command::new(words[0]);
        probe.args(&words[1..]).arg("/bin/true");
        let quiet = probe.stdout(Stdio::null()).stderr(Stdio::null());
        quiet.status().is_ok_and(|status| status.success())
    })
}

#[cfg(test)]
mod tests {
    use super::oracles;
    use std::collections::BTreeSet;

    #[test]
    fn the_table_names_each_oracle_once_and_its_version_exactly() {
        let table = oracles();
        let names: BTreeSet<&str> = table.iter().map(|oracle| oracle.name.as_str()).collect();
        assert!(!names.is_empty());
        assert_eq!(names.len(), table.len());
        assert!(table.iter().all(|oracle| oracle.version.starts_with('v')));
    }
}
