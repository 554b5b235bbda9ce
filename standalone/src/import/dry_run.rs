//! Describes what an import would create, so that a gatekeeper can check it first.

use std::io::{self, Write};

use super::{
    plan::{NewKpi, Plan, PlannedKpi},
    value::FileValue,
};
use crate::table::Content;

/// Prints what would be created.
pub(super) fn describe(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    for circle in &plan.circles {
        writeln!(out, "would create the circle {}", circle.name)?;
    }
    for planned in &plan.kpis {
        let kpi = format!("{} ({})", planned.name, planned.circle);
        if let PlannedKpi::New(new) = &planned.kpi {
            writeln!(out, "would create the KPI {kpi}: {}", definition(new))?;
        }
        for planned in &planned.targets {
            writeln!(
                out,
                "would set {kpi} from {} on: {}",
                planned.year, planned.target
            )?;
        }
        for value in &planned.values {
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
