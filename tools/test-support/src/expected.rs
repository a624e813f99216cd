//! Expected text in files: compared, or rewritten when asked to.

use std::path::Path;

/// Compares `actual` with the file at `path`, or writes it there if `UPDATE` is set in the environment.
///
/// # Errors
/// The first line that differs.
pub fn expect(path: &Path, actual: &str) -> Result<(), String> {
    let wanted = std::fs::read_to_string(path).unwrap_or_default();
    if wanted == actual && path.exists() {
        return Ok(());
    }
    if std::env::var_os("UPDATE").is_some() {
        return write(path, actual).map_err(|error| format!("{}: {error}", path.display()));
    }
    Err(format!(
        "{}: {}\nUPDATE=1 rewrites the file",
        path.display(),
        difference(&wanted, actual)
    ))
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)
}

/// The first line in which two texts differ, with the lines around it.
#[must_use]
pub fn difference(wanted: &str, actual: &str) -> String {
    let (wanted, actual): (Vec<&str>, Vec<&str>) = (lines(wanted), lines(actual));
    let same = wanted
        .iter()
        .zip(&actual)
        .take_while(|(a, b)| a == b)
        .count();
    let around = |lines: &[&str]| {
        let from = same.saturating_sub(3).min(lines.len());
        lines[from..lines.len().min(same + 4)].join("\n")
    };
    format!(
        "line {} differs\n--- wanted\n{}\n--- actual\n{}",
        same + 1,
        around(&wanted),
        around(&actual)
    )
}

/// The lines, so that a missing last line break and a carriage return count.
fn lines(text: &str) -> Vec<&str> {
    text.split('\n').collect()
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn the_first_difference_is_shown() {
        let shown = difference("a\nb\nc\n", "a\nx\nc\n");
        assert_eq!(
            shown,
            "line 2 differs\n--- wanted\na\nb\nc\n\n--- actual\na\nx\nc\n"
        );
    }

    #[test]
    fn a_missing_last_line_break_is_a_difference() {
        assert!(difference("a\n", "a").starts_with("line 2 differs"));
    }
}
