//! Entry points for the targets in `fuzz`.

use crate::{
    import,
    table::number::{Reading, read, written},
};

/// Reads a file up to the import plan's input.
pub fn file(bytes: &[u8]) {
    import::read_bytes(bytes);
}

/// Reads a cell. A number must stay the same when it is written and read again.
pub fn number(text: &str) {
    if let Reading::Exact(number) = read(text, None) {
        match read(&written(number), None) {
            Reading::Exact(again) => assert!(again == number, "{number} is {again}"),
            other => panic!("{number} is {other:?}"),
        }
    }
}
