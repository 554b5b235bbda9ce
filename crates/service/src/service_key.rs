//! Keys of service accounts.
//!
//! A key is `kreis_sa_`, 43 random characters, and a checksum of six characters, all of them digits
//! and Latin letters: `kreis_sa_[0-9A-Za-z]{49}`. So scanners of source code find a key that was
//! published by mistake, and scanners and servers recognise a typing error without a database. The
//! form follows the tokens of GitHub.
//!
//! A key cannot be guessed: 43 of 62 characters are 256 bits. So its hash is plain SHA-256, without
//! the salt and the work that a password needs.

use std::fmt;

use aws_lc_rs::{error::Unspecified, rand};
use crc::{CRC_32_ISO_HDLC, Crc};
use zeroize::Zeroizing;

use crate::idempotency::sha256;

/// The beginning of every key.
pub const PREFIX: &str = "kreis_sa_";

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM_LENGTH: usize = 43;
/// 62^6 is more than 2^32.
const CHECKSUM_LENGTH: usize = 6;
const LENGTH: usize = PREFIX.len() + RANDOM_LENGTH + CHECKSUM_LENGTH;
/// Random characters that a hint shows. They leave 232 bits of the key unknown.
const HINT_LENGTH: usize = 4;

const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// A key of a service account. Its checksum is right.
#[derive(Clone, PartialEq, Eq)]
pub struct ServiceKey(Zeroizing<String>);

/// Never shows the key.
impl fmt::Debug for ServiceKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ServiceKey")
    }
}

impl ServiceKey {
    /// A new key.
    pub fn random() -> Result<Self, Unspecified> {
        let mut text = Zeroizing::new(String::with_capacity(LENGTH));
        text.push_str(PREFIX);
        while text.len() < PREFIX.len() + RANDOM_LENGTH {
            let mut byte = [0];
            rand::fill(&mut byte)?;
            // Of the 256 values of a byte, 248 fall on each character equally often.
            if byte[0] < 248 {
                text.push(character(byte[0] % 62));
            }
        }
        let checksum = checksum(&text);
        text.push_str(&checksum);
        Ok(Self(text))
    }

    /// Parses a key; `None` for a text that cannot be one, or whose checksum is wrong.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != LENGTH || !text.is_ascii() {
            return None;
        }
        let (start, shown) = text.split_at(LENGTH - CHECKSUM_LENGTH);
        let random = start.strip_prefix(PREFIX)?;
        let known = random.bytes().all(|byte| ALPHABET.contains(&byte));
        (known && checksum(start) == shown).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The whole key, for its holder.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// SHA-256 of the key.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        sha256(&[self.0.as_bytes()])
    }

    /// Its first characters, by which people recognise it.
    #[must_use]
    pub fn hint(&self) -> &str {
        &self.0[..PREFIX.len() + HINT_LENGTH]
    }
}

fn character(number: u8) -> char {
    char::from(ALPHABET[usize::from(number)])
}

/// CRC-32 (as in zip files) of a text, in base 62 with six characters.
fn checksum(text: &str) -> String {
    let mut rest = CRC.checksum(text.as_bytes());
    let mut characters = ['0'; CHECKSUM_LENGTH];
    for place in characters.iter_mut().rev() {
        *place = character(u8::try_from(rest % 62).expect("less than 62"));
        rest /= 62;
    }
    characters.iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_made() {
        let key = ServiceKey::random().unwrap();
        let read = ServiceKey::parse(key.text()).unwrap();
        assert_eq!(read, key);
        assert_eq!(read.hash(), key.hash());
        assert!(key.text().starts_with(key.hint()));
        assert_eq!(key.text().len(), 58);
        assert_ne!(ServiceKey::random().unwrap(), key);
    }

    #[test]
    fn every_other_character_at_any_place_is_noticed() {
        let key = ServiceKey::random().unwrap();
        for place in 0..LENGTH {
            for other in ALPHABET.iter().copied().chain(*b"_-. \0") {
                let mut changed = key.text().as_bytes().to_vec();
                if changed[place] == other {
                    continue;
                }
                changed[place] = other;
                let changed = String::from_utf8(changed).unwrap();
                assert!(ServiceKey::parse(&changed).is_none(), "{place}");
            }
        }
    }

    #[test]
    fn a_text_that_cannot_be_a_key_is_none() {
        let key = ServiceKey::random().unwrap();
        let text = key.text();
        let longer = format!("{text}0");
        let umlaut = format!("{}ü", &text[..LENGTH - 2]);
        for wrong in ["", PREFIX, &text[1..], &text[..57], &longer, &umlaut] {
            assert!(ServiceKey::parse(wrong).is_none(), "{wrong}");
        }
    }

    /// Scanners compute the same from this description.
    #[test]
    fn the_checksum_is_that_of_the_description() {
        assert_eq!(CRC.checksum(b"123456789"), 0xcbf4_3926);
        assert_eq!(checksum("123456789"), "3jZRME");
    }

    #[test]
    fn a_key_does_not_show_in_debug_output() {
        let key = ServiceKey::random().unwrap();
        assert_eq!(format!("{key:?}"), "ServiceKey");
    }
}
