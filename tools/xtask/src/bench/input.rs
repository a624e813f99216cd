//! The input that is measured: pairs of a Deployment and the ConfigMap that it reads, in several layouts.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// How the pairs lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// All in one file.
    OneFile,
    /// A folder for each, listed by one kustomization.
    Folders,
}

/// One pair.
fn pair(number: usize) -> String {
    format!(
        "apiVersion: apps/v1\n\
         kind: Deployment\n\
         metadata:\n  name: app-{number}\n  labels:\n    app: app-{number}\n\
         spec:\n  replicas: 2\n  selector:\n    matchLabels:\n      app: app-{number}\n\
         \x20 template:\n    metadata:\n      labels:\n        app: app-{number}\n\
         \x20   spec:\n      containers:\n      - name: main\n        image: registry.example.com/app:{number}\n\
         \x20       envFrom:\n        - configMapRef:\n            name: config-{number}\n\
         \x20       ports:\n        - containerPort: 8080\n\
         ---\n\
         apiVersion: v1\n\
         kind: ConfigMap\n\
         metadata:\n  name: config-{number}\n\
         data:\n  LEVEL: info\n  greeting: \"hello {number}\"\n"
    )
}

/// Writes `text` to the file `path`, and its folders.
fn put(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}

/// Makes the folder `folder` anew: `count` pairs and a kustomization with `fields`.
pub(super) fn pairs(
    folder: &Path,
    count: usize,
    layout: Layout,
    fields: &str,
) -> io::Result<PathBuf> {
    clear(folder)?;
    let mut kustomization = String::from("resources:\n");
    match layout {
        Layout::OneFile => {
            let all: Vec<String> = (0..count).map(pair).collect();
            put(&folder.join("all.yaml"), &all.join("---\n"))?;
            kustomization += "- all.yaml\n";
        }
        Layout::Folders => {
            for number in 0..count {
                let name = format!("pair-{number:04}");
                put(&folder.join(&name).join("pair.yaml"), &pair(number))?;
                put(
                    &folder.join(&name).join("kustomization.yaml"),
                    "resources:\n- pair.yaml\n",
                )?;
                writeln!(kustomization, "- {name}").expect("a string takes any text");
            }
        }
    }
    put(
        &folder.join("kustomization.yaml"),
        &(kustomization + fields),
    )?;
    Ok(folder.to_owned())
}

/// `count` pairs under a chain of `depth` overlays; the directory of the topmost one.
pub(super) fn chain(folder: &Path, count: usize, depth: usize) -> io::Result<PathBuf> {
    clear(folder)?;
    pairs(&folder.join("level-0"), count, Layout::OneFile, "")?;
    for level in 1..=depth {
        let text = format!(
            "namePrefix: l{level}-\nresources:\n- ../level-{}\n",
            level - 1
        );
        put(
            &folder.join(format!("level-{level}/kustomization.yaml")),
            &text,
        )?;
    }
    Ok(folder.join(format!("level-{depth}")))
}

/// `count` pairs under `width` overlays side by side; the directory of what lists them.
pub(super) fn siblings(folder: &Path, count: usize, width: usize) -> io::Result<PathBuf> {
    clear(folder)?;
    pairs(&folder.join("base"), count, Layout::OneFile, "")?;
    let mut top = String::from("resources:\n");
    for sibling in 0..width {
        let text = format!("namePrefix: s{sibling}-\nresources:\n- ../base\n");
        put(
            &folder.join(format!("sibling-{sibling}/kustomization.yaml")),
            &text,
        )?;
        writeln!(top, "- ../sibling-{sibling}").expect("a string takes any text");
    }
    put(&folder.join("top/kustomization.yaml"), &top)?;
    Ok(folder.join("top"))
}

/// A cluster of `units` units of `objects` objects each.
pub(super) fn cluster(folder: &Path, units: usize, objects: usize) -> io::Result<PathBuf> {
    clear(folder)?;
    put(&folder.join("gitopsc.yaml"), "layers: [apps]\n")?;
    for unit in 0..units {
        let name = folder.join(format!("apps/unit-{unit:03}"));
        let fields = format!("namespace: unit-{unit}\n");
        pairs(&name, objects / 2, Layout::OneFile, &fields)?;
    }
    Ok(folder.to_owned())
}

/// `count` copies of the file `encrypted`, each with a kustomization that gives it another name.
pub(super) fn secrets(folder: &Path, count: usize, encrypted: &Path) -> io::Result<PathBuf> {
    clear(folder)?;
    let text = fs::read_to_string(encrypted)?;
    let mut top = String::from("resources:\n");
    for number in 0..count {
        let name = format!("secret-{number:04}");
        let own = format!("namePrefix: s{number}-\nresources:\n- secret.yaml\n");
        put(&folder.join(&name).join("secret.yaml"), &text)?;
        put(&folder.join(&name).join("kustomization.yaml"), &own)?;
        writeln!(top, "- {name}").expect("a string takes any text");
    }
    put(&folder.join("kustomization.yaml"), &top)?;
    Ok(folder.to_owned())
}

/// One kustomization of `objects` objects, a tenth of them Deployments that each read 100 keys of ConfigMaps.
pub(super) fn references(folder: &Path, objects: usize) -> io::Result<PathBuf> {
    clear(folder)?;
    let deployments = objects / 10;
    let maps = objects - deployments;
    let mut text = String::new();
    for number in 0..deployments {
        write!(
            text,
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{number}\nspec:\n  template:\n    spec:\n\
             \x20     containers:\n      - name: main\n        image: registry.example.com/app\n        env:\n"
        )
        .expect("a string takes any text");
        for key in 0..100 {
            let map = (number * 7 + key) % maps;
            writeln!(
                text,
                "        - name: V{key}\n          valueFrom: {{configMapKeyRef: {{name: config-{map}, key: a}}}}"
            )
            .expect("a string takes any text");
        }
    }
    for number in 0..maps {
        write!(
            text,
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: config-{number}\ndata: {{a: b}}\n"
        )
        .expect("a string takes any text");
    }
    put(&folder.join("all.yaml"), &text)?;
    put(
        &folder.join("kustomization.yaml"),
        "resources:\n- all.yaml\n",
    )?;
    Ok(folder.to_owned())
}

/// A kustomization of one ConfigMap.
pub(super) fn smallest(folder: &Path) -> io::Result<PathBuf> {
    clear(folder)?;
    put(
        &folder.join("kustomization.yaml"),
        "resources:\n- config.yaml\n",
    )?;
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  b: c\n";
    put(&folder.join("config.yaml"), config)?;
    Ok(folder.to_owned())
}

fn clear(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
