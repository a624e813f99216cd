//! The shared cases derived from Kustomize's own tests, each a test by its folder's name.

use gitopsc_conformance::case::check;
use gitopsc_test_support::{Outcome, Test, folders, run, shared};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cases = match shared("conformance/kustomize") {
        Ok(cases) => cases,
        Err(missing) => return run(vec![Test::new("conformance", || missing.into())]),
    };
    let tests = folders(&cases)
        .into_iter()
        .map(|folder| Test::new(folder.name.clone(), move || Outcome::from(check(&folder))));
    run(tests.collect())
}
