//! Our builds against the real program's, for every directory with a kustomization that is at hand: in the
//! example cluster, in our test data, in the shared trees.
//!
//! The cases of `testdata/kustomize` are asked as their `cmd.json` says; `UPDATE=1` records the real
//! program's answer in them. What we refuse in the shared trees is in `testdata/differential/refused.tsv`.

use gitopsc_conformance::build::{build, one_thread};
use gitopsc_conformance::case::{Question, asked};
use gitopsc_conformance::{Answer, Real, Tree, Verdict, real, refused, verdict};
use gitopsc_core::TreePath;
use gitopsc_kustomize::Options;
use gitopsc_test_support::oracle::{Runner, oracle};
use gitopsc_test_support::{
    Folder, Missing, Outcome, Test, expect, folders, run, shared, workspace,
};
use std::process::ExitCode;
use std::sync::Arc;

fn main() -> ExitCode {
    let kustomize = oracle("kustomize");
    let mut tests = Vec::new();
    for folder in folders(&workspace().join("testdata/kustomize")) {
        tests.push(recorded(folder, kustomize.clone()));
    }
    for (name, path) in own_trees() {
        let tree = Tree::load(&name, &path).expect("our own folders can be read");
        tests.extend(compared(&Arc::new(tree), &kustomize));
    }
    match shared("trees") {
        Err(missing) => tests.push(Test::new("trees", || missing.into())),
        Ok(path) => {
            let trees = folders(&path).into_iter().map(|folder| {
                let tree = Tree::load(&format!("trees/{}", folder.name), &folder.path);
                Arc::new(tree.expect("shared folders can be read"))
            });
            let trees: Vec<Arc<Tree>> = trees.collect();
            for tree in &trees {
                tests.extend(compared(tree, &kustomize));
            }
            tests.push(Test::new(
                "trees: the table of what is refused",
                move || Outcome::from(refused_table(&trees)),
            ));
        }
    }
    run(tests)
}

/// The example cluster and the folders of test data that are not cases of one build.
fn own_trees() -> Vec<(String, std::path::PathBuf)> {
    let mut trees = vec![("cluster".to_owned(), workspace().join("cluster"))];
    for folder in folders(&workspace().join("testdata")) {
        if folder.name != "kustomize" {
            trees.push((format!("testdata/{}", folder.name), folder.path));
        }
    }
    trees
}

/// A test for each kustomization of `tree`.
fn compared(tree: &Arc<Tree>, kustomize: &Result<Runner, Missing>) -> Vec<Test> {
    let test = |directory: &String| {
        let (tree, kustomize) = (Arc::clone(tree), kustomize.clone());
        let question = Question {
            directory: TreePath::new(directory),
            ..Question::default()
        };
        Test::new(
            format!("{}/{directory}", tree.name),
            move || match kustomize {
                Err(missing) => missing.into(),
                Ok(kustomize) => {
                    let verdict = verdict(&kustomize, &tree, &question);
                    Outcome::from(verdict.and_then(Verdict::agreement))
                }
            },
        )
    };
    tree.kustomizations.iter().map(test).collect()
}

/// What we refuse in `trees`, compared with the table.
fn refused_table(trees: &[Arc<Tree>]) -> Result<(), String> {
    let mut table = String::new();
    for tree in trees {
        for directory in &tree.kustomizations {
            let target = TreePath::new(directory);
            let ours = build(&tree.files, &target, Options::default(), &one_thread());
            if let Answer::Refused(findings) = ours {
                let name = tree.name.trim_start_matches("trees/");
                table += &refused::rows(&[name, directory], &findings);
            }
        }
    }
    expect(
        &workspace().join("testdata/differential/refused.tsv"),
        &table,
    )
}

/// A test that the recorded answer of a case is still the real program's.
fn recorded(folder: Folder, kustomize: Result<Runner, Missing>) -> Test {
    let name = format!("testdata/kustomize/{}", folder.name);
    Test::new(name, move || match kustomize {
        Err(missing) => missing.into(),
        Ok(kustomize) => Outcome::from(is_as_recorded(&folder, &kustomize)),
    })
}

fn is_as_recorded(folder: &Folder, kustomize: &Runner) -> Result<(), String> {
    let tree = Tree::load(&folder.name, &folder.path.join("in"));
    let tree = tree.map_err(|error| error.to_string())?;
    match real::ask(kustomize, &tree, &asked(folder)?)? {
        Real::Printed(text) => folder.expect("expected.yaml", &text),
        Real::Refused(_) if folder.read("expected.yaml").is_none() => Ok(()),
        Real::Refused(why) => Err(format!(
            "expected.yaml is there, but the real program refuses:\n{why}"
        )),
    }
}
