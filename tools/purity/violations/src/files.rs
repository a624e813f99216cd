pub fn reads() -> Option<Vec<u8>> {
    std::fs::read("a").ok() //~ files: read through a SourceTree
}

pub fn opens() -> bool {
    std::fs::File::open("a").is_ok() //~ files: read through a SourceTree
}

pub fn asks(path: impl AsRef<std::path::Path>) -> bool { //~ files: use TreePath
    path.as_ref().exists() //~ files: read through a SourceTree
}

pub fn lists(path: &str) -> usize {
    std::path::Path::new(path) //~ files: use TreePath
        .read_dir() //~ files: read through a SourceTree
        .into_iter()
        .count()
}

pub fn writes() -> bool {
    std::fs::write("a", "b").is_ok() //~ files: nothing is written
}

pub fn prints() -> bool {
    use std::io::Write;
    std::io::stdout().write_all(b"a").is_ok() //~ files: the command line prints
}
