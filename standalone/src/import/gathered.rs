//! Gathers the rows of a file by KPI, and finds contradictions between them. A KPI whose rows
//! disagree about its definition is refused as a whole, because the import cannot know which row is
//! right.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use kreis_chassis::names;

use super::{
    range::Range,
    refusal::Refusal,
    row::Row,
    summary::Summary,
    text::Text,
    unit_override::UnitOverride,
    value::{self, FileValue},
};
use crate::table::{Column, Limits, Name, Periodicity, Target, Unit, YesOrNo};

/// The value of a cell, with its position.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said<T> {
    pub(super) row: u64,
    pub(super) column: Column,
    pub(super) value: T,
}

/// One end of a KPI's limits in the file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Bound {
    /// No limit at this end.
    Open,
    /// A limit at this number.
    At(f64),
}

impl Bound {
    pub(super) fn limit(self) -> Option<f64> {
        match self {
            Self::Open => None,
            Self::At(limit) => Some(limit),
        }
    }
}

/// A KPI in the file.
#[derive(Debug)]
pub(super) struct FileKpi {
    /// The first row with this KPI.
    pub(super) row: u64,
    pub(super) circle: Name,
    pub(super) name: Name,
    pub(super) periodicity: Said<Periodicity>,
    /// Absent if the file does not give it.
    pub(super) unit: Option<Said<Unit>>,
    /// Absent if the file has neither a limit nor a range.
    pub(super) minimum: Option<Said<Bound>>,
    pub(super) maximum: Option<Said<Bound>>,
    pub(super) targets: BTreeMap<i32, Said<Target>>,
    pub(super) description: Option<Said<Text>>,
    /// The steward's e-mail.
    pub(super) steward: Option<Said<Name>>,
    pub(super) active: Option<Said<YesOrNo>>,
    pub(super) values: Vec<FileValue>,
    /// The column that gives the unit in this file.
    pub(super) unit_column: Column,
    /// Contradictions between its rows. With any of them it is refused.
    pub(super) errors: Vec<Refusal>,
}

impl FileKpi {
    /// Name and circle, for messages.
    pub(super) fn described(&self) -> String {
        format!("{} ({})", self.name, self.circle)
    }

    /// The limits of its values.
    pub(super) fn limits(&self) -> Limits {
        let limit = |bound: Option<Said<Bound>>| bound.and_then(|said| said.value.limit());
        Limits {
            minimum: limit(self.minimum),
            maximum: limit(self.maximum),
        }
    }

    /// Refuses the KPI for these reasons, with all its values and targets.
    pub(super) fn refuse(
        &self,
        reasons: Vec<Refusal>,
        summary: &mut Summary,
        refusals: &mut Vec<Refusal>,
    ) {
        let row = reasons.first().map_or(self.row, |reason| reason.row);
        refusals.extend(reasons);
        summary.kpis.refused += 1;
        let text = format!("not recorded, since its KPI is refused in row {row}");
        for value in &self.values {
            refusals.push(Refusal::new(value.row, value.column(), text.as_str()));
            summary.values.refused += 1;
        }
        let text = format!("not set, since its KPI is refused in row {row}");
        for said in self.targets.values() {
            refusals.push(Refusal::new(said.row, said.column, text.as_str()));
            summary.targets.refused += 1;
        }
    }
}

/// The KPIs of the file in order, including those whose rows disagree. Other refusals go into
/// `refusals` and are counted.
pub(super) fn gather(
    rows: Vec<Row>,
    overrides: &[UnitOverride],
    summary: &mut Summary,
    refusals: &mut Vec<Refusal>,
) -> Vec<FileKpi> {
    let units: HashMap<String, Unit> = overrides
        .iter()
        .map(|given| (names::key(&given.kpi), given.unit))
        .collect();
    let mut kpis = Vec::new();
    for rows in by_kpi(rows) {
        let mut errors = Vec::new();
        let Some(mut kpi) = definition(&rows, &units, &mut errors) else {
            continue;
        };
        kpi.targets = targets(&rows, summary, refusals);
        kpi.values = value::values(&rows, kpi.periodicity.value, summary, refusals);
        kpi.errors = errors;
        kpis.push(kpi);
    }
    kpis
}

