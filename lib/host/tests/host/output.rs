//! A folder of output in the place of an earlier one.

use crate::needs::{Needs, child, link, mode, scratch, set_mode, test, write};
use gitopsc_core::TreePath;
use gitopsc_host::{MARKER, OutputError, Written, write_folder};
use gitopsc_test_support::{Test, files};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub fn tests() -> Vec<Test> {
    vec![
        test("a folder is made with the way to it", &[], made),
        test(
            "a later output replaces an earlier one with all its files",
            &[],
            replaced,
        ),
        test(
            "an empty folder is taken and keeps its permissions",
            &[],
            empty,
        ),
        test(
            "a folder with foreign files is refused and stays as it was",
            &[],
            foreign,
        ),
        test(
            "a foreign file among earlier output is refused",
            &[],
            foreign_inside,
        ),
        test(
            "a link in the place of an earlier file is foreign",
            &[Needs::Links],
            foreign_link,
        ),
        test(
            "a list cannot name what lies outside of its folder",
            &[],
            forged_list,
        ),
        test("a link to the folder stays a link", &[Needs::Links], linked),
        test(
            "an error while writing leaves what was there",
            &[],
            broken_off,
        ),
        test("output cannot have every path", &[], bad_paths),
        test("the current directory is not replaced", &[], current),
        test("a file is no folder", &[], not_a_folder),
        test(
            "a write-protected parent is told",
            &[Needs::Permissions],
            closed_parent,
        ),
        test(
            "a checkout with other line ends is still ours",
            &[],
            line_ends,
        ),
        test(
            "a message names a few foreign files and counts the rest",
            &[],
            many_foreign,
        ),
    ]
}

fn output(paths: &[&str]) -> Vec<(TreePath, String)> {
    let file = |path: &&str| (TreePath::new(path), format!("path: {path}\n"));
    paths.iter().map(file).collect()
}

fn names(folder: &Path) -> Vec<String> {
    files(folder).into_iter().map(|(name, _)| name).collect()
}

/// All that is beside `folder`, hidden or not.
fn beside(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.parent().unwrap()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path != folder).collect()
}

fn made() {
    let (_keep, folder) = scratch();
    let out = folder.join("way").join("to").join("out");
    let written = write_folder(&out, output(&["apps/web/a.yaml", "platform/b.yaml"])).unwrap();
    assert_eq!(
        written,
        Written {
            files: 2,
            left_behind: None
        }
    );
    assert_eq!(names(&out), [MARKER, "apps/web/a.yaml", "platform/b.yaml"]);
    assert_eq!(
        fs::read(out.join("platform/b.yaml")).unwrap(),
        b"path: platform/b.yaml\n"
    );
    let list = fs::read_to_string(out.join(MARKER)).unwrap();
    assert!(
        list.ends_with("\napps/web/a.yaml\nplatform/b.yaml\n"),
        "{list}"
    );
    fs::create_dir(folder.join("by-std")).unwrap();
    assert_eq!(mode(&out), mode(&folder.join("by-std")));
    assert_eq!(beside(&out), Vec::<PathBuf>::new());
}

fn replaced() {
    let (_keep, folder) = scratch();
    let out = folder.join("out");
    write_folder(
        &out,
        output(&["apps/web/a.yaml", "apps/old/b.yaml", "old/c.yaml"]),
    )
    .unwrap();
    write_folder(&out, [(TreePath::new("apps/web/a.yaml"), "new")]).unwrap();
    assert_eq!(names(&out), [MARKER, "apps/web/a.yaml"]);
    assert!(!out.join("old").exists() && !out.join("apps/old").exists());
    assert_eq!(fs::read(out.join("apps/web/a.yaml")).unwrap(), b"new");
    write_folder(&out, output(&[])).unwrap();
    assert_eq!(names(&out), [MARKER]);
    assert_eq!(beside(&out), Vec::<PathBuf>::new());
}

fn empty() {
    let (_keep, folder) = scratch();
    let out = folder.join("out");
    fs::create_dir(&out).unwrap();
    set_mode(&out, 0o750);
    let before = mode(&out);
    write_folder(&out, output(&["a.yaml"])).unwrap();
    assert_eq!(names(&out), [MARKER, "a.yaml"]);
    assert_eq!(mode(&out), before);
}

fn refusal(out: &Path) -> Vec<String> {
    let before = files(out);
    let error = write_folder(out, output(&["a.yaml"])).unwrap_err();
    assert_eq!(files(out), before);
    assert_eq!(beside(out), Vec::<PathBuf>::new());
    match error {
        OutputError::Foreign { entries, .. } => entries,
        other => panic!("{other}"),
    }
}

fn foreign() {
    let (_keep, folder) = scratch();
    let out = folder.join("out");
    write(
        &out,
        &[("README.md", ""), (".git/HEAD", ""), ("a.yaml", "mine")],
    );
    assert_eq!(refusal(&out), [".git/", "README.md", "a.yaml"]);
    fs::write(out.join(MARKER), "not a list of ours\na.yaml\n").unwrap();
    assert!(refusal(&out).contains(&"a.yaml".to_owned()));
}

fn foreign_inside() {
    let (_keep, folder) = scratch();
    let out = folder.join("out");
    write_folder(&out, output(&["apps/web/a.yaml"])).unwrap();
    write(&out, &[("apps/web/notes.txt", "mine")]);
    fs::create_dir(out.join("apps").join("empty")).unwrap();
    assert_eq!(refusal(&out), ["apps/empty/", "apps/web/notes.txt"]);
}

