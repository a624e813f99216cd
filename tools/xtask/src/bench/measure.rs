//! One process measured: its time from start to exit, and the most memory it held.

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
    let measured = memory(&command());
    let first = start.elapsed();
    let memory = measured.map(|(kib, _)| kib);
    if first > LONG && measured.is_some_and(|(_, succeeded)| succeeded || lenient) {
        return Ok(Cost {
            time: first,
            memory,
        });
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
    Ok(Cost {
        time: fastest,
        memory,
    })
}

/// The peak memory of `command` in KiB, told by GNU time where that is installed, and whether it succeeded.
fn memory(command: &Command) -> Option<(u64, bool)> {
    let time = Path::new("/usr/bin/time");
    if !time.exists() || !cfg!(target_os = "linux") {
        return None;
    }
    let mut measured = Command::new(time);
    measured
        .args(["--quiet", "--format", "%M"])
        .arg(command.get_program())
        .args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        measured.current_dir(folder);
    }
    quiet(&mut measured);
    let output = measured.stderr(Stdio::piped()).output().ok()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let kib = said.trim().lines().next_back()?.parse().ok()?;
    Some((kib, output.status.success()))
}

fn quiet(command: &mut Command) {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
}
