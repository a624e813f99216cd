//! Released programs that ours is compared with: the table of them, where each is kept, how one is run.
//!
//! They are installed by `cargo xtask oracles install`. A test that wants one and does not find it is
//! ignored. They run with no way to the network, so that the same input gives the same answer everywhere,
//! and within limits: some of what they are given is meant to make a program eat all memory.

use crate::cache::cache;
use crate::place::{Missing, workspace};
use std::env::consts::EXE_SUFFIX;
use std::ffi::OsStr;
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
    /// What stands before the program and takes the network away, where the system has that and permits it.
    unshare: Vec<&'static str>,
}

/// What stands before the program and limits its memory (3 GiB) and its time (60 s of computing).
#[cfg(unix)]
const LIMITS: [&str; 4] = [
    "/bin/sh",
    "-c",
    "ulimit -v 3145728 2>/dev/null; ulimit -t 60 2>/dev/null; exec \"$@\"",
    "sh",
];
#[cfg(not(unix))]
const LIMITS: [&str; 0] = [];

impl Runner {
    /// The program, to be run without a network, without other programs and without settings of the user.
    #[must_use]
    pub fn command(&self) -> Command {
        let before = LIMITS.iter().chain(&self.unshare).map(OsStr::new);
        let mut words = before.chain([self.program.as_os_str()]);
        let mut command = Command::new(words.next().unwrap_or(self.program.as_os_str()));
        command.args(words);
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

/// What to put before a program to start it without a network; nothing if that is not permitted here.
fn unshare() -> Vec<&'static str> {
    let program = "/usr/bin/unshare";
    if !Path::new(program).exists() {
        return Vec::new();
    }
    let ways = [
        vec![program, "--net"],
        vec![program, "--map-root-user", "--net"],
    ];
    let permitted = ways.into_iter().find(|words| {
        let mut probe = Command::new(words[0]);
        probe.args(&words[1..]).arg("/bin/true");
        let quiet = probe.stdout(Stdio::null()).stderr(Stdio::null());
        quiet.status().is_ok_and(|status| status.success())
    });
    permitted.unwrap_or_default()
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
