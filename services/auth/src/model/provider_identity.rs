//! Persons as providers identify them.

use super::UserId;

/// Id of the link between a user and their account at a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IdentityId(pub(crate) i64);

/// A person whom a provider has identified.
#[derive(Debug, Clone)]
pub(crate) struct ProviderIdentity {
    /// The provider, as its tokens name it.
    pub(crate) issuer: String,
    /// The provider's id of the person.
    pub(crate) subject: String,
    /// The provider's id of its own session, if it says one.
    pub(crate) session: Option<String>,
    /// Absent if the provider has not verified it.
    pub(crate) verified_email: Option<String>,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    /// Whether the person is a gatekeeper. Absent if the settings name no claim for it, or if the
    /// provider keeps the claim elsewhere.
    pub(crate) is_gatekeeper: Option<bool>,
}

/// The provider of a sign-in, and what the settings say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProviderTerms {
    /// Its name for people.
    pub(crate) label: String,
    /// Whether a person without a user gets one at the first sign-in.
    pub(crate) creates_users: bool,
}

/// A provider, for people who choose one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProviderName {
    pub(crate) name: String,
    pub(crate) label: String,
}

/// What a session has that began with a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProviderSession {
    pub(crate) identity: IdentityId,
    /// Label of the provider.
    pub(crate) label: String,
    /// The provider's id of its own session, if it said one.
    pub(crate) id: Option<String>,
}

/// Whose sessions end at the wish of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProviderLogout {
    pub(crate) issuer: String,
    /// The provider's id of the person. Absent if the session says it.
    pub(crate) subject: Option<String>,
    /// The provider's id of its session. Absent for all sessions of the person.
    pub(crate) session: Option<String>,
    /// Id of the logout token.
    pub(crate) token_id: String,
}

/// A session that ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EndedSession {
    pub(crate) id: String,
    pub(crate) user: UserId,
}

/// A user to create for a person without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewPerson {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
}
