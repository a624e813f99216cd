//! A folder as a source tree.

use crate::needs::{Needs, link, scratch, set_mode, test, write};
use gitopsc_core::{Entry, SourceTree, TreePath};
use gitopsc_host::FolderTree;
use gitopsc_test_support::Test;
use std::fs;
use std::path::Path;

pub fn tests() -> Vec<Test> {
    vec![
        test("a folder tells files, directories and absence", &[], kinds),
        test("a listing is sorted by bytes", &[], sorted),
        test("a folder can be left upwards", &[], upwards),
        test(
            "what cannot be a name on this host is absent",
            &[],
            impossible_names,
        ),
        test("a folder must be there", &[], no_folder),
        test(
            "a file that vanishes after the listing is absent",
            &[],
            vanished,
        ),
        test(
            "links are told with their targets and not followed",
            &[Needs::Links],
            links,
        ),
        test(
            "a loop of links is a fault only for what would be below it",
            &[Needs::Links],
            loops,
        ),
        test(
            "links in the path of the root are followed",
            &[Needs::Links],
            linked_root,
        ),
        test(
            "what may not be read is a fault that says so",
            &[Needs::Permissions],
            forbidden,
        ),
        test(
            "names that are no Unicode are listed and not to be read",
            &[Needs::AnyBytesInNames],
            no_unicode,
        ),
        test(
            "a socket is neither file nor folder",
            &[Needs::Links],
            socket,
        ),
    ]
}

fn path(path: &str) -> TreePath {
    TreePath::new(path)
}

fn listed(tree: &FolderTree, directory: &str) -> Vec<(String, Entry)> {
    let entries = tree.list(&path(directory)).unwrap().unwrap();
    entries
        .into_iter()
        .map(|entry| (entry.name, entry.entry))
        .collect()
}

fn kinds() {
    let (_keep, folder) = scratch();
    write(&folder, &[("apps/web/a.yaml", "a: 1\r\n"), ("empty", "")]);
    let tree = FolderTree::new(&folder).unwrap();
    for (asked, kind) in [
        (".", Some(Entry::Directory)),
        ("apps", Some(Entry::Directory)),
        ("apps/web/a.yaml", Some(Entry::File)),
        ("apps/nothing", None),
        ("apps/web/a.yaml/below", None),
        ("nothing/below", None),
    ] {
        assert_eq!(tree.kind(&path(asked)), Ok(kind), "{asked}");
    }
    let read = |asked: &str| tree.read(&path(asked)).unwrap().map(|bytes| bytes.to_vec());
    assert_eq!(read("apps/web/a.yaml"), Some(b"a: 1\r\n".to_vec()));
    assert_eq!(read("empty"), Some(Vec::new()));
    assert_eq!(read("apps"), None);
    assert_eq!(read("apps/nothing"), None);
    assert_eq!(tree.list(&path("empty")), Ok(None));
    assert_eq!(tree.list(&path("nothing")), Ok(None));
}

fn sorted() {
    let (_keep, folder) = scratch();
    write(
        &folder,
        &[("b", ""), ("a/x", ""), ("a.b", ""), ("\u{e4}", "")],
    );
    fs::create_dir(folder.join("Z")).unwrap();
    let tree = FolderTree::new(&folder).unwrap();
    let names: Vec<String> = listed(&tree, ".")
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    // A file system may store the umlaut in two parts.
    assert_eq!(names[..4], ["Z", "a", "a.b", "b"]);
    assert_eq!(names.len(), 5);
    assert_eq!(listed(&tree, "a"), [("x".to_owned(), Entry::File)]);
    assert_eq!(listed(&tree, "Z"), []);
}

fn upwards() {
    let (_keep, folder) = scratch();
    write(
        &folder,
        &[("base/a.yaml", "a"), ("overlays/prod/b.yaml", "b")],
    );
    let tree = FolderTree::new(&folder.join("overlays/prod")).unwrap();
    let base = path("../../base/a.yaml");
    assert_eq!(tree.kind(&base), Ok(Some(Entry::File)));
    assert_eq!(tree.read(&base).unwrap().as_deref(), Some(&b"a"[..]));
    assert_eq!(
        listed(&tree, "..")[0],
        ("prod".to_owned(), Entry::Directory)
    );
    let far_up = "../".repeat(100);
    assert_eq!(tree.kind(&path(&far_up)), Ok(Some(Entry::Directory)));
}

fn impossible_names() {
    let (_keep, folder) = scratch();
    let tree = FolderTree::new(&folder).unwrap();
    for asked in ["a\0b".to_owned(), "x".repeat(5000), "x/".repeat(5000)] {
        assert_eq!(tree.kind(&path(&asked)), Ok(None));
        assert_eq!(tree.list(&path(&asked)), Ok(None));
        assert_eq!(tree.read(&path(&asked)), Ok(None));
    }
    if cfg!(windows) {
        write(&folder, &[("a/b.yaml", "")]);
        assert_eq!(tree.kind(&path("a\\b.yaml")), Ok(None));
        assert_eq!(tree.kind(&path("a/b.yaml:stream")), Ok(None));
    }
}

