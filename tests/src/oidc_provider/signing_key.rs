//! The key with which the provider of a test signs (ES256).

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use uuid::Uuid;

#[derive(Clone)]
pub(super) struct Key {
    id: String,
    private: Vec<u8>,
    public: Vec<u8>,
}

impl Key {
    pub(super) fn generate() -> Self {
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let private = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, private.as_ref()).expect("a key");
        Self {
            id: Uuid::new_v4().to_string(),
            private: private.as_ref().to_vec(),
            public: pair.public_key().as_ref().to_vec(),
        }
    }

    /// Another key under the same id.
    pub(super) fn another_with_its_id(&self) -> Self {
        Self {
            id: self.id.clone(),
            ..Self::generate()
        }
    }

    /// The public key (RFC 7518, section 6.2). It is an uncompressed point: 4, x and y.
    pub(super) fn jwk(&self) -> Value {
        json!({
            "kty": "EC",
            "crv": "P-256",
            "use": "sig",
            "alg": "ES256",
            "kid": self.id,
            "x": URL_SAFE_NO_PAD.encode(&self.public[1..33]),
            "y": URL_SAFE_NO_PAD.encode(&self.public[33..]),
        })
    }

    pub(super) fn sign(&self, claims: &Value, kind: &str) -> String {
        let header = Header {
            typ: Some(kind.to_owned()),
            kid: Some(self.id.clone()),
            ..Header::new(Algorithm::ES256)
        };
        let key = EncodingKey::from_ec_der(&self.private);
        jsonwebtoken::encode(&header, claims, &key).expect("a token")
    }
}

/// A token under a secret that two know (HS256).
pub(super) fn with_secret(claims: &Value, secret: &str) -> String {
    let key = EncodingKey::from_secret(secret.as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key).expect("a token")
}

/// A token without a signature (RFC 7519, section 6).
pub(super) fn unsigned(claims: &Value) -> String {
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    format!("{}.{}.", part(&json!({ "alg": "none" })), part(claims))
}
