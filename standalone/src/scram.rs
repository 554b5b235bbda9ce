//! Makes the verifier that Postgres stores for a password. So the password itself appears in no
//! statement, and in no log of statements.
//!
//! The format is `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>` with the keys of RFC
//! 5802, section 3. Postgres stores such a text unchanged if it is set as a password.

use std::num::NonZeroU32;

use aws_lc_rs::{
    digest::{SHA256, digest},
    hmac, pbkdf2,
};
use base64::{Engine, engine::general_purpose::STANDARD};

/// The default of Postgres, and the minimum of RFC 7677.
const ITERATIONS: NonZeroU32 = NonZeroU32::new(4096).expect("it is not zero");

/// The verifier of a password, with a random salt.
pub(crate) fn verifier(password: &str, salt: [u8; 16]) -> String {
    // Clients do the same: a password that SASLprep forbids is used unchanged.
    let prepared = stringprep::saslprep(password).unwrap_or(password.into());
    let mut salted = [0; 32];
    pbkdf2::derive(
        pbkdf2::PBKDF2_HMAC_SHA256,
        ITERATIONS,
        &salt,
        prepared.as_bytes(),
        &mut salted,
    );
    let salted = hmac::Key::new(hmac::HMAC_SHA256, &salted);
    let client_key = hmac::sign(&salted, b"Client Key");
    let stored_key = digest(&SHA256, client_key.as_ref());
    let server_key = hmac::sign(&salted, b"Server Key");
    format!(
        "SCRAM-SHA-256${ITERATIONS}:{}${}:{}",
        STANDARD.encode(salt),
        STANDARD.encode(stored_key),
        STANDARD.encode(server_key),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verifier_is_the_one_of_rfc_7677() {
        // The server's signature in the exchange of section 3 proves the key.
        let salt = STANDARD.decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
        let made = verifier("pencil", salt.try_into().unwrap());
        let (_, server_key) = made.rsplit_once(':').unwrap();
        let messages = "n=user,r=rOprNGfwEbeRWgbNEkqO,\
            r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,\
            c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        let server_key = STANDARD.decode(server_key).unwrap();
        let server_key = hmac::Key::new(hmac::HMAC_SHA256, &server_key);
        let signature = hmac::sign(&server_key, messages.as_bytes());
        assert_eq!(
            STANDARD.encode(signature),
            "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
        );
        assert!(made.starts_with("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"));
    }
}
