//! Which stored value a caller replaces who records or marks its period.

use kreis_service::expected_version::{ExpectedVersion, Version, VersionMismatch};

use super::{KpiValueId, ValueContent};

/// The parts of a stored value that decide how it can change.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CurrentValue {
    /// Id.
    pub id: KpiValueId,
    /// The content of its period.
    pub content: ValueContent,
    /// Its version.
    pub version: Version,
}

/// What recording or marking a period does to the value that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replacement {
    /// Nothing: the period has this mark already.
    Unchanged,
    /// It gets the new content.
    Replace,
}

/// Why a value is not replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OccupiedError {
    /// The period has a value.
    #[error("the period has a value already, value {0}")]
    AlreadyRecorded(KpiValueId),
    /// The caller did not see the version that is there.
    #[error(transparent)]
    VersionMismatch(#[from] VersionMismatch),
}

impl CurrentValue {
    /// Decides whether a caller who records or marks the period replaces this value. Only a
    /// correction replaces a number. A period with a retracted value is blank, so the caller may
    /// have seen no value there.
    pub(crate) fn replaced_by(
        &self,
        new: &ValueContent,
        expected: ExpectedVersion,
    ) -> Result<Replacement, OccupiedError> {
        match self.content {
            ValueContent::Number(..) => return Err(OccupiedError::AlreadyRecorded(self.id)),
            ValueContent::Nothing(_) => expected.check(self.version)?,
            ValueContent::Retracted => expected.check_blank(self.version)?,
        }
        if self.content == *new {
            Ok(Replacement::Unchanged)
        } else {
            Ok(Replacement::Replace)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Comment, FiniteValue, Reason};

    #[test]
    fn a_mark_is_replaced_if_the_caller_saw_it_and_a_blank_period_also_if_the_caller_saw_nothing() {
        let reason = |text| ValueContent::Nothing(Reason::new(text).unwrap());
        let recorded = || ValueContent::Number(FiniteValue::stored(5.0), Comment::default());
        let outcome = |content: ValueContent, new: &ValueContent, etag: &str| {
            let current = CurrentValue {
                id: KpiValueId::stored(1),
                content,
                version: Version::stored(7),
            };
            current.replaced_by(new, ExpectedVersion::parse(etag))
        };
        for new in [recorded(), reason("closed"), reason("moved")] {
            let same = new == reason("closed");
            for (etag, seen_mark, seen_blank) in [
                ("", true, true),
                ("7", true, true),
                ("0", false, true),
                ("6", false, false),
                ("x", false, false),
            ] {
                let marked = outcome(reason("closed"), &new, etag);
                match (seen_mark, same) {
                    (true, true) => assert!(matches!(marked, Ok(Replacement::Unchanged))),
                    (true, false) => assert!(matches!(marked, Ok(Replacement::Replace))),
                    (false, _) => assert!(matches!(marked, Err(OccupiedError::VersionMismatch(_)))),
                }
                let blank = outcome(ValueContent::Retracted, &new, etag);
                if seen_blank {
                    assert!(matches!(blank, Ok(Replacement::Replace)));
                } else {
                    assert!(matches!(blank, Err(OccupiedError::VersionMismatch(_))));
                }
                let occupied = outcome(recorded(), &new, etag);
                assert!(matches!(occupied, Err(OccupiedError::AlreadyRecorded(_))));
            }
        }
    }
}
