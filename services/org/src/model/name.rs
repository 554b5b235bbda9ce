//! Names and e-mails, as the database keeps them.

use kreis_service::names::{self, EmailError, NameError};

/// Longest name, in characters.
const MAX_NAME_CHARACTERS: usize = 100;

/// A field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldError {
    /// Name of the field in the message.
    pub(crate) field: &'static str,
    /// The rule, such as "must not be empty".
    pub(crate) rule: String,
}

/// A name of a person or a circle: normalised, 1 to 100 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name(String);

impl Name {
    /// The name of a circle.
    pub(crate) fn of_circle(text: &str) -> Result<Self, NameError> {
        names::parse_visible_name(text, MAX_NAME_CHARACTERS).map(Self)
    }

    /// The name of a person: visible characters of one script, or of scripts that are written
    /// together.
    pub(crate) fn of_person(text: &str) -> Result<Self, NameError> {
        names::parse_person_name(text, MAX_NAME_CHARACTERS).map(Self)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The key by which names are compared.
    pub(crate) fn key(&self) -> String {
        names::key(&self.0)
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

/// An e-mail, at most 254 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Email(String);

impl Email {
    pub(crate) fn parse(text: &str) -> Result<Self, EmailError> {
        names::parse_email(text).map(Self)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The key by which e-mails are compared.
    pub(crate) fn key(&self) -> String {
        names::key(&self.0)
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}