fn foreign_link() {
    let (_keep, folder) = scratch();
    let out = folder.join("inner").join("out");
    write(&folder, &[("elsewhere/a.yaml", "mine")]);
    write_folder(&out, output(&["apps/web/a.yaml"])).unwrap();
    fs::remove_dir_all(out.join("apps").join("web")).unwrap();
    link("../../../elsewhere", &out.join("apps").join("web"));
    assert_eq!(refusal(&out), ["apps/web"]);
    assert!(folder.join("elsewhere/a.yaml").exists());
}

fn forged_list() {
    let (_keep, folder) = scratch();
    let out = folder.join("out");
    write_folder(&out, output(&["a.yaml"])).unwrap();
    write(&folder, &[("mine.txt", "mine")]);
    let list = fs::read_to_string(out.join(MARKER)).unwrap();
    fs::write(out.join(MARKER), format!("{list}../mine.txt\n..\n")).unwrap();
    write_folder(&out, output(&["b.yaml"])).unwrap();
    assert_eq!(
        names(&folder),
        ["mine.txt", &format!("out/{MARKER}"), "out/b.yaml"]
    );
}

fn linked() {
    let (_keep, folder) = scratch();
    fs::create_dir_all(folder.join("real").join("out")).unwrap();
    link("real/out", &folder.join("link"));
    for _ in 0..2 {
        write_folder(&folder.join("link"), output(&["a.yaml"])).unwrap();
        assert!(
            fs::symlink_metadata(folder.join("link"))
                .unwrap()
                .is_symlink()
        );
        assert_eq!(names(&folder.join("real").join("out")), [MARKER, "a.yaml"]);
    }
}

fn broken_off() {
    let (_keep, folder) = scratch();
    let out = folder.join("out");
    write_folder(&out, output(&["a.yaml"])).unwrap();
    let before = files(&out);
    let error = write_folder(&out, output(&["b.yaml", "c", "c/d.yaml"])).unwrap_err();
    let shown = matches!(&error, OutputError::MakeFolder { path, .. } if *path == out.join("c"));
    assert!(shown, "{error}");
    assert_eq!(files(&out), before);
    assert_eq!(beside(&out), Vec::<PathBuf>::new());
}

fn bad_paths() {
    let (_keep, folder) = scratch();
    let out = folder.join("out");
    for bad in ["../a.yaml", "..", ".", "a\0b", "a\nb", MARKER] {
        let error = write_folder(&out, [(TreePath::new(bad), "")]).unwrap_err();
        assert!(
            matches!(error, OutputError::Path { .. }),
            "{bad:?}: {error}"
        );
    }
    let error = write_folder(&out, output(&["a.yaml", "a.yaml"])).unwrap_err();
    assert!(matches!(error, OutputError::Twice { .. }), "{error}");
    assert!(!out.exists());
}

fn current() {
    let (_keep, folder) = scratch();
    let out = folder.join("out");
    write_folder(&out, output(&["below/a.yaml"])).unwrap();
    let before = files(&out);
    for (within, named) in [("", "."), ("below", "..")] {
        let child = child("write over where it stands", named, &out.join(within));
        let said = child.wait_with_output().unwrap().stdout;
        let wanted = format!("{named} is the current directory or holds it");
        let said = String::from_utf8(said).unwrap();
        assert!(said.starts_with(&wanted), "{said}");
        assert_eq!(files(&out), before);
    }
}

/// Writes over the folder that `ROUND` names and prints why not: the current directory is that of all tests.
pub fn write_over_current() -> ExitCode {
    let named = std::env::var("ROUND").unwrap_or_default();
    match write_folder(Path::new(&named), output(&["a.yaml"])) {
        Ok(_) => println!("it was written"),
        Err(error) => println!("{error}"),
    }
    ExitCode::SUCCESS
}

fn not_a_folder() {
    let (_keep, folder) = scratch();
    write(&folder, &[("out", "mine")]);
    let error = write_folder(&folder.join("out"), output(&["a.yaml"])).unwrap_err();
    assert!(matches!(error, OutputError::Look { .. }), "{error}");
    assert_eq!(fs::read(folder.join("out")).unwrap(), b"mine");
    write_folder(&folder.join("out").join("below"), output(&["a.yaml"])).unwrap_err();
}

fn closed_parent() {
    let (_keep, folder) = scratch();
    let out = folder.join("closed").join("out");
    fs::create_dir_all(&out).unwrap();
    set_mode(&folder.join("closed"), 0o500);
    let error = write_folder(&out, output(&["a.yaml"])).unwrap_err();
    set_mode(&folder.join("closed"), 0o700);
    assert!(matches!(error, OutputError::Replace { .. }), "{error}");
    assert!(
        error.hint().contains("name a folder in it"),
        "{}",
        error.hint()
    );
}

fn line_ends() {
    let (_keep, folder) = scratch();
    let out = folder.join("out");
    write_folder(&out, output(&["a.yaml", "b.yaml"])).unwrap();
    let list = fs::read_to_string(out.join(MARKER)).unwrap();
    fs::write(out.join(MARKER), list.replace('\n', "\r\n")).unwrap();
    write_folder(&out, output(&["c.yaml"])).unwrap();
    assert_eq!(names(&out), [MARKER, "c.yaml"]);
}

fn many_foreign() {
    let (_keep, folder) = scratch();
    let out = folder.join("out");
    for at in 0..9 {
        write(&out, &[(format!("{at}.txt").as_str(), "")]);
    }
    let error = write_folder(&out, output(&["a.yaml"]))
        .unwrap_err()
        .to_string();
    let listed = "did not write: 0.txt, 1.txt, 2.txt, 3.txt, 4.txt and 4 more";
    assert!(error.ends_with(listed), "{error}");
}
