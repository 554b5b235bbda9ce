//! KPIs and their values as the rows of a CSV file.

use std::collections::BTreeSet;

use csv::{Terminator, WriterBuilder};

use super::exported_kpi::ExportedKpi;
use crate::table::{Column, Content, ServerKpi, ServerValue, YesOrNo, formula, number::written};

/// Tells a spreadsheet that the file is in UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// All columns except the range, which unit and limits replace.
fn columns() -> impl Iterator<Item = Column> {
    let columns = Column::ALL.into_iter();
    columns.filter(|column| *column != Column::Range)
}

/// A row for a value, for a year with a target but without values, or for a KPI with neither.
struct Row<'a> {
    kpi: &'a ServerKpi,
    year: Option<i32>,
    month: Option<i32>,
    value: Option<&'a ServerValue>,
}

/// The CSV file by RFC 4180, with commas.
pub(super) fn csv(kpis: &[ExportedKpi]) -> Vec<u8> {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    let mut write = |cells: Vec<String>| {
        writer
            .write_record(&cells)
            .expect("all rows are of one length, and memory takes what is written");
    };
    write(columns().map(|column| column.name().to_owned()).collect());
    for row in kpis.iter().flat_map(rows) {
        write(columns().map(|column| row.cell(column)).collect());
    }
    writer.into_inner().expect("memory takes what is written")
}

fn rows(exported: &ExportedKpi) -> Vec<Row<'_>> {
    let kpi = &exported.kpi;
    let of_values = exported.values.iter().map(|(period, value)| Row {
        kpi,
        year: Some(period.year),
        month: Some(period.month),
        value: Some(value),
    });
    let with_values: BTreeSet<i32> = exported.values.keys().map(|period| period.year).collect();
    let without_values = kpi
        .targets
        .keys()
        .filter(|year| !with_values.contains(year));
    let of_targets = without_values.map(|year| Row {
        kpi,
        year: Some(*year),
        month: None,
        value: None,
    });
    let mut rows: Vec<Row<'_>> = of_values.chain(of_targets).collect();
    rows.sort_by_key(|row| (row.year, row.month));
    if rows.is_empty() {
        rows.push(Row {
            kpi,
            year: None,
            month: None,
            value: None,
        });
    }
    rows
}

impl Row<'_> {
    fn cell(&self, column: Column) -> String {
        let text = self.text(column).unwrap_or_default();
        if column.is_free_text() {
            return formula::escape(&text);
        }
        text
    }

    fn text(&self, column: Column) -> Option<String> {
        let kpi = self.kpi;
        let target = self.year.and_then(|year| kpi.targets.get(&year));
        match column {
            Column::Circle => Some(kpi.circle.text.clone()),
            Column::Kpi => Some(kpi.name.text.clone()),
            Column::Description => Some(kpi.description.clone()),
            Column::Steward => kpi.steward.as_ref().map(|email| email.text.clone()),
            Column::Periodicity => Some(kpi.periodicity.to_string()),
            Column::Range => None,
            Column::Unit => Some(kpi.unit.to_string()),
            Column::MinValue => kpi.limits.minimum.map(written),
            Column::MaxValue => kpi.limits.maximum.map(written),
            Column::Active => Some(YesOrNo::from(kpi.active).to_string()),
            Column::PeriodYear => self.year.map(|year| year.to_string()),
            Column::PeriodMonth => self.month.map(|month| month.to_string()),
            Column::InitialValue => target.map(|target| written(target.initial)),
            Column::TargetValue => target.map(|target| written(target.target)),
            Column::Value => match self.value?.content {
                Content::Number(number) => Some(written(number)),
                Content::Nothing => None,
            },
            Column::NothingToReport => {
                let nothing = self.value?.content == Content::Nothing;
                nothing.then(|| YesOrNo::Yes.to_string())
            }
            Column::Comment => self.value.map(|value| value.comment.clone()),
        }
    }
}
