//! The password policy: which passwords may be set, and which are tried for signing in.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;
use zxcvbn::{Score, zxcvbn};

const MIN_CHARACTERS: usize = 12;
const MAX_BYTES: usize = 1024;
/// At least 10^8 guesses, as zxcvbn estimates them.
const LEAST_SCORE: Score = Score::Three;
/// How many times longer a text can get in NFC (UAX #15, section 12.1, UTF-8).
const MAX_NFC_EXPANSION: usize = 3;

/// A password in NFC. It is never printed. Its memory is overwritten on drop.
#[derive(Clone)]
pub(crate) struct Password(Zeroizing<String>);

/// Why a password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordPolicyError {
    /// Fewer than 12 characters.
    #[error("must have at least {MIN_CHARACTERS} characters")]
    TooShort,
    /// More than 1024 bytes.
    #[error("must have at most {MAX_BYTES} bytes")]
    TooLong,
}

/// The password is easy to guess.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is easy to guess. {advice}")]
pub struct EasyPassword {
    /// What would help, in English.
    pub advice: String,
}

impl Password {
    /// A password for signing in. Only a password that is too long is refused. A rule for short
    /// ones would tell a caller that the password is wrong.
    pub(crate) fn for_sign_in(text: &str) -> Result<Self, PasswordPolicyError> {
        if text.len() > MAX_BYTES {
            return Err(PasswordPolicyError::TooLong);
        }
        // Enough capacity, so that the text never moves in memory and leaves a copy behind.
        let mut normal = Zeroizing::new(String::with_capacity(MAX_NFC_EXPANSION * text.len()));
        normal.extend(text.nfc());
        Ok(Self(normal))
    }

    /// A password to set.
    pub(crate) fn new(text: &str) -> Result<Self, PasswordPolicyError> {
        let password = Self::for_sign_in(text)?;
        if password.0.chars().count() < MIN_CHARACTERS {
            return Err(PasswordPolicyError::TooShort);
        }
        Ok(password)
    }

    /// Refuses a password that is easy to guess. `known` is what others know about the user, such as
    /// names and e-mail. Takes some milliseconds.
    pub(crate) fn check_strength(&self, known: &[&str]) -> Result<(), EasyPassword> {
        let estimate = zxcvbn(&self.0, known);
        if estimate.score() >= LEAST_SCORE {
            return Ok(());
        }
        let advice = estimate.feedback().map_or_else(Vec::new, |feedback| {
            let warning = feedback.warning().map(|warning| warning.to_string());
            let suggestions = feedback.suggestions().iter().map(ToString::to_string);
            warning.into_iter().chain(suggestions).collect()
        });
        Err(EasyPassword {
            advice: advice.join(" "),
        })
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_to_set_has_twelve_characters_of_any_kind() {
        assert!(Password::new("ä ö ü é è 12").is_ok());
        assert_eq!(
            Password::new("elevenchars").err(),
            Some(PasswordPolicyError::TooShort)
        );
        assert_eq!(
            Password::new(&"x".repeat(1025)).err(),
            Some(PasswordPolicyError::TooLong)
        );
        assert!(Password::new(&"x".repeat(1024)).is_ok());
    }

    #[test]
    fn a_password_that_is_easy_to_guess_is_refused_with_advice() {
        let known = ["Magdalena Weissenberger", "magdalena@example.org"];
        for easy in [
            "passwordpassword",
            "123456789012",
            "qwertyuiopas",
            "aaaaaaaaaaaa",
            "Magdalena Weissenberger",
            "magdalena@example.org",
        ] {
            let password = Password::new(easy).unwrap();
            let refused = password.check_strength(&known).expect_err(easy);
            assert!(!refused.advice.is_empty(), "{easy}");
        }
        for hard in [
            "another battery staple",
            "ein Satz, der lang genug ist",
            "kreis-demo-only",
        ] {
            let password = Password::new(hard).unwrap();
            assert_eq!(password.check_strength(&known), Ok(()), "{hard}");
        }
        // zxcvbn reads the first hundred characters.
        let long = Password::new(&"x1".repeat(512)).unwrap();
        assert!(long.check_strength(&known).is_err());
    }

    #[test]
    fn a_password_to_sign_in_with_may_be_short() {
        assert!(Password::for_sign_in("").is_ok());
        assert_eq!(
            Password::for_sign_in(&"x".repeat(1025)).err(),
            Some(PasswordPolicyError::TooLong)
        );
    }
}
