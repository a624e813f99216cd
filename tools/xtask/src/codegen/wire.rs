//! The wire format of protocol buffers, as far as reading texts and messages out of a known message needs it.

/// The fields of `message` that are numbered `number` and hold bytes: texts or messages.
pub(super) fn messages(mut message: &[u8], number: u64) -> Result<Vec<&[u8]>, String> {
    let mut found = Vec::new();
    while !message.is_empty() {
        let key = varint(&mut message)?;
        match key & 7 {
            0 => drop(varint(&mut message)?),
            1 => drop(take(&mut message, 8)?),
            2 => {
                let length = usize::try_from(varint(&mut message)?).map_err(|_| truncated())?;
                let bytes = take(&mut message, length)?;
                if key >> 3 == number {
                    found.push(bytes);
                }
            }
            5 => drop(take(&mut message, 4)?),
            kind => return Err(format!("wire type {kind} is not known")),
        }
    }
    Ok(found)
}

/// The first of [`messages`], or nothing.
pub(super) fn message(message: &[u8], number: u64) -> Result<Option<&[u8]>, String> {
    Ok(messages(message, number)?.into_iter().next())
}

/// The first of [`messages`] as text; empty if there is none, as in protocol buffers.
pub(super) fn text(bytes: &[u8], number: u64) -> Result<String, String> {
    let bytes = message(bytes, number)?.unwrap_or_default();
    String::from_utf8(bytes.to_vec()).map_err(|error| error.to_string())
}

fn varint(bytes: &mut &[u8]) -> Result<u64, String> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let byte = take(bytes, 1)?[0];
        value |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err("a number is too long".to_owned())
}

fn take<'b>(bytes: &mut &'b [u8], length: usize) -> Result<&'b [u8], String> {
    let (taken, rest) = bytes.split_at_checked(length).ok_or_else(truncated)?;
    *bytes = rest;
    Ok(taken)
}

fn truncated() -> String {
    "the message is cut short".to_owned()
}

#[cfg(test)]
mod tests {
    use super::{messages, text};

    #[test]
    fn a_message_is_read_past_fields_that_are_not_wanted() {
        let message = [
            0x08, 0x96, 0x01, 0x25, 1, 2, 3, 4, 0x12, 2, b'o', b'k', 0x12, 1, b'!',
        ];
        assert_eq!(text(&message, 2).unwrap(), "ok");
        assert_eq!(messages(&message, 2).unwrap().len(), 2);
    }

    #[test]
    fn a_message_that_is_cut_short_is_refused() {
        assert!(messages(&[0x12, 9, b'o'], 2).is_err());
        assert!(messages(&[0x88], 1).is_err());
    }
}
