//! Counts the results of an import.

use std::io::{self, Write};

/// Results for one kind of object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Created; in a dry run, to be created.
    pub created: u64,
    /// On the server already, as in the file.
    pub unchanged: u64,
    /// Refused. A line on standard error gives the reason.
    pub refused: u64,
    /// Planned, but not reached before the import stopped.
    pub left: u64,
}

/// The results of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Whether this was a dry run, which writes nothing.
    pub dry_run: bool,
    /// Rows that are not empty, without the header.
    pub rows: u64,
    /// Rows for a period without a value or a mark.
    pub blanks: u64,
    /// Circles.
    pub circles: Counts,
    /// KPIs.
    pub kpis: Counts,
    /// Initial values and targets, one for each KPI and year.
    pub targets: Counts,
    /// Values and "nothing to report" marks. A row that cannot be parsed counts here too.
    pub values: Counts,
    /// Refused descriptions, stewards and active states. Each is refused alone.
    pub details_refused: u64,
    /// KPIs of the file without a target, with their circles.
    pub kpis_without_target: Vec<String>,
}

impl Summary {
    /// Number of refused objects.
    #[must_use]
    pub fn refused(&self) -> u64 {
        let things = [self.circles, self.kpis, self.targets, self.values];
        let refused: u64 = things.iter().map(|counts| counts.refused).sum();
        refused + self.details_refused
    }

    /// Adds the counts of one part of the import.
    pub(super) fn add(&mut self, part: &Self) {
        for (whole, part) in [
            (&mut self.circles, part.circles),
            (&mut self.kpis, part.kpis),
            (&mut self.targets, part.targets),
            (&mut self.values, part.values),
        ] {
            whole.created += part.created;
            whole.unchanged += part.unchanged;
            whole.refused += part.refused;
        }
        self.details_refused += part.details_refused;
    }

    /// Counts what was planned and not reached.
    pub(super) fn count_left(&mut self, planned: &Self, done: &Self) {
        for (counts, planned, done) in [
            (&mut self.circles, planned.circles, done.circles),
            (&mut self.kpis, planned.kpis, done.kpis),
            (&mut self.targets, planned.targets, done.targets),
            (&mut self.values, planned.values, done.values),
        ] {
            let done = done.created + done.unchanged + done.refused;
            counts.left += planned.created.saturating_sub(done);
        }
    }

    /// Prints the counts, and the KPIs without a target.
    pub(super) fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let created = if self.dry_run {
            "would be created"
        } else {
            "created"
        };
        for (kind, counts) in [
            ("circles", self.circles),
            ("KPIs", self.kpis),
            ("targets", self.targets),
            ("values", self.values),
        ] {
            write!(
                out,
                "{:<9}{} {created}, {} unchanged, {} refused",
                format!("{kind}:"),
                counts.created,
                counts.unchanged,
                counts.refused
            )?;
            if counts.left > 0 {
                write!(out, ", {} not created", counts.left)?;
            }
            writeln!(out)?;
        }
        if self.details_refused > 0 {
            writeln!(
                out,
                "{} descriptions, stewards or active states refused; their KPIs went on",
                self.details_refused
            )?;
        }
        writeln!(out, "{} rows, {} of them blank", self.rows, self.blanks)?;
        if !self.kpis_without_target.is_empty() {
            writeln!(out, "KPIs without a target, and so without progress:")?;
            for kpi in &self.kpis_without_target {
                writeln!(out, "  {kpi}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_import_did_not_come_to_is_counted_and_told() {
        let counts = |created, unchanged, refused| Counts {
            created,
            unchanged,
            refused,
            left: 0,
        };
        let planned = Summary {
            circles: counts(1, 0, 0),
            values: counts(10, 0, 0),
            ..Summary::default()
        };
        let done = Summary {
            circles: counts(1, 0, 0),
            values: counts(3, 1, 2),
            ..Summary::default()
        };
        let mut summary = done.clone();
        summary.count_left(&planned, &done);
        let mut out = Vec::new();
        summary.print(&mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(
            out.contains("circles: 1 created, 0 unchanged, 0 refused\n"),
            "{out}"
        );
        assert!(
            out.contains("values:  3 created, 1 unchanged, 2 refused, 4 not created\n"),
            "{out}"
        );
    }
}