fn no_folder() {
    let (_keep, folder) = scratch();
    write(&folder, &[("file", "")]);
    let kind = |path: &Path| FolderTree::new(path).unwrap_err().kind();
    assert_eq!(kind(&folder.join("nothing")), std::io::ErrorKind::NotFound);
    assert_eq!(
        kind(&folder.join("file")),
        std::io::ErrorKind::NotADirectory
    );
}

fn vanished() {
    let (_keep, folder) = scratch();
    write(&folder, &[("a.yaml", "a")]);
    let tree = FolderTree::new(&folder).unwrap();
    assert_eq!(listed(&tree, "."), [("a.yaml".to_owned(), Entry::File)]);
    fs::remove_file(folder.join("a.yaml")).unwrap();
    assert_eq!(tree.read(&path("a.yaml")), Ok(None));
}

fn links() {
    let (_keep, folder) = scratch();
    write(&folder, &[("real/a.yaml", "a")]);
    link("real", &folder.join("folder"));
    link("real/a.yaml", &folder.join("file"));
    link("../nowhere", &folder.join("dangling"));
    let tree = FolderTree::new(&folder).unwrap();
    for (name, target) in [
        ("dangling", "../nowhere"),
        ("file", "real/a.yaml"),
        ("folder", "real"),
    ] {
        let entry = Entry::Symlink(target.to_owned());
        assert_eq!(tree.kind(&path(name)), Ok(Some(entry.clone())), "{name}");
        assert!(
            listed(&tree, ".").contains(&(name.to_owned(), entry)),
            "{name}"
        );
        assert_eq!(tree.list(&path(name)), Ok(None), "{name}");
        assert_eq!(tree.read(&path(name)), Ok(None), "{name}");
    }
}

fn loops() {
    let (_keep, folder) = scratch();
    link("there", &folder.join("here"));
    link("here", &folder.join("there"));
    let tree = FolderTree::new(&folder).unwrap();
    let entry = Entry::Symlink("there".to_owned());
    assert_eq!(tree.kind(&path("here")), Ok(Some(entry)));
    assert_eq!(tree.read(&path("here")), Ok(None));
    let fault = tree.kind(&path("here/below")).unwrap_err();
    assert_eq!(fault.path, path("here/below"));
    assert!(!fault.reason.is_empty());
}

fn linked_root() {
    let (_keep, folder) = scratch();
    write(
        &folder,
        &[("far/away/root/a.yaml", "a"), ("far/away/base/b.yaml", "b")],
    );
    link("far/away/root", &folder.join("link"));
    let tree = FolderTree::new(&folder.join("link")).unwrap();
    assert_eq!(tree.root(), folder.join("far").join("away").join("root"));
    assert!(tree.root_text().ends_with("/far/away/root"));
    assert!(!tree.root_text().contains('\\'));
    assert_eq!(tree.kind(&path("../base/b.yaml")), Ok(Some(Entry::File)));
}

fn forbidden() {
    let (_keep, folder) = scratch();
    write(&folder, &[("file", "a"), ("closed/inside", "b")]);
    let tree = FolderTree::new(&folder).unwrap();
    set_mode(&folder.join("file"), 0);
    set_mode(&folder.join("closed"), 0);
    assert_eq!(tree.kind(&path("file")), Ok(Some(Entry::File)));
    let faults = [
        tree.read(&path("file")).unwrap_err(),
        tree.list(&path("closed")).map(drop).unwrap_err(),
        tree.kind(&path("closed/inside")).map(drop).unwrap_err(),
    ];
    for (fault, asked) in faults.iter().zip(["file", "closed", "closed/inside"]) {
        assert_eq!(fault.path, path(asked));
        assert!(fault.reason.starts_with("Permission denied"), "{fault}");
    }
    set_mode(&folder.join("closed"), 0o700);
}

#[cfg(target_os = "linux")]
fn no_unicode() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let (_keep, folder) = scratch();
    fs::write(folder.join(OsStr::from_bytes(b"a\xff.yaml")), "a").unwrap();
    std::os::unix::fs::symlink(OsStr::from_bytes(b"b\xff"), folder.join("link")).unwrap();
    let tree = FolderTree::new(&folder).unwrap();
    let wanted = ["a\u{fffd}.yaml", "link"].map(|name| (name.to_owned(), Entry::Other));
    assert_eq!(listed(&tree, "."), wanted);
    assert_eq!(tree.read(&path("a\u{fffd}.yaml")), Ok(None));
    assert_eq!(tree.kind(&path("link")), Ok(Some(Entry::Other)));
}

#[cfg(not(target_os = "linux"))]
fn no_unicode() {}

#[cfg(unix)]
fn socket() {
    let (_keep, folder) = scratch();
    let _listener = std::os::unix::net::UnixListener::bind(folder.join("socket")).unwrap();
    let tree = FolderTree::new(&folder).unwrap();
    assert_eq!(listed(&tree, "."), [("socket".to_owned(), Entry::Other)]);
    assert_eq!(tree.read(&path("socket")), Ok(None));
}

#[cfg(not(unix))]
fn socket() {}
