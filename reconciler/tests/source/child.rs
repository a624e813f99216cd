//! Fetches in a process of their own, which is killed, or may write little.

#![allow(clippy::print_stdout, reason = "a parent reads it")]

use crate::site::{PATIENCE, Site, branch, content, incompressible, mirrors, test};
use gitopsc_git_server::Gate;
use gitopsc_reconciler::source::{Access, Limits, Wanted, fetch};
use gitopsc_test_support::Test;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

pub(crate) fn tests() -> Vec<Test> {
    vec![
        test("a fetch that is killed holds nobody up", killed),
        test(
            "a mirror that does not fit on the disk is told as full",
            full,
        ),
    ]
}

/// In a process that a test started: the folder that has mirrors in it, the URL and the authority.
const ARGUMENTS: [&str; 3] = [
    "SOURCE_TEST_FOLDER",
    "SOURCE_TEST_URL",
    "SOURCE_TEST_AUTHORITY",
];

/// Fetches, if this is such a process, and prints the commit, or the class of the failure.
pub(crate) fn fetched() -> Option<ExitCode> {
    let [folder, url, authority] = ARGUMENTS.map(|name| std::env::var(name).ok());
    let mirrors = mirrors(Path::new(&folder?), Limits::default());
    let wanted = Wanted {
        url: url?.into(),
        reference: branch("main"),
        access: Access::anonymous().trusting(authority?.as_bytes()).unwrap(),
        timeout: PATIENCE,
        verify: None,
        previous: None,
    };
    match fetch(&mirrors, &wanted) {
        Ok(fetched) => println!("{}", fetched.commit.id),
        Err(error) => println!("{:?}", error.class()),
    }
    Some(ExitCode::SUCCESS)
}

/// Such a process. What the shell says is in force for it.
fn start(site: &Site, shell: &str) -> Child {
    let program = std::env::current_exe().unwrap();
    let folder = site.folder().display().to_string();
    let values = [
        folder,
        site.server.url("site.git"),
        site.server.authority().to_owned(),
    ];
    Command::new("sh")
        .args(["-c", &format!("{shell} exec \"$0\"")])
        .arg(program)
        .envs(ARGUMENTS.into_iter().zip(values))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn killed() {
    let is_slow = Arc::new(AtomicBool::new(true));
    let slow = Arc::clone(&is_slow);
    let site = Site::behind(move |request| {
        // The pack, and not what there is.
        let is_pack = request.body.windows(4).any(|text| text == b"done");
        match is_pack && slow.load(Ordering::SeqCst) {
            true => Gate::Drip(Duration::from_millis(100)),
            false => Gate::Serve,
        }
    });
    let is_pack_asked = || {
        site.server
            .seen()
            .iter()
            .any(|request| request.body.windows(4).any(|text| text == b"done"))
    };
    let mut child = start(&site, "");
    while !is_pack_asked() {
        thread::sleep(Duration::from_millis(10));
    }
    thread::sleep(Duration::from_millis(500));
    child.kill().unwrap();
    child.wait().unwrap();
    is_slow.store(false, Ordering::SeqCst);
    let fetched = site.fetch(&site.wanted()).unwrap();
    assert_eq!(content(&fetched, "web.yaml"), "kind: Service\n");
    let left = fs::read_dir(fetched.repository.parent().unwrap()).unwrap();
    let half = left.filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().ends_with(".new")
    });
    assert_eq!(half.count(), 0);
}

fn full() {
    let site = Site::new();
    site.repository
        .commit("large.yaml", &incompressible(1, 100_000), "Add much");
    site.repository.push();
    // No file may have more than 16 blocks of 512 bytes; a full disk fails at the same places.
    let child = start(&site, "trap '' XFSZ; ulimit -f 16;");
    let printed = child.wait_with_output().unwrap().stdout;
    assert_eq!(String::from_utf8(printed).unwrap().trim(), "Full");
    site.fetch(&site.wanted()).unwrap();
}
