//! The limits on guessing.

/// The limit that refuses a guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GuessLimit {
    /// Wrong passwords for one account.
    Account,
    /// Wrong passwords from one address.
    Address,
    /// Wrong passwords from all addresses.
    Whole,
    /// Unknown tokens from one address.
    Tokens,
    /// Links for a forgotten password, asked for from one address.
    Resets,
}

impl GuessLimit {
    /// All of them.
    pub(crate) const ALL: [Self; 5] = [
        Self::Account,
        Self::Address,
        Self::Whole,
        Self::Tokens,
        Self::Resets,
    ];

    /// The name in metrics and in the details of a refusal.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Address => "address",
            Self::Whole => "whole",
            Self::Tokens => "tokens",
            Self::Resets => "resets",
        }
    }
}
