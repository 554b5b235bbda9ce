//! Collects the invalid fields of a message.

use tonic::{Code, Status};
use tonic_types::FieldViolation;

use super::{StatusBuilder, internal};

const MAX_VIOLATIONS: usize = 50;
/// In bytes, so that it fits into one header.
const MAX_HEADER_BYTES: usize = 3 * 1024;

/// The invalid fields of a message, at most 50. All are reported at once.
#[derive(Debug, Default)]
pub struct Violations {
    found: Vec<FieldViolation>,
}

impl Violations {
    /// Records that the field with this proto path breaks a rule.
    pub fn add(&mut self, field: impl Into<String>, rule: impl Into<String>) {
        if !self.is_full() {
            self.found.push(FieldViolation::new(field, rule));
        }
    }

    /// Whether the list is short enough to check its entries. The length is checked first, so that
    /// a huge list costs nothing more.
    pub fn check_length<T>(&mut self, field: &str, list: &[T], most: usize) -> bool {
        let fits = list.len() <= most;
        if !fits {
            self.add(field, format!("must be at most {most}"));
        }
        fits
    }

    /// Whether no more violations are recorded. A loop over a list can end then.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.found.len() >= MAX_VIOLATIONS
    }

    /// Returns a parsed field, or records its error.
    pub fn check<T>(&mut self, field: &str, parsed: Result<T, impl ToString>) -> Option<T> {
        parsed
            .map_err(|error| self.add(field, error.to_string()))
            .ok()
    }

    /// Whether no violation was recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Succeeds without violations; otherwise returns a status that lists them: at most 50, and at
    /// most what fits into one header.
    pub fn into_result(self) -> Result<(), Status> {
        if self.found.is_empty() {
            return Ok(());
        }
        let mut size = 0;
        let listed: Vec<FieldViolation> = self
            .found
            .iter()
            .take_while(|violation| {
                size += violation.field.len() + violation.description.len() + 8;
                size <= MAX_HEADER_BYTES
            })
            .cloned()
            .collect();
        let first = &self.found[0];
        let text = match self.found.len() {
            MAX_VIOLATIONS => format!(
                "{MAX_VIOLATIONS} fields or more break a rule, first {}: {}",
                first.field, first.description
            ),
            1 => format!("{}: {}", first.field, first.description),
            more => format!(
                "{more} fields break a rule, first {}: {}",
                first.field, first.description
            ),
        };
        let mut refusal = StatusBuilder::common(Code::InvalidArgument, "INVALID_FIELDS", &text);
        refusal.details.set_bad_request(listed);
        Err(refusal.into_status())
    }

    /// The parsed message, or the status that lists its violations. `parsed` may be absent only if
    /// a violation was recorded.
    pub fn finish<T>(self, parsed: Option<T>) -> Result<T, Status> {
        self.into_result()?;
        parsed.ok_or_else(|| internal(&"a field was dropped without a violation"))
    }
}

#[cfg(test)]
mod tests {
    use tonic_types::StatusExt;

    use super::*;

    #[test]
    fn all_violations_are_answered_at_once_and_at_most_fifty() {
        let mut violations = Violations::default();
        for index in 0..60 {
            violations.add(format!("targets[{index}].from_year"), "1900 to 2200");
        }
        let status = violations.into_result().unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(
            status
                .get_details_bad_request()
                .unwrap()
                .field_violations
                .len(),
            50
        );
    }

    #[test]
    fn a_list_that_is_too_long_is_judged_by_its_length_alone() {
        let mut violations = Violations::default();
        assert!(violations.check_length("targets", &[0; 3], 3));
        assert!(!violations.check_length("targets", &[0; 4], 3));
        let status = violations.into_result().unwrap_err();
        assert_eq!(status.message(), "targets: must be at most 3");
    }
}
