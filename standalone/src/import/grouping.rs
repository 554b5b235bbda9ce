//! Gathers the rows of a file by KPI, and finds contradictions between them. A KPI whose rows
//! disagree about its definition is refused as a whole, because the import cannot know which row is
//! right.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use kreis_service::names;

use super::{
    period_values, range::Range, row::Row, row_error::RowError, summary::Summary, text::Text,
    unit_override::UnitOverride, value::FileValue,
};
use crate::table::{Column, Limits, Name, Periodicity, Target, Unit, YesOrNo};

/// The value of a cell, with its position.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell<T> {
    pub(super) row: u64,
    pub(super) column: Column,
    pub(super) value: T,
}

/// One end of a KPI's limits in the file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Limit {
    /// No limit at this end.
    Open,
    /// A limit at this number.
    At(f64),
}

impl Limit {
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
    pub(super) periodicity: Cell<Periodicity>,
    /// Absent if the file does not give it.
    pub(super) unit: Option<Cell<Unit>>,
    /// Absent if the file has neither a limit nor a range.
    pub(super) minimum: Option<Cell<Limit>>,
    pub(super) maximum: Option<Cell<Limit>>,
    pub(super) targets: BTreeMap<i32, Cell<Target>>,
    pub(super) description: Option<Cell<Text>>,
    /// The steward's e-mail.
    pub(super) steward: Option<Cell<Name>>,
    pub(super) active: Option<Cell<YesOrNo>>,
    pub(super) values: Vec<FileValue>,
    /// The column that gives the unit in this file.
    pub(super) unit_column: Column,
    /// Contradictions between its rows. With any of them it is refused.
    pub(super) errors: Vec<RowError>,
}

impl FileKpi {
    /// Name and circle, for messages.
    pub(super) fn described(&self) -> String {
        format!("{} ({})", self.name, self.circle)
    }

    /// The limits of its values.
    pub(super) fn limits(&self) -> Limits {
        let limit = |bound: Option<Cell<Limit>>| bound.and_then(|said| said.value.limit());
        Limits {
            minimum: limit(self.minimum),
            maximum: limit(self.maximum),
        }
    }

    /// Refuses the KPI for these reasons, with all its values and targets.
    pub(super) fn refuse(
        &self,
        reasons: Vec<RowError>,
        summary: &mut Summary,
        refusals: &mut Vec<RowError>,
    ) {
        let row = reasons.first().map_or(self.row, |reason| reason.row);
        refusals.extend(reasons);
        summary.kpis.refused += 1;
        let text = format!("not recorded, since its KPI is refused in row {row}");
        for value in &self.values {
            refusals.push(RowError::new(value.row, value.column(), text.as_str()));
            summary.values.refused += 1;
        }
        let text = format!("not set, since its KPI is refused in row {row}");
        for said in self.targets.values() {
            refusals.push(RowError::new(said.row, said.column, text.as_str()));
            summary.targets.refused += 1;
        }
    }
}

/// The KPIs of the file in order, including those whose rows disagree. Other refusals go into
/// `refusals` and are counted.
pub(super) fn group_by_kpi(
    rows: Vec<Row>,
    overrides: &[UnitOverride],
    summary: &mut Summary,
    refusals: &mut Vec<RowError>,
) -> Vec<FileKpi> {
    let units: HashMap<String, Unit> = overrides
        .iter()
        .map(|given| (names::key(&given.kpi), given.unit))
        .collect();
    let mut kpis = Vec::new();
    for rows in rows_by_kpi(rows) {
        let mut errors = Vec::new();
        let Some(mut kpi) = definition(&rows, &units, &mut errors) else {
            continue;
        };
        kpi.targets = targets(&rows, summary, refusals);
        kpi.values = period_values::values(&rows, kpi.periodicity.value, summary, refusals);
        kpi.errors = errors;
        kpis.push(kpi);
    }
    kpis
}

