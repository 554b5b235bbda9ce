//! Access tokens: no bytes are accepted, because the fuzzer has no private key.
#![no_main]

use std::sync::LazyLock;

use jsonwebtoken::DecodingKey;
use kreis_server::token::{PublicKeys, verify};
use libfuzzer_sys::fuzz_target;

/// The public key of RFC 8037, appendix A, with a key id that the corpus uses.
static KEYS: LazyLock<PublicKeys> = LazyLock::new(|| {
    let key = DecodingKey::from_ed_components("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    PublicKeys::from([("a".to_owned(), key.expect("a key"))])
});

fuzz_target!(|text: &str| {
    assert!(verify(text, &KEYS, 1_800_000_000).is_err());
});
