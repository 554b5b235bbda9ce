//! Code that the loads of the bench share.

use std::{error::Error, fs};

use bytes::Bytes;

/// Reads a file of messages; the length of each comes before it in four bytes (big-endian).
pub fn requests(path: &str) -> Result<Vec<Bytes>, Box<dyn Error + Send + Sync>> {
    let mut file = Bytes::from(fs::read(path)?);
    let mut messages = Vec::new();
    while !file.is_empty() {
        if file.len() < 4 {
            return Err("the file of requests ends within a length".into());
        }
        let length = file.split_to(4);
        let length = u32::from_be_bytes(length.as_ref().try_into()?);
        let length = usize::try_from(length)?;
        if file.len() < length {
            return Err("the file of requests ends within a message".into());
        }
        messages.push(file.split_to(length));
    }
    Ok(messages)
}
