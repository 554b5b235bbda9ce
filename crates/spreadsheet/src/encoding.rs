//! The encoding of a file of text.

use std::str::Utf8Error;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::error::ReadError;

/// The text of a file, and the name of its encoding. A byte order mark decides. Without one, valid
/// UTF-8 is UTF-8, and a file without any valid UTF-8 character beyond ASCII is Windows-1252.
pub(crate) fn decode(bytes: &[u8]) -> Result<(String, &'static str), ReadError> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((marked, _)) => marked,
        None => match std::str::from_utf8(bytes) {
            Ok(_) => UTF_8,
            Err(error) => unmarked(bytes, error)?,
        },
    };
    let (text, encoding, broken) = encoding.decode(bytes);
    if broken {
        return Err(ReadError::FalseMark(encoding.name()));
    }
    Ok((text.into_owned(), encoding.name()))
}

/// Windows-1252, unless the file has characters of UTF-8 beside the bytes that are not UTF-8.
fn unmarked(bytes: &[u8], first: Utf8Error) -> Result<&'static Encoding, ReadError> {
    let has_utf8 = bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii());
    if !has_utf8 {
        return Ok(WINDOWS_1252);
    }
    if first.error_len().is_none() {
        return Err(ReadError::CutCharacter);
    }
    let before = &bytes[..first.valid_up_to()];
    let row = 1 + line_ends(before);
    Err(ReadError::MixedEncodings { row })
}

/// Number of line ends: `\n`, `\r\n` and `\r` count as one each.
fn line_ends(bytes: &[u8]) -> u64 {
    let ends = bytes.iter().enumerate().filter(|(index, byte)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(index + 1) != Some(&b'\n'),
        _ => false,
    });
    ends.map(|_| 1).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_8_utf_16_and_windows_1252_are_read_alike() {
        let text = "Zürich;1’234\r\n";
        let utf_16 = |mark: &[u8], bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            [mark.to_vec(), text.encode_utf16().flat_map(bytes).collect()].concat()
        };
        for (bytes, name) in [
            (text.as_bytes().to_vec(), "UTF-8"),
            (format!("\u{feff}{text}").into_bytes(), "UTF-8"),
            (WINDOWS_1252.encode(text).0.into_owned(), "windows-1252"),
            (utf_16(b"\xff\xfe", u16::to_le_bytes), "UTF-16LE"),
            (utf_16(b"\xfe\xff", u16::to_be_bytes), "UTF-16BE"),
        ] {
            assert_eq!(decode(&bytes), Ok((text.to_owned(), name)));
        }
    }

    #[test]
    fn joined_files_of_two_encodings_are_refused_with_the_first_row_of_the_second() {
        for end in ["\n", "\r\n", "\r"] {
            let joined = [
                format!("a{end}Zürich{end}").as_bytes(),
                b"Z\xfcrich",
                end.as_bytes(),
            ]
            .concat();
            assert_eq!(decode(&joined), Err(ReadError::MixedEncodings { row: 3 }));
            let other_order = [b"Z\xfcrich", end.as_bytes(), "Zürich".as_bytes()].concat();
            let refused = decode(&other_order);
            assert_eq!(refused, Err(ReadError::MixedEncodings { row: 1 }));
        }
    }

    #[test]
    fn a_file_that_ends_inside_of_a_character_is_refused() {
        let whole = "Zürich\nAnl\u{e4}".as_bytes();
        let cut = &whole[..whole.len() - 1];
        assert_eq!(decode(cut), Err(ReadError::CutCharacter));
        let odd = b"\xff\xfea\0b";
        assert_eq!(decode(odd), Err(ReadError::FalseMark("UTF-16LE")));
    }

    #[test]
    fn a_byte_order_mark_must_be_true() {
        let bytes = b"\xef\xbb\xbfcircle\xff";
        assert_eq!(decode(bytes), Err(ReadError::FalseMark("UTF-8")));
    }
}
