//! One process measured: its time from start to exit, its time on processors, and the most memory it held.

use crate::shell;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a process took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    /// From start to exit, the fastest of several runs.
    pub(super) time: Duration,
    /// The most memory it held, in KiB, where that can be measured.
    pub(super) memory: Option<u64>,
    /// Its own time and the system's for it on all processors, where that can be measured.
    pub(super) cpu: Option<Duration>,
}

impl Cost {
    /// The least of each figure of both.
    pub(super) fn least(self, other: Cost) -> Cost {
        Cost {
            time: self.time.min(other.time),
            memory: least(self.memory, other.memory),
            cpu: least(self.cpu, other.cpu),
        }
    }
}

fn least<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    one.into_iter().chain(other).min()
}

/// What takes longer than this is run once.
const LONG: Duration = Duration::from_secs(2);

/// Runs `command` once for its memory and `times` times for its time, unless it takes so long that the first
/// run has to do for both. Whether it succeeds does not matter if `lenient`.
///
/// # Errors
/// It cannot be started, or fails.
pub(super) fn cost(
    times: usize,
    lenient: bool,
    command: &dyn Fn() -> Command,
) -> Result<Cost, String> {
    let start = Instant::now();
    let used = used(&command());
    let first = start.elapsed();
    let cost = |time: Duration| Cost {
        time,
        memory: used.as_ref().map(|used| used.kib),
        cpu: used.as_ref().map(|used| used.cpu),
    };
    let did = used.as_ref().is_some_and(|used| used.succeeded || lenient);
    if first > LONG && did {
        return Ok(cost(first));
    }
    let mut fastest = Duration::MAX;
    for _ in 0..times.max(1) {
        let mut command = command();
        quiet(&mut command);
        let start = Instant::now();
        let status = command
            .status()
            .map_err(|error| shell::cannot_start(&command, &error))?;
        fastest = fastest.min(start.elapsed());
        if !status.success() && !lenient {
            return Err(format!("{} failed: {status}", shell::shown(&command)));
        }
    }
    Ok(cost(fastest))
}

/// Runs `command` once.
///
/// # Errors
/// It cannot be started, or fails; then what it said on standard error.
pub(super) fn once(command: &mut Command) -> Result<Cost, String> {
    let start = Instant::now();
    if let Some(used) = used(command) {
        let time = start.elapsed();
        let cost = Cost {
            time,
            memory: Some(used.kib),
            cpu: Some(used.cpu),
        };
        let failed = || format!("{} failed:\n{}", shell::shown(command), used.said);
        return used.succeeded.then_some(cost).ok_or_else(failed);
    }
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| shell::cannot_start(command, &error))?;
    let time = start.elapsed();
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{} failed:\n{said}", shell::shown(command)));
    }
    Ok(Cost {
        time,
        memory: None,
        cpu: None,
    })
}

/// What GNU time says of a process.
struct Used {
    /// The most memory that it held, in KiB.
    kib: u64,
    /// Its time on processors.
    cpu: Duration,
    succeeded: bool,
    /// What it said on standard error.
    said: String,
}

/// Runs `command` under GNU time, where that is installed.
fn used(command: &Command) -> Option<Used> {
    let time = Path::new("/usr/bin/time");
    if !time.exists() || !cfg!(target_os = "linux") {
        return None;
    }
    let mut measured = Command::new(time);
    measured
        .args(["--quiet", "--format", "%M %U %S"])
        .arg(command.get_program())
        .args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        measured.current_dir(folder);
    }
    quiet(&mut measured);
    let output = measured.stderr(Stdio::piped()).output().ok()?;
    let all = String::from_utf8_lossy(&output.stderr);
    let (said, last) = all
        .trim_end()
        .rsplit_once('\n')
        .unwrap_or(("", all.trim_end()));
    let mut words = last.split(' ');
    let kib = words.next()?.parse().ok()?;
    let seconds: Vec<f64> = words.map_while(|word| word.parse().ok()).collect();
    Some(Used {
        kib,
        cpu: Duration::from_secs_f64(seconds.iter().sum()),
        succeeded: output.status.success(),
        said: said.to_owned(),
    })
}

fn quiet(command: &mut Command) {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
}
