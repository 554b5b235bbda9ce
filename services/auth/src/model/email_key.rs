//! The key by which the e-mails of sign-ins are looked up.

use kreis_service::names;

const MAX_EMAIL_BYTES: usize = 1024;

/// The normalised e-mail by which an account is looked up. An impossible e-mail becomes an empty
/// key, which finds no account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EmailKey(String);

impl EmailKey {
    pub(crate) fn from_email(email: &str) -> Self {
        let possible = email.len() <= MAX_EMAIL_BYTES && !email.contains('\0');
        Self(if possible {
            names::key(email)
        } else {
            String::new()
        })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_that_cannot_be_anybodys_finds_nobody() {
        assert_eq!(
            EmailKey::from_email(" Anna@Example.ORG ").as_str(),
            "anna@example.org"
        );
        assert_eq!(EmailKey::from_email("a\0b@example.org").as_str(), "");
        assert_eq!(EmailKey::from_email(&"x".repeat(2000)).as_str(), "");
    }
}
