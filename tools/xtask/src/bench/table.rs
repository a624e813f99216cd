//! The figures as a Markdown table.

use super::measure::Cost;
use super::rows::Row;
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

/// Stand around a table in the document; the first one names what makes it.
pub(super) const BEGIN: &str = "<!-- made by cargo xtask bench --write -->";
const END: &str = "<!-- end of what is made -->";

/// The table of `rows`, and where they were measured.
pub(super) fn table(rows: &[Row], machine: &str) -> String {
    let mut text = format!("Measured on: {machine}.\n\n");
    text += "| what | kustomize 5.8.1 | gitopsc, one thread | gitopsc | times faster | memory | kustomize's memory | memory a pair |\n";
    text += "| --- | --- | --- | --- | --- | --- | --- | --- |\n";
    for row in rows {
        let real = row
            .real
            .map_or_else(|| "-".to_owned(), |real| shown(real.time));
        let factor = row.real.map_or_else(
            || "-".to_owned(),
            |real| {
                let factor = |ours: Cost| real.time.as_secs_f64() / ours.time.as_secs_f64();
                format!(
                    "{:.0} (one thread: {:.0})",
                    factor(row.many),
                    factor(row.one)
                )
            },
        );
        let each = match (row.pairs, row.many.memory) {
            (Some(pairs), Some(kib)) => format!("{:.1} KiB", kib as f64 / pairs as f64),
            _ => "-".to_owned(),
        };
        writeln!(
            text,
            "| {} | {real} | {} | {} | {factor} | {} | {} | {each} |",
            row.what,
            shown(row.one.time),
            shown(row.many.time),
            mebibytes(row.many.memory),
            mebibytes(row.real.and_then(|real| real.memory)),
        )
        .expect("a string takes any text");
    }
    text
}

/// A time with a unit that suits it.
pub(super) fn shown(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1e3;
    match milliseconds {
        ..10.0 => format!("{milliseconds:.1} ms"),
        ..1000.0 => format!("{milliseconds:.0} ms"),
        _ => format!("{:.2} s", milliseconds / 1e3),
    }
}

/// Memory, or a dash where it is not known.
pub(super) fn mebibytes(kib: Option<u64>) -> String {
    kib.map_or_else(
        || "-".to_owned(),
        |kib| format!("{:.1} MiB", kib as f64 / 1024.0),
    )
}

/// Puts `table` between the mark `begin` and the next end in the document at `path`.
///
/// # Errors
/// The document cannot be read or written, or has no marks.
pub(super) fn write(path: &Path, begin: &str, table: &str) -> Result<(), String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))?;
    let (before, rest) = text
        .split_once(begin)
        .ok_or_else(|| format!("{shown} has no line {begin}"))?;
    let (_, after) = rest
        .split_once(END)
        .ok_or_else(|| format!("{shown} has no line {END}"))?;
    let text = format!("{before}{begin}\n\n{table}\n{END}{after}");
    std::fs::write(path, text).map_err(|error| format!("{shown}: {error}"))
}
