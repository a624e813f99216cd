//! Runs named tests and reports as Rust's own test programs do.

#![allow(clippy::print_stdout, reason = "a test runner prints")]

use crate::arguments::Arguments;
use crate::place::Missing;
use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;

/// What became of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As expected.
    Passed,
    /// Not as expected; the text says how.
    Failed(String),
    /// Not run; the text says what is missing.
    Ignored(String),
}

impl From<Result<(), String>> for Outcome {
    fn from(result: Result<(), String>) -> Outcome {
        result.map_or_else(Outcome::Failed, |()| Outcome::Passed)
    }
}

impl From<Missing> for Outcome {
    fn from(missing: Missing) -> Outcome {
        Outcome::Ignored(missing.to_string())
    }
}

/// One named test.
pub struct Test {
    name: String,
    body: Box<dyn FnOnce() -> Outcome + Send>,
}

impl Test {
    /// A test that runs `body`.
    pub fn new(name: impl Into<String>, body: impl FnOnce() -> Outcome + Send + 'static) -> Test {
        Test {
            name: name.into(),
            body: Box::new(body),
        }
    }
}

/// Runs `tests`, those that the arguments of the process select, on all cores, and says how it went.
#[must_use]
pub fn run(tests: Vec<Test>) -> ExitCode {
    let arguments = Arguments::parse(std::env::args().skip(1));
    let all = tests.len();
    let chosen: Vec<Test> = tests
        .into_iter()
        .filter(|test| arguments.select(&test.name))
        .collect();
    if arguments.list {
        for test in &chosen {
            println!("{}: test", test.name);
        }
        return ExitCode::SUCCESS;
    }
    println!("\nrunning {} tests", chosen.len());
    let filtered = all - chosen.len();
    let threads = arguments.threads.unwrap_or_else(cores);
    let mut tally = Tally::default();
    run_in_order(chosen, threads, &mut |name, outcome| {
        tally.add(name, outcome)
    });
    tally.close(filtered)
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Runs `tests` on `threads` threads and tells `report` of each in the order of the list, as soon as that can be.
fn run_in_order(tests: Vec<Test>, threads: usize, report: &mut dyn FnMut(String, Outcome)) {
    let waiting = Mutex::new(tests.into_iter().enumerate());
    let (send, receive) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            let (waiting, send) = (&waiting, send.clone());
            scope.spawn(move || {
                let next = || {
                    waiting
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .next()
                };
                while let Some((at, test)) = next() {
                    let done = (at, test.name, outcome(test.body));
                    if send.send(done).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let mut early = BTreeMap::new();
        let mut next = 0;
        for (at, name, outcome) in receive {
            early.insert(at, (name, outcome));
            while let Some((name, outcome)) = early.remove(&next) {
                report(name, outcome);
                next += 1;
            }
        }
    });
}

/// Runs `body`; that it panics is a failure of it alone.
fn outcome(body: Box<dyn FnOnce() -> Outcome + Send>) -> Outcome {
    catch_unwind(AssertUnwindSafe(body))
        .unwrap_or_else(|panic| Outcome::Failed(format!("it panicked: {}", words(panic.as_ref()))))
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a message")
}

/// What was counted so far.
#[derive(Default)]
struct Tally {
    passed: usize,
    ignored: usize,
    failed: Vec<(String, String)>,
}

impl Tally {
    fn add(&mut self, name: String, outcome: Outcome) {
        match outcome {
            Outcome::Passed => {
                self.passed += 1;
                println!("test {name} ... ok");
            }
            Outcome::Ignored(reason) => {
                self.ignored += 1;
                println!("test {name} ... ignored, {reason}");
            }
            Outcome::Failed(why) => {
                println!("test {name} ... FAILED");
                self.failed.push((name, why));
            }
        }
    }

    fn close(self, filtered: usize) -> ExitCode {
        for (name, why) in &self.failed {
            println!("\n---- {name} ----\n{why}");
        }
        let verdict = if self.failed.is_empty() {
            "ok"
        } else {
            "FAILED"
        };
        println!(
            "\ntest result: {verdict}. {} passed; {} failed; {} ignored; 0 measured; {filtered} filtered out\n",
            self.passed,
            self.failed.len(),
            self.ignored
        );
        ExitCode::from(u8::from(!self.failed.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Test, run_in_order};

    #[test]
    fn outcomes_are_told_in_the_order_of_the_list() {
        let tests = (0..50).map(|at| {
            Test::new(format!("{at}"), move || match at % 3 {
                0 => Outcome::Passed,
                1 => Outcome::Ignored("needs rest".to_owned()),
                _ => Outcome::Failed("no".to_owned()),
            })
        });
        let mut names = Vec::new();
        run_in_order(tests.collect(), 4, &mut |name, _| names.push(name));
        let wanted: Vec<String> = (0..50).map(|at| at.to_string()).collect();
        assert_eq!(names, wanted);
    }

    #[test]
    fn a_panic_fails_its_test_alone() {
        let broken = Test::new("broken", || panic!("on purpose"));
        let sound = Test::new("sound", || Outcome::Passed);
        let mut outcomes = Vec::new();
        run_in_order(vec![broken, sound], 1, &mut |_, outcome| {
            outcomes.push(outcome)
        });
        let why = "it panicked: on purpose".to_owned();
        assert_eq!(outcomes, [Outcome::Failed(why), Outcome::Passed]);
    }
}
