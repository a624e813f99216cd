//! A process that is killed while it writes leaves the old folder or the new.

use crate::needs::{kill_often, scratch, test};
use gitopsc_core::TreePath;
use gitopsc_host::{MARKER, write_file, write_folder};
use gitopsc_test_support::{Test, files};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

pub fn tests() -> Vec<Test> {
    vec![test(
        "whenever it is killed, a folder and a file are whole",
        &[],
        killed,
    )]
}

const FILES: usize = 60;

fn killed() {
    let (_keep, folder) = scratch();
    let mut seen = BTreeSet::new();
    kill_often("write folders", &folder, || seen.extend(whole(&folder)));
    assert!(seen.len() > 1, "no child but one wrote anything: {seen:?}");
}

/// The state that the folder and the file are in, once each is known to be whole.
fn whole(folder: &Path) -> Option<String> {
    let out = folder.join("out");
    // Elsewhere folders cannot be exchanged in one step, and there is none for a moment.
    let in_one_step = cfg!(any(target_os = "linux", target_os = "macos"));
    if !in_one_step && !out.exists() {
        return None;
    }
    let mut found = files(&out);
    assert_eq!(found.remove(0).0, MARKER);
    let contents: BTreeSet<&Vec<u8>> = found.iter().map(|(_, content)| content).collect();
    assert_eq!(
        (found.len(), contents.len()),
        (FILES, 1),
        "a mixed or half-written folder"
    );
    if let Ok(file) = std::fs::read_to_string(folder.join("file")) {
        assert!(file.ends_with("end"), "a half-written file");
    }
    String::from_utf8(found.remove(0).1).ok()
}

/// Writes one folder and one file after the other until it is killed.
pub fn write_folders() -> ExitCode {
    let round = std::env::var("ROUND").unwrap_or_default();
    for number in 0_u64.. {
        let content = format!("{round} {number}");
        let file = |at| {
            (
                TreePath::new(&format!("{}/{at}.yaml", at % 5)),
                content.clone(),
            )
        };
        let written = write_folder(Path::new("out"), (0..FILES).map(file));
        let text = content.repeat(10_000) + "end";
        if written.is_err() || write_file(Path::new("file"), text.as_bytes()).is_err() {
            return ExitCode::FAILURE;
        }
        if number == 0 {
            println!("begun");
        }
    }
    ExitCode::SUCCESS
}
