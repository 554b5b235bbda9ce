//! Versions of rows. Callers see them as opaque etags.

use std::fmt;

/// Number of changes of a row; a new row has 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version(pub(crate) i64);

/// What callers get to see of it: its etag.
impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The etag that a caller sent along; empty admits every version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExpectedVersion(String);

impl From<String> for ExpectedVersion {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl ExpectedVersion {
    /// Whether the caller saw this version, or does not care.
    pub(crate) fn admits(&self, version: Version) -> bool {
        self.0.is_empty() || self.0 == version.to_string()
    }

    /// As it was sent.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_etag_admits_its_own_version_alone_and_an_empty_one_every_version() {
        let etag = |text: &str| ExpectedVersion::from(text.to_owned());
        assert!(etag("").admits(Version(3)));
        assert!(etag("3").admits(Version(3)));
        for stale in ["2", "03", " 3", "3.0", "x"] {
            assert!(!etag(stale).admits(Version(3)), "{stale}");
        }
    }
}
