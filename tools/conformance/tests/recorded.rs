//! Cases of our own in `testdata/kustomize`, whose output was recorded from the real program.

use gitopsc_conformance::case::check;
use gitopsc_test_support::{Outcome, Test, folders, run, workspace};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cases = folders(&workspace().join("testdata/kustomize"));
    let tests = cases
        .into_iter()
        .map(|folder| Test::new(folder.name.clone(), move || Outcome::from(check(&folder))));
    run(tests.collect())
}
