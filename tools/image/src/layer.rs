//! A layer: an archive without times, users and anything else that would differ from one day to the next.

use crate::contents::Entry;
use flate2::{Compression, GzBuilder};
use std::io::{self, Write as _};
use tar::{Builder, EntryType, Header};

/// `entries` as a tar archive, in their order.
pub(crate) fn archive(entries: &[Entry]) -> io::Result<Vec<u8>> {
    let mut archive = Builder::new(Vec::new());
    for entry in entries {
        let mut header = Header::new_ustar();
        header.set_entry_type(match entry.path.ends_with('/') {
            true => EntryType::Directory,
            false => EntryType::Regular,
        });
        header.set_mode(entry.mode);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_size(entry.bytes.len() as u64);
        archive.append_data(&mut header, entry.path, entry.bytes.as_slice())?;
    }
    archive.into_inner()
}

/// The archive as registries take it.
pub(crate) fn compress(archive: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = GzBuilder::new().write(Vec::new(), Compression::best());
    packed.write_all(archive)?;
    packed.finish()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::{archive, compress};
    use crate::contents::{self, USER};
    use std::io::Read as _;

    #[test]
    fn the_same_program_gives_the_same_bytes() {
        let layer = || compress(&archive(&contents::of(b"a program".to_vec())).unwrap()).unwrap();
        assert_eq!(layer(), layer());
    }

    #[test]
    fn an_archive_holds_the_program_and_what_it_needs() {
        let archive = archive(&contents::of(b"a program".to_vec())).unwrap();
        let mut archive = tar::Archive::new(archive.as_slice());
        let mut seen = Vec::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            let header = entry.header();
            assert_eq!(header.uid().unwrap(), 0);
            assert_eq!(header.mtime().unwrap(), 0);
            let path = entry.path().unwrap().display().to_string();
            seen.push((path, header.mode().unwrap(), text));
        }
        let of = |path: &str| seen.iter().find(|entry| entry.0 == path).unwrap().clone();
        assert_eq!(of("gitopsc").1, 0o755);
        assert_eq!(of("gitopsc").2, "a program");
        assert!(of("etc/passwd").2.contains(&USER.to_string()));
        let authorities = of("etc/ssl/certs/ca-certificates.crt").2;
        assert!(authorities.matches("BEGIN CERTIFICATE").count() > 50);
    }
}
