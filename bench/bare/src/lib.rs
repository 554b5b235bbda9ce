//! What the loads of the bench have in common.

use std::{error::Error, fs};

use bytes::Bytes;

/// The messages of a file of requests: each behind its length in four bytes (big-endian).
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
