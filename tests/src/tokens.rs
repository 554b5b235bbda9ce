//! Tokens as a server sees them once it has verified them.

use kreis_server::{
    id::UserId,
    token::{AUDIENCE, Claims, ISSUER, Role, VerifiedToken},
};

/// A token of a session, which nothing but the end of that session revokes.
#[must_use]
pub fn token_of_session(session: &str) -> VerifiedToken {
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: "1".to_owned(),
        // Issued after any event that ends everything.
        iat: i64::MAX,
        nbf: 0,
        exp: i64::MAX,
        jti: "a token".to_owned(),
        sid: session.to_owned(),
        uv: 1,
        role: Role::User,
    };
    VerifiedToken {
        claims,
        kid: "a key".to_owned(),
        user_id: UserId::stored(1),
    }
}
