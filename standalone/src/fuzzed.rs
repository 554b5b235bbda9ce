//! What the targets in `fuzz` reach of this crate.

use crate::{
    import,
    table::number::{Reading, read, written},
};

/// Reads a file up to what is to be imported.
pub fn file(bytes: &[u8]) {
    import::read_bytes(bytes);
}

/// Reads a cell. A number that is written and read again is the same.
pub fn number(text: &str) {
    if let Reading::Exact(number) = read(text, None) {
        match read(&written(number), None) {
            Reading::Exact(again) => assert!(again == number, "{number} is {again}"),
            other => panic!("{number} is {other:?}"),
        }
    }
}
