//! The Go sources of `k8s.io/api`, as far as enumerations and lives of APIs need them.
//!
//! They are formatted by gofmt and generated or plain declarations, so lines are read, not a grammar.

use std::collections::BTreeMap;
use std::path::Path;

/// One package of one API version.
pub(super) struct Package {
    /// Its path below `k8s.io/api`, such as `core/v1`.
    pub(super) path: String,
    /// The API group.
    pub(super) group: String,
    /// The API version.
    pub(super) version: String,
    /// The lines of all its files that are no tests.
    pub(super) files: Vec<String>,
}

/// The packages of the module in `directory`.
pub(super) fn packages(directory: &Path) -> Result<Vec<Package>, String> {
    let mut packages = Vec::new();
    for group in folders(directory)? {
        for version in folders(&directory.join(&group))? {
            let path = format!("{group}/{version}");
            let files = files(&directory.join(&path))?;
            let group = files.values().find_map(|text| group_name(text));
            if let Some(group) = group {
                packages.push(Package {
                    path,
                    group,
                    version,
                    files: files.into_values().collect(),
                });
            }
        }
    }
    Ok(packages)
}

/// The value of `const GroupName`.
fn group_name(text: &str) -> Option<String> {
    let line = text
        .lines()
        .find(|line| line.starts_with("const GroupName = "))?;
    Some(line.split('"').nth(1)?.to_owned())
}

fn folders(directory: &Path) -> Result<Vec<String>, String> {
    names(directory, |path| path.is_dir())
}

/// The Go files of `directory` that declare something of its API, by name.
fn files(directory: &Path) -> Result<BTreeMap<String, String>, String> {
    let wanted = |name: &str| {
        let generated = name.starts_with("zz_generated") || name.starts_with("generated.");
        name.ends_with(".go")
            && !name.ends_with("_test.go")
            && (!generated || name == "zz_generated.prerelease-lifecycle.go")
    };
    let names = names(directory, |path| path.is_file())?;
    let wanted = names.into_iter().filter(|name| wanted(name));
    wanted
        .map(|name| Ok((name.clone(), super::read(&directory.join(&name))?)))
        .collect()
}

fn names(directory: &Path, wanted: impl Fn(&Path) -> bool) -> Result<Vec<String>, String> {
    let fault = |error: std::io::Error| format!("{}: {error}", directory.display());
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        names.extend(name.filter(|_| wanted(&path)).map(str::to_owned));
    }
    names.sort();
    Ok(names)
}
