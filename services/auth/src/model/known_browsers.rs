//! Browsers that have signed in before.
//!
//! A browser keeps a random id and, for the last five accounts that signed in with it, a keyed hash
//! of id and e-mail. All is under a message authentication code. So auth stores nothing, nobody can
//! make up a known browser, and the text names no person. The keys come from the signing keys, which
//! all auth servers share.

use aws_lc_rs::{
    error::Unspecified,
    hmac::{self},
    rand,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::EmailKey;

/// Accounts that a browser keeps: enough for a family or a shared computer, and the text stays short.
const MAX_ACCOUNTS: usize = 5;
/// 128 bits, for the id and for each code.
const LENGTH: usize = 16;

/// The keys of the codes. The first one makes codes; all of them verify. Cheap to clone.
#[derive(Clone)]
pub(crate) struct BrowserKeys(pub(crate) std::sync::Arc<[hmac::Key]>);

/// Id of a browser: 128 random bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BrowserId([u8; LENGTH]);

/// A browser that has signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownBrowser {
    id: BrowserId,
    /// A code for each account, the last one that signed in first.
    accounts: Vec<[u8; LENGTH]>,
}

impl BrowserId {
    /// The id with these bytes.
    #[cfg(test)]
    pub(crate) const fn from_bytes(bytes: [u8; LENGTH]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl KnownBrowser {
    /// A browser that no account has signed in with.
    pub(crate) fn random() -> Result<Self, Unspecified> {
        let mut id = [0; LENGTH];
        rand::fill(&mut id)?;
        Ok(Self {
            id: BrowserId(id),
            accounts: Vec::new(),
        })
    }

    /// Parses what a browser sent; `None` for a text that auth did not make.
    pub(crate) fn parse(text: &str, keys: &BrowserKeys) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (rest, code) = bytes.split_last_chunk::<LENGTH>()?;
        keys.0
            .iter()
            .any(|key| code_of(key, b"browser", &[rest]) == *code)
            .then_some(())?;
        let (id, accounts) = rest.split_first_chunk::<LENGTH>()?;
        let (accounts, []) = accounts.as_chunks::<LENGTH>() else {
            return None;
        };
        Some(Self {
            id: BrowserId(*id),
            accounts: accounts.to_vec(),
        })
    }

    /// The text for the browser; `None` without a key.
    pub(crate) fn text(&self, keys: &BrowserKeys) -> Option<String> {
        let key = keys.0.first()?;
        let mut bytes = [&self.id.0, self.accounts.as_flattened()].concat();
        bytes.extend(code_of(key, b"browser", &[&bytes]));
        Some(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The id of the browser.
    pub(crate) const fn id(&self) -> BrowserId {
        self.id
    }

    /// Whether this account has signed in with the browser before.
    pub(crate) fn knows(&self, email: &EmailKey, keys: &BrowserKeys) -> bool {
        let code = |key| self.code_of_account(key, email);
        keys.0.iter().any(|key| self.accounts.contains(&code(key)))
    }

    /// Adds an account that has signed in. The browser forgets the sixth last one.
    pub(crate) fn add(&mut self, email: &EmailKey, keys: &BrowserKeys) {
        let codes: Vec<_> = keys
            .0
            .iter()
            .map(|key| self.code_of_account(key, email))
            .collect();
        self.accounts.retain(|code| !codes.contains(code));
        self.accounts.splice(0..0, codes.first().copied());
        self.accounts.truncate(MAX_ACCOUNTS);
    }

    fn code_of_account(&self, key: &hmac::Key, email: &EmailKey) -> [u8; LENGTH] {
        code_of(key, b"account", &[&self.id.0, email.as_str().as_bytes()])
    }
}

/// The first 128 bits of HMAC-SHA256.
fn code_of(key: &hmac::Key, purpose: &[u8], parts: &[&[u8]]) -> [u8; LENGTH] {
    let mut context = hmac::Context::with_key(key);
    context.update(purpose);
    for part in parts {
        context.update(part);
    }
    let code = context.sign();
    *code.as_ref().first_chunk().expect("a code has 32 bytes")
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::hmac::HMAC_SHA256;

    use super::*;

    fn keys<const N: usize>(seeds: [u8; N]) -> BrowserKeys {
        let keys = seeds.map(|seed| hmac::Key::new(HMAC_SHA256, &[seed; 32]));
        BrowserKeys(keys.into())
    }

    fn email(number: usize) -> EmailKey {
        EmailKey::from_email(&format!("{number}@example.org"))
    }

    #[test]
    fn a_browser_knows_the_last_five_accounts_that_signed_in() {
        let keys = keys([1]);
        let mut browser = KnownBrowser::random().unwrap();
        for number in [0, 1, 2, 3, 4, 0, 5] {
            browser.add(&email(number), &keys);
        }
        let text = browser.text(&keys).unwrap();
        assert!(text.len() < 160, "{text}");
        let read = KnownBrowser::parse(&text, &keys).unwrap();
        assert_eq!(read, browser);
        let known: Vec<usize> = (0..8).filter(|n| read.knows(&email(*n), &keys)).collect();
        assert_eq!(known, [0, 2, 3, 4, 5]);
    }

    #[test]
    fn a_text_that_auth_did_not_make_is_no_known_browser() {
        let own = keys([1]);
        let mut browser = KnownBrowser::random().unwrap();
        browser.add(&email(1), &own);
        let text = browser.text(&own).unwrap();
        let mut bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
        bytes[20] ^= 1;
        let flipped = URL_SAFE_NO_PAD.encode(&bytes);
        let of_others = browser.text(&keys([2])).unwrap();
        for wrong in ["", "x", &text[4..], &flipped, &of_others, &"A".repeat(64)] {
            assert_eq!(KnownBrowser::parse(wrong, &own), None, "{wrong}");
        }
    }

    #[test]
    fn the_codes_of_one_browser_say_nothing_of_another() {
        let keys = keys([1]);
        let [mut one, mut other] = [(); 2].map(|()| KnownBrowser::random().unwrap());
        one.add(&email(1), &keys);
        other.add(&email(1), &keys);
        assert_ne!(one.accounts, other.accounts);
        other.accounts.clone_from(&one.accounts);
        assert!(!other.knows(&email(1), &keys));
    }

    #[test]
    fn a_browser_stays_known_while_the_key_of_its_code_is_there() {
        let (old, both, new) = (keys([1]), keys([2, 1]), keys([2]));
        let mut browser = KnownBrowser::random().unwrap();
        browser.add(&email(1), &old);
        let text = browser.text(&old).unwrap();
        let mut browser = KnownBrowser::parse(&text, &both).unwrap();
        assert!(browser.knows(&email(1), &both));
        browser.add(&email(1), &both);
        assert_eq!(browser.accounts.len(), 1);
        let text = browser.text(&both).unwrap();
        let browser = KnownBrowser::parse(&text, &new).unwrap();
        assert!(browser.knows(&email(1), &new));
    }
}
