//! For which machine a program was built, as its ELF header says and as images call it.

/// The architecture of `program`; nothing if it is none that is known.
pub(crate) fn of(program: &[u8]) -> Option<&'static str> {
    let is_elf = program.starts_with(b"\x7fELF");
    let is_little_endian = program.get(5) == Some(&1);
    if !is_elf || !is_little_endian {
        return None;
    }
    let machine = [*program.get(18)?, *program.get(19)?];
    match u16::from_le_bytes(machine) {
        62 => Some("amd64"),
        183 => Some("arm64"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    fn header(machine: u8) -> Vec<u8> {
        let mut header = b"\x7fELF\x02\x01\x01".to_vec();
        header.resize(18, 0);
        header.extend([machine, 0]);
        header
    }

    #[test]
    fn the_header_of_a_program_names_its_machine() {
        assert_eq!(of(&header(62)), Some("amd64"));
        assert_eq!(of(&header(183)), Some("arm64"));
    }

    #[test]
    fn what_is_no_program_has_no_machine() {
        assert_eq!(of(b"#!/bin/sh"), None);
        assert_eq!(of(b"\x7fELF\x02\x01"), None);
        assert_eq!(of(&header(3)), None);
    }
}
