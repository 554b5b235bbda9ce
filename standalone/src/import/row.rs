//! Parses rows of cells.
//!
//! A row with an invalid definition or period is refused as a whole. An invalid value or target is
//! refused alone, because the rest of its row still defines the KPI. A row without a month gives
//! the target of a year. A row without a year concerns only the KPI itself.

use std::borrow::Cow;

use super::{
    file::Sheet,
    range::{self, Range},
    row_error::RowError,
    summary::Summary,
    text::{Text, quoted},
    value::FileValue,
};
use crate::table::{
    self, Column, Content, Name, NumberCell, Period, Periodicity, Target, Unit, YesOrNo,
    number::{DecimalSign, ParsedNumber},
};

/// A row of the file.
#[derive(Debug)]
pub(super) struct Row {
    /// Row number as in a spreadsheet.
    pub(super) number: u64,
    pub(super) circle: Name,
    pub(super) kpi: Name,
    pub(super) periodicity: Periodicity,
    pub(super) range: Option<Range>,
    pub(super) unit: Option<Unit>,
    /// The column that gives the unit in this file.
    pub(super) unit_column: Column,
    pub(super) minimum: Option<f64>,
    pub(super) maximum: Option<f64>,
    pub(super) description: Option<Text>,
    /// The steward's e-mail.
    pub(super) steward: Option<Name>,
    pub(super) active: Option<YesOrNo>,
    pub(super) year: Option<i32>,
    pub(super) target: Option<Target>,
    /// Absent if the cells are blank or were refused.
    pub(super) value: Option<FileValue>,
}

/// Parses every row. Refusals go into `refusals` and are counted.
pub(super) fn read(
    sheet: &Sheet,
    stated: Option<DecimalSign>,
    summary: &mut Summary,
    refusals: &mut Vec<RowError>,
) -> Vec<Row> {
    let mut rows = Vec::new();
    for record in &sheet.records {
        summary.rows += 1;
        if let Some(error) = sheet.shape_error(record) {
            refusals.push(RowError::new(record.number, error.column, error.text));
            summary.values.refused += 1;
            continue;
        }
        let cells = Cells {
            sheet,
            record,
            stated,
        };
        let mut errors = Vec::new();
        match cells.row(summary, &mut errors) {
            Some(row) => rows.push(row),
            None => summary.values.refused += 1,
        }
        refusals.append(&mut errors);
    }
    rows
}

struct Cells<'a> {
    sheet: &'a Sheet,
    record: &'a kreis_spreadsheet::Row,
    stated: Option<DecimalSign>,
}

