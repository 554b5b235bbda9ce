//! Versions of stored things, and the version that a caller expects. Callers see a version as an
//! opaque etag.

use std::fmt;

/// A version. Each change raises it; something new has 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version(i64);

impl Version {
    /// A version from the database.
    #[must_use]
    pub const fn stored(version: i64) -> Self {
        Self(version)
    }

    /// The number in the database.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// What callers see.
    #[must_use]
    pub fn etag(self) -> String {
        self.0.to_string()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The version that a caller saw, from the etag in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpectedVersion {
    /// Any version: the caller sent no etag.
    Any,
    /// None: the caller saw that there was nothing, and sent the etag `0`.
    Absent,
    /// This version.
    Version(Version),
    /// A text that is the etag of no version.
    Unknown,
}

impl ExpectedVersion {
    /// Parses an etag. Only the exact text of a version is its etag.
    #[must_use]
    pub fn parse(etag: &str) -> Self {
        match etag.parse() {
            _ if etag.is_empty() => Self::Any,
            Ok(version) if etag == Version(version).etag() => match version {
                0 => Self::Absent,
                _ => Self::Version(Version(version)),
            },
            _ => Self::Unknown,
        }
    }

    /// Refuses any version but the one that the caller saw.
    pub fn check(self, current: Version) -> Result<(), VersionMismatch> {
        if self == Self::Any || self == Self::Version(current) {
            Ok(())
        } else {
            Err(VersionMismatch { current })
        }
    }

    /// The same for something that exists, but that callers may see as absent.
    pub fn check_blank(self, current: Version) -> Result<(), VersionMismatch> {
        if self == Self::Absent {
            Ok(())
        } else {
            self.check(current)
        }
    }
}

/// The version is not the one that the caller saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the version is now {current}")]
pub struct VersionMismatch {
    /// The version now.
    pub current: Version,
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURRENT: Version = Version::stored(7);

    fn expected(etag: &str) -> ExpectedVersion {
        ExpectedVersion::parse(etag)
    }

    #[test]
    fn only_the_etag_of_a_version_expects_it() {
        assert_eq!(expected(""), ExpectedVersion::Any);
        assert_eq!(expected("0"), ExpectedVersion::Absent);
        assert_eq!(expected(&CURRENT.etag()), ExpectedVersion::Version(CURRENT));
        for text in [
            "07",
            " 7",
            "+7",
            "7.0",
            "-0",
            "00",
            "seven",
            "99999999999999999999",
        ] {
            assert_eq!(expected(text), ExpectedVersion::Unknown, "{text}");
        }
    }

    #[test]
    fn a_version_that_the_caller_did_not_see_is_refused() {
        for etag in ["", "7"] {
            assert_eq!(expected(etag).check(CURRENT), Ok(()), "{etag}");
            assert_eq!(expected(etag).check_blank(CURRENT), Ok(()), "{etag}");
        }
        let mismatch = Err(VersionMismatch { current: CURRENT });
        for etag in ["6", "8", "-7", "07", "seven"] {
            assert_eq!(expected(etag).check(CURRENT), mismatch, "{etag}");
            assert_eq!(expected(etag).check_blank(CURRENT), mismatch, "{etag}");
        }
    }

    #[test]
    fn only_what_is_blank_can_be_expected_to_be_absent() {
        assert_eq!(expected("0").check_blank(CURRENT), Ok(()));
        assert!(expected("0").check(CURRENT).is_err());
    }
}