fn by_kpi(rows: Vec<Row>) -> Vec<Vec<Row>> {
    let mut places: HashMap<(String, String), usize> = HashMap::new();
    let mut groups: Vec<Vec<Row>> = Vec::new();
    for row in rows {
        let place = *places
            .entry((row.circle.key.clone(), row.kpi.key.clone()))
            .or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

fn definition(
    rows: &[Row],
    units: &HashMap<String, Unit>,
    errors: &mut Vec<Refusal>,
) -> Option<FileKpi> {
    let first = rows.first()?;
    let periodicity = agreed(
        rows,
        Column::Periodicity,
        |row| Some(row.periodicity),
        errors,
    )?;
    let range = agreed(rows, Column::Range, |row| row.range, errors);
    let stated = agreed(rows, Column::Unit, |row| row.unit, errors);
    let least = agreed(rows, Column::MinValue, |row| row.minimum, errors);
    let most = agreed(rows, Column::MaxValue, |row| row.maximum, errors);

    let minimum = bound(least, range, |limits| limits.minimum, errors);
    let maximum = bound(most, range, |limits| limits.maximum, errors);
    check_order(minimum, maximum, errors);
    let description = agreed(
        rows,
        Column::Description,
        |row| row.description.clone(),
        errors,
    );
    let steward = agreed(rows, Column::Steward, |row| row.steward.clone(), errors);
    let active = agreed(rows, Column::Active, |row| row.active, errors);
    let given = units.get(&first.kpi.key).map(|unit| Said {
        row: first.number,
        column: Column::Kpi,
        value: *unit,
    });
    if given.is_none() {
        check_percent(stated, range, errors);
    }
    let derived = range.map(|said| Said {
        row: said.row,
        column: Column::Range,
        value: said.value.unit(),
    });
    Some(FileKpi {
        row: first.number,
        circle: first.circle.clone(),
        name: first.kpi.clone(),
        periodicity,
        unit: given.or(stated).or(derived),
        minimum,
        maximum,
        description,
        steward,
        active,
        targets: BTreeMap::new(),
        values: Vec::new(),
        unit_column: first.unit_column,
        errors: Vec::new(),
    })
}

/// The value of the first row with a filled cell in this column. Another value in a later row is an
/// error. Blank cells do not count.
fn agreed<T: PartialEq + fmt::Display>(
    rows: &[Row],
    column: Column,
    cell: impl Fn(&Row) -> Option<T>,
    errors: &mut Vec<Refusal>,
) -> Option<Said<T>> {
    let mut said = rows.iter().filter_map(|row| Some((row.number, cell(row)?)));
    let (first_row, first) = said.next()?;
    for (row, other) in said.filter(|(_, other)| *other != first) {
        let text = format!("says {other}, while row {first_row} says {first}");
        errors.push(Refusal::new(row, column, text));
    }
    Some(Said {
        row: first_row,
        column,
        value: first,
    })
}

/// The limit from its own column or from the range. If both give one, they must be equal.
fn bound(
    own: Option<Said<f64>>,
    range: Option<Said<Range>>,
    end: impl Fn(Limits) -> Option<f64>,
    errors: &mut Vec<Refusal>,
) -> Option<Said<Bound>> {
    let ranged = range.and_then(|said| end(said.value.limits));
    let Some(own) = own else {
        return range.map(|said| Said {
            row: said.row,
            column: Column::Range,
            value: ranged.map_or(Bound::Open, Bound::At),
        });
    };
    if ranged.is_some() && ranged != Some(own.value) {
        let text = range.map_or_else(String::new, |said| {
            format!("says {}, while the range says {}", own.value, said.value)
        });
        errors.push(Refusal::new(own.row, own.column, text));
    }
    Some(Said {
        row: own.row,
        column: own.column,
        value: Bound::At(own.value),
    })
}

fn check_order(
    minimum: Option<Said<Bound>>,
    maximum: Option<Said<Bound>>,
    errors: &mut Vec<Refusal>,
) {
    let (Some(minimum), Some(maximum)) = (minimum, maximum) else {
        return;
    };
    if let (Bound::At(least), Bound::At(most)) = (minimum.value, maximum.value)
        && least > most
    {
        let text = format!("says {most}, which is below the minimum {least}");
        errors.push(Refusal::new(maximum.row, maximum.column, text));
    }
}

fn check_percent(
    stated: Option<Said<Unit>>,
    range: Option<Said<Range>>,
    errors: &mut Vec<Refusal>,
) {
    if let (Some(unit), Some(range)) = (stated, range)
        && range.value.percent
        && unit.value != Unit::Percentage
    {
        let text = format!("says {}, while the range is in percent", unit.value);
        errors.push(Refusal::new(unit.row, Column::Unit, text));
    }
}

/// Initial value and target of each year whose rows agree about them.
fn targets(
    rows: &[Row],
    summary: &mut Summary,
    refusals: &mut Vec<Refusal>,
) -> BTreeMap<i32, Said<Target>> {
    let mut targets = BTreeMap::new();
    let mut years: Vec<i32> = rows.iter().filter_map(|row| row.year).collect();
    years.sort_unstable();
    years.dedup();
    for year in years {
        let mut errors = Vec::new();
        let of_year = |row: &Row| row.target.filter(|_| row.year == Some(year));
        let Some(said) = agreed(rows, Column::TargetValue, of_year, &mut errors) else {
            continue;
        };
        if errors.is_empty() {
            targets.insert(year, said);
        } else {
            summary.targets.refused += 1;
            refusals.append(&mut errors);
        }
    }
    targets
}
