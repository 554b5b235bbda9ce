//! Versions. Callers see them as opaque etags.

use super::Error;

/// Version of a user or a circle. Every change raises it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version(i64);

impl Version {
    pub(crate) const fn stored(version: i64) -> Self {
        Self(version)
    }

    pub(crate) fn etag(self) -> String {
        self.0.to_string()
    }
}

/// The etag that the caller saw; absent to change any version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExpectedVersion(Option<String>);

impl ExpectedVersion {
    pub(crate) fn parse(etag: String) -> Self {
        Self(Some(etag).filter(|etag| !etag.is_empty()))
    }

    /// Refuses any version but the one that the caller saw.
    pub(crate) fn check(&self, current: Version) -> Result<(), Error> {
        let current = current.etag();
        match &self.0 {
            Some(seen) if *seen != current => Err(Error::EtagMismatch { current }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_etag_of_another_version_is_refused_and_none_is_not() {
        let current = Version::stored(7);
        let check = |etag: &str| ExpectedVersion::parse(etag.to_owned()).check(current);
        assert!(check(&current.etag()).is_ok());
        assert!(check("").is_ok());
        for stale in ["6", "8", "07", "seven", " 7"] {
            assert!(
                matches!(check(stale), Err(Error::EtagMismatch { .. })),
                "{stale}"
            );
        }
    }
}
