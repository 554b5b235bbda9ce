//! Entry points for the targets in `fuzz`.

use crate::{
    import,
    table::number::{ParsedNumber, read, written},
};

/// Reads a file up to the import plan's input.
pub fn file(bytes: &[u8]) {
    import::read_bytes(bytes);
}

/// Reads a cell. A number must stay the same when it is written and read again.
pub fn number(text: &str) {
    if let ParsedNumber::Exact(number) = read(text, None) {
        match read(&written(number), None) {
            ParsedNumber::Exact(again) => assert!(again == number, "{number} is {again}"),
            other => panic!("{number} is {other:?}"),
        }
    }
}
