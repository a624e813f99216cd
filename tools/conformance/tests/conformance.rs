//! The shared cases derived from Kustomize's own tests, each a test by its folder's name.
//!
//! That a case is refused is all that its record asks for; what we say there is in
//! `testdata/conformance/refused.tsv`, so that nothing is refused for a wrong reason unseen.

use gitopsc_conformance::case::{asked, check, ours};
use gitopsc_conformance::{Answer, refused};
use gitopsc_test_support::{Folder, Outcome, Test, expect, folders, run, shared, workspace};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cases = match shared("conformance/kustomize") {
        Ok(cases) => folders(&cases),
        Err(missing) => return run(vec![Test::new("conformance", || missing.into())]),
    };
    let case = |folder: &Folder| {
        let folder = folder.clone();
        Test::new(folder.name.clone(), move || Outcome::from(check(&folder)))
    };
    let mut tests: Vec<Test> = cases.iter().map(case).collect();
    tests.push(Test::new("the table of what is refused", move || {
        Outcome::from(refused_table(&cases))
    }));
    run(tests)
}

fn refused_table(cases: &[Folder]) -> Result<(), String> {
    let mut table = String::new();
    for folder in cases {
        if folder.read("expected_error.txt").is_none() {
            continue;
        }
        if let Answer::Refused(findings) = ours(folder, &asked(folder)?) {
            table += &refused::rows(&[&folder.name], &findings);
        }
    }
    expect(
        &workspace().join("testdata/conformance/refused.tsv"),
        &table,
    )
}