fn rows_by_kpi(rows: Vec<Row>) -> Vec<Vec<Row>> {
    let mut indexes: HashMap<(String, String), usize> = HashMap::new();
    let mut groups: Vec<Vec<Row>> = Vec::new();
    for row in rows {
        let index = *indexes
            .entry((row.circle.key.clone(), row.kpi.key.clone()))
            .or_insert(groups.len());
        match groups.get_mut(index) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

fn definition(
    rows: &[Row],
    units: &HashMap<String, Unit>,
    errors: &mut Vec<RowError>,
) -> Option<FileKpi> {
    let first = rows.first()?;
    let periodicity = agreed_value(
        rows,
        Column::Periodicity,
        |row| Some(row.periodicity),
        errors,
    )?;
    let range = agreed_value(rows, Column::Range, |row| row.range, errors);
    let stated = agreed_value(rows, Column::Unit, |row| row.unit, errors);
    let least = agreed_value(rows, Column::MinValue, |row| row.minimum, errors);
    let most = agreed_value(rows, Column::MaxValue, |row| row.maximum, errors);

    let minimum = bound(least, range, |limits| limits.minimum, errors);
    let maximum = bound(most, range, |limits| limits.maximum, errors);
    check_order(minimum, maximum, errors);
    let description = agreed_value(
        rows,
        Column::Description,
        |row| row.description.clone(),
        errors,
    );
    let steward = agreed_value(rows, Column::Steward, |row| row.steward.clone(), errors);
    let active = agreed_value(rows, Column::Active, |row| row.active, errors);
    let given = units.get(&first.kpi.key).map(|unit| Cell {
        row: first.number,
        column: Column::Kpi,
        value: *unit,
    });
    if given.is_none() {
        check_percent(stated, range, errors);
    }
    let derived = range.map(|said| Cell {
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
fn agreed_value<T: PartialEq + fmt::Display>(
    rows: &[Row],
    column: Column,
    cell: impl Fn(&Row) -> Option<T>,
    errors: &mut Vec<RowError>,
) -> Option<Cell<T>> {
    let mut said = rows.iter().filter_map(|row| Some((row.number, cell(row)?)));
    let (first_row, first) = said.next()?;
    for (row, other) in said.filter(|(_, other)| *other != first) {
        let text = format!("says {other}, while row {first_row} says {first}");
        errors.push(RowError::new(row, column, text));
    }
    Some(Cell {
        row: first_row,
        column,
        value: first,
    })
}

/// The limit from its own column or from the range. If both give one, they must be equal.
fn bound(
    own: Option<Cell<f64>>,
    range: Option<Cell<Range>>,
    end: impl Fn(Limits) -> Option<f64>,
    errors: &mut Vec<RowError>,
) -> Option<Cell<Limit>> {
    let ranged = range.and_then(|said| end(said.value.limits));
    let Some(own) = own else {
        return range.map(|said| Cell {
            row: said.row,
            column: Column::Range,
            value: ranged.map_or(Limit::Open, Limit::At),
        });
    };
    if ranged.is_some() && ranged != Some(own.value) {
        let text = range.map_or_else(String::new, |said| {
            format!("says {}, while the range says {}", own.value, said.value)
        });
        errors.push(RowError::new(own.row, own.column, text));
    }
    Some(Cell {
        row: own.row,
        column: own.column,
        value: Limit::At(own.value),
    })
}

fn check_order(
    minimum: Option<Cell<Limit>>,
    maximum: Option<Cell<Limit>>,
    errors: &mut Vec<RowError>,
) {
    let (Some(minimum), Some(maximum)) = (minimum, maximum) else {
        return;
    };
    if let (Limit::At(least), Limit::At(most)) = (minimum.value, maximum.value)
        && least > most
    {
        let text = format!("says {most}, which is below the minimum {least}");
        errors.push(RowError::new(maximum.row, maximum.column, text));
    }
}

fn check_percent(
    stated: Option<Cell<Unit>>,
    range: Option<Cell<Range>>,
    errors: &mut Vec<RowError>,
) {
    if let (Some(unit), Some(range)) = (stated, range)
        && range.value.percent
        && unit.value != Unit::Percentage
    {
        let text = format!("says {}, while the range is in percent", unit.value);
        errors.push(RowError::new(unit.row, Column::Unit, text));
    }
}

/// Initial value and target of each year whose rows agree about them.
fn targets(
    rows: &[Row],
    summary: &mut Summary,
    refusals: &mut Vec<RowError>,
) -> BTreeMap<i32, Cell<Target>> {
    let mut targets = BTreeMap::new();
    let mut years: Vec<i32> = rows.iter().filter_map(|row| row.year).collect();
    years.sort_unstable();
    years.dedup();
    for year in years {
        let mut errors = Vec::new();
        let of_year = |row: &Row| row.target.filter(|_| row.year == Some(year));
        let Some(said) = agreed_value(rows, Column::TargetValue, of_year, &mut errors) else {
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
