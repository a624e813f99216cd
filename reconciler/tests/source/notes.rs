//! What in the files needs more than Git has.

use crate::site::{Site, test};
use gitopsc_test_support::Test;

pub(crate) fn tests() -> Vec<Test> {
    vec![test("submodules and pointers of LFS are noted", noted)]
}

fn noted() {
    let site = Site::new();
    assert_eq!(
        site.fetch(&site.wanted()).unwrap().notes,
        Default::default()
    );
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n";
    site.repository
        .commit("docs/pointer.bin", pointer, "Add what looks like a pointer");
    site.repository.push();
    assert_eq!(
        site.fetch(&site.wanted()).unwrap().notes,
        Default::default()
    );
    site.repository.commit(
        "assets/.gitattributes",
        "*.bin filter=lfs diff=lfs merge=lfs -text\n",
        "Track by LFS",
    );
    site.repository
        .commit("assets/plain.bin", "5 bytes", "Add what is none");
    let submodule = format!("160000,{},vendor/other", site.first);
    site.repository
        .git(&["update-index", "--add", "--cacheinfo", &submodule]);
    site.repository
        .git(&["commit", "--quiet", "--message", "Add a submodule"]);
    site.repository.push();
    let notes = site.fetch(&site.wanted()).unwrap().notes;
    assert_eq!(notes.submodules, ["vendor/other"]);
    assert_eq!(notes.lfs_pointers, ["docs/pointer.bin"]);
}
