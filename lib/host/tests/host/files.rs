//! Files in the place of others, as `kustomize build -o` writes them.

use crate::needs::{Needs, link, mode, scratch, set_mode, test, write};
use gitopsc_core::TreePath;
use gitopsc_host::{OutputError, write_file, write_files};
use gitopsc_test_support::{Test, files};
use std::fs;
use std::path::Path;

pub fn tests() -> Vec<Test> {
    vec![
        test(
            "a file is replaced and keeps its permissions",
            &[],
            replaced,
        ),
        test(
            "a new file has the permissions of any new file",
            &[],
            new_file,
        ),
        test("a link to a file stays a link", &[Needs::Links], linked),
        test("a write-protected file is not replaced", &[], protected),
        test(
            "what cannot be written is an error that names it",
            &[],
            errors,
        ),
        test(
            "a device is written to and stays a device",
            &[Needs::Links],
            device,
        ),
        test("files are put beside what else is in a folder", &[], beside),
        test("an error leaves the folder as it was", &[], all_or_nothing),
        test("thousands of files do not run out of open ones", &[], many),
    ]
}

fn names(folder: &Path) -> Vec<String> {
    files(folder).into_iter().map(|(name, _)| name).collect()
}

fn replaced() {
    let (_keep, folder) = scratch();
    let path = folder.join("out.yaml");
    fs::write(&path, "old and longer").unwrap();
    set_mode(&path, 0o640);
    let before = mode(&path);
    write_file(&path, b"new").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
    assert_eq!(mode(&path), before);
    assert_eq!(names(&folder), ["out.yaml"]);
}

fn new_file() {
    let (_keep, folder) = scratch();
    fs::write(folder.join("by-std"), "").unwrap();
    write_file(&folder.join("by-us"), b"").unwrap();
    assert_eq!(mode(&folder.join("by-us")), mode(&folder.join("by-std")));
}

fn linked() {
    let (_keep, folder) = scratch();
    write(&folder, &[("real/out.yaml", "old")]);
    link("real/out.yaml", &folder.join("link"));
    write_file(&folder.join("link"), b"new").unwrap();
    assert!(
        fs::symlink_metadata(folder.join("link"))
            .unwrap()
            .is_symlink()
    );
    assert_eq!(fs::read(folder.join("real/out.yaml")).unwrap(), b"new");
}

fn protected() {
    let (_keep, folder) = scratch();
    let path = folder.join("out.yaml");
    fs::write(&path, "old").unwrap();
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let error = write_file(&path, b"new").unwrap_err();
    assert!(error.to_string().ends_with("out.yaml"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(names(&folder), ["out.yaml"]);
}

fn errors() {
    let (_keep, folder) = scratch();
    for path in [folder.join("nothing/out.yaml"), folder.clone()] {
        let error = write_file(&path, b"new").unwrap_err();
        let named = matches!(&error, OutputError::Write { path: named, .. } if *named == path);
        assert!(named, "{error}");
    }
    assert_eq!(names(&folder), Vec::<String>::new());
}

#[cfg(unix)]
fn device() {
    use std::os::unix::fs::FileTypeExt;
    write_file(Path::new("/dev/null"), b"new").unwrap();
    let null = fs::metadata("/dev/null").unwrap();
    assert!(null.file_type().is_char_device());
}

#[cfg(not(unix))]
fn device() {}

fn beside() {
    let (_keep, folder) = scratch();
    write(
        &folder,
        &[("mine.txt", "mine"), ("v1_service_a.yaml", "old")],
    );
    let new = [
        (TreePath::new("v1_service_a.yaml"), "new"),
        (TreePath::new("below/v1_service_b.yaml"), "b"),
        (TreePath::new("v1_service_a.yaml"), "newest"),
    ];
    write_files(&folder, new).unwrap();
    let found = files(&folder);
    let found: Vec<_> = found
        .iter()
        .map(|(name, bytes)| (name.as_str(), &bytes[..]))
        .collect();
    assert_eq!(
        found,
        [
            ("below/v1_service_b.yaml", &b"b"[..]),
            ("mine.txt", b"mine"),
            ("v1_service_a.yaml", b"newest"),
        ]
    );
}

fn all_or_nothing() {
    let (_keep, scratch) = scratch();
    let folder = scratch.join("folder");
    write(&folder, &[("a.yaml", "old"), ("b.yaml/is-a-folder", "")]);
    for bad in ["b.yaml", "../c.yaml", ".", "c\0.yaml"] {
        let new = [
            (TreePath::new("a.yaml"), "new"),
            (TreePath::new(bad), "new"),
        ];
        write_files(&folder, new).unwrap_err();
        assert_eq!(fs::read(folder.join("a.yaml")).unwrap(), b"old", "{bad}");
        assert_eq!(names(&folder), ["a.yaml", "b.yaml/is-a-folder"], "{bad}");
    }
    assert!(!scratch.join("c.yaml").exists());
}

fn many() {
    let (_keep, folder) = scratch();
    let new = (0..3000).map(|at| (TreePath::new(&format!("{at}.yaml")), "x"));
    write_files(&folder, new).unwrap();
    assert_eq!(names(&folder).len(), 3000);
}
