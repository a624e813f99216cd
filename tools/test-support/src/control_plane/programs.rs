//! The table of programs, and where each is or would be.

use crate::cache::cache;
use crate::place::{Missing, workspace};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::env::{self, consts::EXE_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};

/// A program of the control plane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its file name, without a suffix.
    pub name: String,
    /// The folder of its module below `tools/control-plane`.
    pub module: String,
    /// The Go package that is its `main`.
    pub package: String,
    /// What the linker sets, each `variable=value`.
    pub stamps: Vec<String>,
}

/// All of the table.
///
/// # Panics
/// It cannot be read, or a line has not four columns.
#[must_use]
pub fn programs() -> Vec<Program> {
    let table = fs::read_to_string(sources().join("programs.tsv"));
    let table = table.expect("the table of programs is in the repository");
    let lines = table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(program).collect()
}

fn program(line: &str) -> Program {
    let columns: Vec<String> = line.split('\t').map(str::to_owned).collect();
    let [name, module, package, stamps] =
        <[String; 4]>::try_from(columns).expect("a line of the table has four columns");
    let stamps = stamps.split(' ').filter(|stamp| *stamp != "-");
    Program {
        name,
        module,
        package,
        stamps: stamps.map(str::to_owned).collect(),
    }
}

/// Which programs of a whole control plane are not there.
#[must_use]
pub fn missing() -> Vec<Program> {
    let all = programs().into_iter();
    all.filter(|program| program.find().is_none()).collect()
}

/// The folder of what nodes and pods do.
#[must_use]
pub fn stages() -> PathBuf {
    sources().join("stages")
}

fn sources() -> PathBuf {
    workspace().join("tools/control-plane")
}

impl Program {
    /// Where it is: in the folder that `KUBEBUILDER_ASSETS` names, else where it is built; `None` if in neither.
    #[must_use]
    pub fn find(&self) -> Option<PathBuf> {
        let folders = assets().into_iter().chain([self.folder()]);
        folders
            .map(|folder| folder.join(self.file()))
            .find(|path| path.is_file())
    }

    /// Its file name on this system.
    #[must_use]
    pub fn file(&self) -> String {
        format!("{}{EXE_SUFFIX}", self.name)
    }

    /// The folder of its module's sources.
    #[must_use]
    pub fn sources(&self) -> PathBuf {
        sources().join(&self.module)
    }

    /// The folder for the built programs of its module: one for each state of the module and of the table, so
    /// that what is there is what would be built.
    ///
    /// # Panics
    /// The module cannot be read.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        let mut state = Sha256::new();
        let mut files = module_files(&self.sources());
        files.push(sources().join("programs.tsv"));
        for file in files {
            let text = fs::read(&file).expect("a module's files can be read");
            state.update(Sha256::digest(text));
        }
        let digest = state.finalize();
        let start: String = digest
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let name = format!("{}-{start}", self.module);
        cache().join("control-plane").join(name)
    }
}

/// The files of a module in order: `go.mod`, `go.sum` and Go sources.
fn module_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a module's folder can be read");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a module's folder can be read").path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}

/// The folder that the user named for programs of a control plane.
fn assets() -> Option<PathBuf> {
    env::var_os("KUBEBUILDER_ASSETS")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// The folders in which programs are looked for, in this order.
pub(super) fn folders() -> Vec<PathBuf> {
    let built: BTreeSet<PathBuf> = programs().iter().map(Program::folder).collect();
    assets().into_iter().chain(built).collect()
}

/// The program called `name`.
///
/// # Errors
/// It is not there, as a reason to ignore a test.
pub(super) fn find(name: &str) -> Result<PathBuf, Missing> {
    let known = programs().into_iter().find(|program| program.name == name);
    known
        .and_then(|program| program.find())
        .ok_or_else(|| Missing("the control plane".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{Program, programs};
    use std::collections::BTreeSet;

    #[test]
    fn the_table_names_each_program_once_with_a_module_that_is_there() {
        let table = programs();
        let names: BTreeSet<&str> = table.iter().map(|program| program.name.as_str()).collect();
        assert_eq!(names.len(), 7);
        assert_eq!(names.len(), table.len());
        for program in &table {
            assert!(program.sources().join("go.mod").is_file(), "{program:?}");
        }
    }

    #[test]
    fn programs_of_one_module_lie_together_and_modules_apart() {
        let folders: BTreeSet<_> = programs().iter().map(Program::folder).collect();
        let modules: BTreeSet<_> = programs()
            .into_iter()
            .map(|program| program.module)
            .collect();
        assert_eq!(folders.len(), modules.len());
    }
}
