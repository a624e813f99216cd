//! On what figures were measured.

use std::fs;
use std::process::Command;
use std::thread::available_parallelism;

/// Processor, cores, memory, system and compiler, as far as they can be told.
pub(super) fn named() -> String {
    let cores = available_parallelism().map_or(1, std::num::NonZero::get);
    let processor =
        field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let memory = field("/proc/meminfo", "MemTotal")
        .and_then(|text| text.trim_end_matches(" kB").parse::<u64>().ok())
        .map_or(String::new(), |kib| {
            format!(", {} GiB of memory", (kib + (1 << 19)) >> 20)
        });
    let system = said("uname", &["-sr"]);
    let compiler = said("rustc", &["--version"]);
    format!("{processor}, {cores} cores{memory}; {system}; {compiler}")
}

/// The first value under `name` in a file of `name : value` lines.
fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let mut pairs = text.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = pairs.find(|(key, _)| key.trim() == name)?;
    Some(value.trim().to_owned())
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or_else(
        |_| std::env::consts::OS.to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}
