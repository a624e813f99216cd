//! Input that once found something when fuzzing: `testdata/fuzz/<target>/<file>`.

use gitopsc_conformance::fuzz::TARGETS;
use gitopsc_test_support::{Outcome, Test, files, run, workspace};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut tests = Vec::new();
    for (name, target) in TARGETS {
        for (file, bytes) in files(&workspace().join("testdata/fuzz").join(name)) {
            tests.push(Test::new(format!("{name}/{file}"), move || {
                target(&bytes);
                Outcome::Passed
            }));
        }
    }
    run(tests)
}
