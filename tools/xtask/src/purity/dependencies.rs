//! What the pure crates depend on, compared with a list for each.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// A pure crate and the names of the packages it depends on outside its tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PureCrate {
    pub(crate) name: String,
    dependencies: BTreeSet<String>,
    has_build_script: bool,
}

/// The pure crates among `metadata`: all of `lib` but `lib/host`, and `compiler`.
pub(crate) fn pure_crates(metadata: &Value, workspace: &Path) -> Vec<PureCrate> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let is_pure = |package: &&Value| {
        let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
        let folder = manifest.parent().unwrap_or(manifest);
        let folder = folder.strip_prefix(workspace).unwrap_or(folder);
        (folder.starts_with("lib") && folder != Path::new("lib/host"))
            || folder == Path::new("compiler")
    };
    let mut crates: Vec<PureCrate> = packages.filter(is_pure).map(pure_crate).collect();
    crates.sort_by(|a, b| a.name.cmp(&b.name));
    crates
}

fn pure_crate(package: &Value) -> PureCrate {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let dependencies = package["dependencies"].as_array().into_iter().flatten();
    let outside_tests = dependencies.filter(|dependency| dependency["kind"] != "dev");
    let targets = package["targets"].as_array().into_iter().flatten();
    let kinds = targets.flat_map(|target| target["kind"].as_array().into_iter().flatten());
    PureCrate {
        name: text(&package["name"]),
        dependencies: outside_tests
            .map(|dependency| text(&dependency["name"]))
            .collect(),
        has_build_script: kinds.into_iter().any(|kind| kind == "custom-build"),
    }
}

/// Compares `crates` with their lists in `folder`.
///
/// # Errors
/// All differences.
pub(crate) fn check(crates: &[PureCrate], folder: &Path) -> Result<(), String> {
    let mut wrong = Vec::new();
    for pure in crates {
        let file = folder.join(format!("{}.txt", pure.name));
        match std::fs::read_to_string(&file) {
            Ok(list) => wrong.extend(differences(pure, &list)),
            Err(error) => wrong.push(format!("{}: {error}", file.display())),
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

/// What is wrong with `pure`, whose list of permitted dependencies is `list`.
fn differences(pure: &PureCrate, list: &str) -> Vec<String> {
    let permitted: BTreeSet<String> = list
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect();
    let name = &pure.name;
    let added = pure.dependencies.difference(&permitted).map(|dependency| {
        format!("{name} depends on {dependency}, which tools/purity/dependencies/{name}.txt does not list")
    });
    let gone = permitted.difference(&pure.dependencies).map(|dependency| {
        format!("tools/purity/dependencies/{name}.txt lists {dependency}, which {name} does not depend on")
    });
    let script = pure
        .has_build_script
        .then(|| format!("{name} has a build script"));
    added.chain(gone).chain(script).collect()
}

#[cfg(test)]
mod tests {
    use super::{differences, pure_crates};
    use serde_json::json;
    use std::path::Path;

    #[test]
    fn an_unlisted_dependency_a_stale_line_and_a_build_script_are_found() {
        let package = |folder: &str, dependencies: serde_json::Value, kind: &str| {
            json!({
                "name": format!("gitopsc-{}", folder.rsplit('/').next().unwrap()),
                "manifest_path": format!("/w/{folder}/Cargo.toml"),
                "dependencies": dependencies,
                "targets": [{"kind": [kind]}],
            })
        };
        let metadata = json!({"packages": [
            package("lib/host", json!([{"name": "tokio", "kind": null}]), "lib"),
            package("tools/xtask", json!([]), "bin"),
            package("lib/yaml", json!([
                {"name": "ecow", "kind": null},
                {"name": "tokio", "kind": null},
                {"name": "proptest", "kind": "dev"},
            ]), "custom-build"),
            package("compiler", json!([]), "lib"),
        ]});
        let crates = pure_crates(&metadata, Path::new("/w"));
        let names: Vec<&str> = crates.iter().map(|pure| pure.name.as_str()).collect();
        assert_eq!(names, ["gitopsc-compiler", "gitopsc-yaml"]);
        assert!(differences(&crates[0], "# none\n").is_empty());
        let wrong = differences(&crates[1], "ecow\nold\n");
        assert_eq!(wrong.len(), 3, "{wrong:?}");
        assert!(
            wrong[0].contains("tokio") && wrong[1].contains("old") && wrong[2].contains("script")
        );
    }
}
