//! Describes what an import would create, so that a gatekeeper can check it first.

use std::io::{self, Write};

use super::{
    plan::{KpiPlace, NewKpi, Plan},
    value::FileValue,
};
use crate::table::Content;

/// Prints what would be created.
pub(super) fn describe(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    for circle in &plan.circles {
        writeln!(out, "would create the circle {}", circle.name)?;
    }
    for work in &plan.kpis {
        let kpi = format!("{} ({})", work.name, work.circle);
        if let KpiPlace::New(new) = &work.kpi {
            writeln!(out, "would create the KPI {kpi}: {}", definition(new))?;
        }
        for work in &work.targets {
            writeln!(
                out,
                "would set {kpi} from {} on: {}",
                work.year, work.target
            )?;
        }
        for value in &work.values {
            writeln!(out, "would {} {kpi} {}", verb(value), content(value))?;
        }
    }
    Ok(())
}

fn definition(new: &NewKpi) -> String {
    let mut words = vec![
        new.periodicity.to_string(),
        new.unit.to_string(),
        new.limits.to_string(),
    ];
    words.extend(
        new.active_since
            .map(|month| format!("in use since {month}")),
    );
    words.extend(
        new.steward
            .as_ref()
            .map(|steward| format!("steward {}", steward.email)),
    );
    words.extend(
        new.description
            .as_ref()
            .map(|text| format!("described as {text}")),
    );
    if !new.active {
        words.push("inactive".to_owned());
    }
    words.join(", ")
}

fn verb(value: &FileValue) -> &'static str {
    match value.content {
        Content::Number(_) => "record",
        Content::Nothing => "mark",
    }
}

fn content(value: &FileValue) -> String {
    let said = value.comment.as_ref();
    let comment = said.map_or_else(String::new, |comment| format!(", {comment}"));
    format!("{}: {}{comment}", value.period, value.content)
}