impl Cells<'_> {
    /// Parses the row. Reports all errors of the definition and the period before it refuses the
    /// row.
    fn row(&self, summary: &mut Summary, errors: &mut Vec<RowError>) -> Option<Row> {
        let circle = self.name(Column::Circle, table::MAX_CIRCLE_NAME, errors);
        let kpi = self.name(Column::Kpi, table::MAX_KPI_NAME, errors);
        let periodicity = self.periodicity(errors);
        let range = self.range(errors);
        let unit = self.unit(errors);
        let minimum = self.optional_number(Column::MinValue, errors);
        let maximum = self.optional_number(Column::MaxValue, errors);
        let description = self.lines(Column::Description, table::MAX_DESCRIPTION, errors);
        let steward = self.steward(errors);
        let active = self.yes_or_no(Column::Active, errors);
        let year = self.whole(Column::PeriodYear, table::YEARS, errors);
        let month = self.whole(Column::PeriodMonth, 1..=12, errors);
        self.check_period(errors);
        if !errors.is_empty() {
            return None;
        }
        let target = self.target(summary, errors);
        let period = year.zip(month).map(|(year, month)| Period { year, month });
        let value = period.and_then(|period| self.value(period, summary, errors));
        Some(Row {
            number: self.record.number,
            circle: circle?,
            kpi: kpi?,
            periodicity: periodicity?,
            range,
            unit,
            unit_column: self.unit_column(),
            minimum,
            maximum,
            description,
            steward,
            active,
            year,
            target,
            value,
        })
    }

    fn text(&self, column: Column) -> Cow<'_, str> {
        self.sheet.text(self.record, column).unwrap_or_default()
    }

    fn refusal(&self, column: Column, text: impl Into<String>) -> RowError {
        RowError::new(self.record.number, column, text)
    }

    fn name(&self, column: Column, longest: usize, errors: &mut Vec<RowError>) -> Option<Name> {
        Name::read(&self.text(column), longest)
            .map_err(|error| errors.push(self.refusal(column, error.to_string())))
            .ok()
    }

    fn periodicity(&self, errors: &mut Vec<RowError>) -> Option<Periodicity> {
        let text = self.text(Column::Periodicity);
        let periodicity = Periodicity::read(&text);
        if periodicity.is_none() {
            let text = format!("{} is not month, quarter or year", quoted(&text));
            errors.push(self.refusal(Column::Periodicity, text));
        }
        periodicity
    }

    fn range(&self, errors: &mut Vec<RowError>) -> Option<Range> {
        let text = self.text(Column::Range);
        range::read(&text, self.stated).unwrap_or_else(|error| {
            let text = format!("{} {error}", quoted(&text));
            errors.push(self.refusal(Column::Range, text));
            None
        })
    }

    fn unit(&self, errors: &mut Vec<RowError>) -> Option<Unit> {
        let text = self.text(Column::Unit);
        if text.is_empty() {
            return None;
        }
        let unit = Unit::read(&text);
        if unit.is_none() {
            let text = format!("{} is not {}", quoted(&text), Unit::list());
            errors.push(self.refusal(Column::Unit, text));
        }
        unit
    }

    /// Whether the row leaves it open or says that its numbers are percentages.
    fn may_be_percent(&self) -> bool {
        match Unit::read(&self.text(Column::Unit)) {
            Some(unit) => unit == Unit::Percentage,
            None => range::read(&self.text(Column::Range), self.stated)
                .is_ok_and(|range| range.is_none_or(|range| range.percent)),
        }
    }

    fn unit_column(&self) -> Column {
        if self.sheet.has(Column::Range) {
            Column::Range
        } else {
            Column::Unit
        }
    }

    fn lines(&self, column: Column, most: usize, errors: &mut Vec<RowError>) -> Option<Text> {
        Text::read(&self.text(column), most).unwrap_or_else(|error| {
            errors.push(self.refusal(column, error.to_string()));
            None
        })
    }

    fn steward(&self, errors: &mut Vec<RowError>) -> Option<Name> {
        if self.is_blank(Column::Steward) {
            return None;
        }
        self.name(Column::Steward, table::MAX_EMAIL, errors)
    }

    fn yes_or_no(&self, column: Column, errors: &mut Vec<RowError>) -> Option<YesOrNo> {
        let text = self.text(column);
        let answer = YesOrNo::read(&text);
        if answer.is_none() && !text.is_empty() {
            errors.push(self.refusal(column, format!("{} is not yes or no", quoted(&text))));
        }
        answer
    }

    /// Requires a month for cells about a period, and a year for cells about a year.
    fn check_period(&self, errors: &mut Vec<RowError>) {
        let filled = |columns: &[Column]| {
            let mut filled = columns.iter().filter(|column| !self.is_blank(**column));
            filled.next().copied()
        };
        let of_month = [Column::Value, Column::NothingToReport, Column::Comment];
        let of_year = [
            Column::PeriodMonth,
            Column::InitialValue,
            Column::TargetValue,
        ];
        for (column, held) in [
            (Column::PeriodMonth, filled(&of_month)),
            (Column::PeriodYear, filled(&of_year)),
        ] {
            if let Some(held) = held.filter(|_| self.is_blank(column)) {
                errors.push(self.refusal(column, format!("is blank, while {held} is not")));
            }
        }
    }

    fn is_blank(&self, column: Column) -> bool {
        self.text(column).is_empty()
    }

    /// A whole number of plain digits; absent for a blank cell.
    fn whole(
        &self,
        column: Column,
        allowed: std::ops::RangeInclusive<i32>,
        errors: &mut Vec<RowError>,
    ) -> Option<i32> {
        if self.is_blank(column) {
            return None;
        }
        let text = self.text(column);
        let plain = text.bytes().all(|byte| byte.is_ascii_digit());
        let whole = text
            .parse()
            .ok()
            .filter(|whole| plain && allowed.contains(whole));
        if whole.is_none() {
            let text = format!(
                "{} is not a whole number from {} to {}",
                quoted(&text),
                allowed.start(),
                allowed.end()
            );
            errors.push(self.refusal(column, text));
        }
        whole
    }

    fn optional_number(&self, column: Column, errors: &mut Vec<RowError>) -> Option<f64> {
        let text = self.text(column);
        let NumberCell { number, percent } = self.sheet.number(self.record, column, self.stated);
        let error = match number {
            ParsedNumber::Blank => return None,
            ParsedNumber::Exact(_) if percent && !self.may_be_percent() => {
                format!("{} is a percentage, while the unit is not", quoted(&text))
            }
            ParsedNumber::Exact(number) if number.abs() <= table::MAX_VALUE => return Some(number),
            ParsedNumber::Exact(_) => format!("{} is larger than 10^15", quoted(&text)),
            ParsedNumber::NotANumber => format!("{} is not a number", quoted(&text)),
            ParsedNumber::Ambiguous { point, comma } => format!(
                "{} can be read as {point} and as {comma}; state the decimal sign with \
                 --decimal-sign",
                quoted(&text)
            ),
        };
        errors.push(self.refusal(column, error));
        None
    }

    /// The number or the mark "nothing to report", with its comment.
    fn value(
        &self,
        period: Period,
        summary: &mut Summary,
        errors: &mut Vec<RowError>,
    ) -> Option<FileValue> {
        let before = errors.len();
        let number = self.optional_number(Column::Value, errors);
        let nothing = self.yes_or_no(Column::NothingToReport, errors) == Some(YesOrNo::Yes);
        let comment = self.lines(Column::Comment, table::MAX_COMMENT, errors);
        if errors.len() == before {
            let (column, text) = match (number, nothing, &comment) {
                (None, false, None) => {
                    summary.blanks += 1;
                    return None;
                }
                (Some(number), false, _) => {
                    return Some(self.value_of(period, Content::Number(number), comment));
                }
                (None, true, Some(_)) => {
                    return Some(self.value_of(period, Content::Nothing, comment));
                }
                (Some(_), true, _) => (
                    Column::NothingToReport,
                    "says yes, while the row has a value",
                ),
                (None, true, None) if !self.sheet.has(Column::Comment) => (
                    Column::NothingToReport,
                    "needs a column `comment` with the reason, which the file does not have",
                ),
                (None, true, None) => (
                    Column::Comment,
                    "is blank, while a period with nothing to report needs a reason",
                ),
                (None, false, Some(_)) => (
                    Column::Comment,
                    "is about nothing: the row has no value, and does not say nothing_to_report",
                ),
            };
            errors.push(self.refusal(column, text));
        }
        summary.values.refused += 1;
        None
    }

    fn value_of(&self, period: Period, content: Content, comment: Option<Text>) -> FileValue {
        FileValue {
            row: self.record.number,
            period,
            content,
            comment,
        }
    }

    /// Initial value and target. Each needs the other.
    fn target(&self, summary: &mut Summary, errors: &mut Vec<RowError>) -> Option<Target> {
        let before = errors.len();
        let initial = self.optional_number(Column::InitialValue, errors);
        let target = self.optional_number(Column::TargetValue, errors);
        if errors.len() == before {
            let lone = match (initial, target) {
                (Some(initial), Some(target)) => return Some(Target { initial, target }),
                (None, None) => return None,
                (Some(_), None) => (Column::TargetValue, Column::InitialValue),
                (None, Some(_)) => (Column::InitialValue, Column::TargetValue),
            };
            let (blank, filled) = lone;
            errors.push(if self.sheet.has(blank) {
                self.refusal(blank, format!("is blank, while {filled} is not"))
            } else {
                let text =
                    format!("needs a column `{blank}` beside it, which the file does not have");
                self.refusal(filled, text)
            });
        }
        summary.targets.refused += 1;
        None
    }
}
