//! Tests from the text of a file to a plan, without a network.

mod columns;
mod details;
mod help;
mod properties;
mod server;
mod tables;

use std::collections::BTreeMap;

use super::{
    DecimalSign, Summary, UnitOverride,
    file::Sheet,
    grouping,
    plan::{NewKpi, Plan, PlannedKpi},
    planning, row,
    row_error::RowError,
    server_state::ServerState,
    text::Text,
};
use crate::table::{Name, Period, ServerKpi, ServerValue, Unit};

const HEADER: &str = "circle;kpi;periodicity;range;period_year;period_month;value";
const TARGETS: &str =
    "circle;kpi;periodicity;range;initial_value;target_value;period_year;period_month;value";
const EVERYTHING: &str = "circle;kpi;periodicity;range;initial_value;target_value;\
     period_year;period_month;value;active;nothing_to_report;comment";

struct Import {
    plan: Plan,
    summary: Summary,
    refusals: Vec<RowError>,
}

impl Import {
    /// Row and column of every refusal, in order.
    fn refused(&self) -> Vec<(u64, &str)> {
        let places = self.refusals.iter();
        places
            .map(|refusal| (refusal.row, refusal.column.as_str()))
            .collect()
    }

    fn text(&self) -> &str {
        &self.refusals[0].text
    }
}

fn import_with(
    text: &str,
    sign: Option<DecimalSign>,
    units: &[&str],
    server: &ServerState,
) -> Import {
    import_bytes(text.as_bytes(), sign, units, server)
}

fn import_bytes(
    bytes: &[u8],
    sign: Option<DecimalSign>,
    units: &[&str],
    server: &ServerState,
) -> Import {
    let mut summary = Summary::default();
    let mut refusals = Vec::new();
    let units: Vec<UnitOverride> = units.iter().map(|unit| unit.parse().unwrap()).collect();
    let sheet = Sheet::read(bytes, None).unwrap();
    let rows = row::read(&sheet, sign, &mut summary, &mut refusals);
    let kpis = grouping::group_by_kpi(rows, &units, &mut summary, &mut refusals);
    let plan = planning::plan(kpis, server, &mut summary, &mut refusals);
    summary.add(&plan.counts());
    refusals.sort();
    Import {
        plan,
        summary,
        refusals,
    }
}

fn import(rows: &str, server: &ServerState) -> Import {
    import_with(&format!("{HEADER}\n{rows}"), None, &[], server)
}

/// The first KPI of the plan, which is a new one.
fn created(import: &Import) -> &NewKpi {
    match &import.plan.kpis[0].kpi {
        PlannedKpi::New(new) => new,
        PlannedKpi::Existing { .. } => panic!("the server is empty"),
    }
}

fn empty() -> ServerState {
    ServerState {
        this_month: Some(Period {
            year: 2025,
            month: 5,
        }),
        ..ServerState::default()
    }
}

fn next_id(count: usize) -> i64 {
    i64::try_from(count).unwrap() + 1
}

/// The state of the server after the plan was carried out.
fn after(plan: &Plan, mut server: ServerState) -> ServerState {
    for circle in &plan.circles {
        let id = next_id(server.circles.len());
        server.circles.insert(circle.name.key.clone(), id);
    }
    for planned in &plan.kpis {
        let circle = server.circles[&planned.circle.key];
        let id = next_id(server.kpis.len());
        let place = (circle, planned.name.key.clone());
        if let PlannedKpi::New(new) = &planned.kpi {
            let description = new.description.as_ref().map(Text::as_str);
            let steward = new.steward.as_ref();
            let created = ServerKpi {
                id,
                etag: String::new(),
                circle_id: circle,
                circle: planned.circle.clone(),
                name: planned.name.clone(),
                description: description.unwrap_or_default().to_owned(),
                steward: steward.map(|steward| Name::kept(steward.email.clone())),
                periodicity: new.periodicity,
                unit: new.unit,
                limits: new.limits,
                targets: BTreeMap::new(),
                active: new.active,
            };
            server.kpis.insert(place.clone(), created);
        }
        let kpi = server.kpis.get_mut(&place).unwrap();
        for target in &planned.targets {
            kpi.targets.insert(target.year, target.target);
        }
        for value in &planned.values {
            let known = ServerValue {
                content: value.content,
                comment: value.said(),
            };
            server.values.insert((kpi.id, value.period), known);
        }
    }
    server
}

#[test]
fn a_range_makes_unit_and_limits_of_a_new_kpi() {
    let import = import(
        "HR;leave;month;0 <= % <= 100;2024;1;2.04\n\
         Web;visits;quarter;0 <= X;2024;3;5\n\
         Web;promoters;year;-100 <= X <= 100;2024;12;35\n",
        &empty(),
    );
    assert!(import.refusals.is_empty());
    let places: Vec<String> = import
        .plan
        .kpis
        .iter()
        .map(|planned| format!("{:?}", planned.kpi))
        .collect();
    assert!(
        places[0].contains("Monthly, unit: Percentage"),
        "{places:?}"
    );
    assert!(places[1].contains("Quarterly, unit: Amount"), "{places:?}");
    assert!(
        places[1].contains("minimum: Some(0.0), maximum: None"),
        "{places:?}"
    );
    assert!(places[2].contains("Yearly, unit: Score"), "{places:?}");
    assert_eq!(import.plan.circles.len(), 2);
    assert_eq!(import.plan.writes(), 2 + 3 + 3);
    assert_eq!(
        import.summary.kpis_without_target,
        ["leave (HR)", "visits (Web)", "promoters (Web)"]
    );
}

#[test]
fn a_unit_on_the_command_line_or_in_a_column_goes_before_the_range() {
    let unit = |header: &str, row: &str, units: &[&str]| {
        let import = import_with(&format!("{header}\n{row}\n"), None, units, &empty());
        assert!(import.refusals.is_empty(), "{:?}", import.refusals);
        created(&import).unit
    };
    let row = "Fundraising;private donations;month;0 <= X;2024;1;5";
    assert_eq!(unit(HEADER, row, &["Private  Donations=chf"]), Unit::Chf);
    assert_eq!(unit(HEADER, row, &[]), Unit::Amount);
    let header = HEADER.replace("range", "unit");
    let row = row.replace("0 <= X", "CHF");
    assert_eq!(unit(&header, &row, &[]), Unit::Chf);
    assert_eq!(
        unit(&header, &row, &["private donations=score"]),
        Unit::Score
    );
}

#[test]
fn blanks_are_skipped_and_zeros_recorded() {
    let import = import(
        "HR;leave;month;0 <= % <= 100;2024;1;\nHR;leave;month;0 <= % <= 100;2024;2;0\n",
        &empty(),
    );
    assert_eq!(import.summary.blanks, 1);
    assert_eq!(import.summary.values.created, 1);
    assert_eq!(import.plan.kpis[0].values[0].period.month, 2);
}

#[test]
fn a_new_kpi_has_been_in_use_since_the_first_month_of_its_first_value() {
    let since = |rows: &str| {
        let since = created(&import(rows, &empty())).active_since;
        since.map(|month| month.to_string())
    };
    for (rows, expected) in [
        (
            "HR;leave;month;0 <= %;2024;3;2\nHR;leave;month;0 <= %;2024;2;0\n\
             HR;leave;month;0 <= %;2024;1;\n",
            Some("2024-02"),
        ),
        ("HR;leave;quarter;0 <= %;2024;9;2\n", Some("2024-07")),
        ("HR;leave;year;0 <= %;2023;12;2\n", Some("2023-01")),
        // Only recorded values count.
        (
            "HR;leave;month;0 <= % <= 100;2024;1;101\nHR;leave;month;0 <= % <= 100;2024;2;2\n",
            Some("2024-02"),
        ),
        ("HR;leave;month;0 <= %;2024;1;\n", None),
    ] {
        assert_eq!(since(rows).as_deref(), expected, "{rows}");
    }
}

#[test]
fn a_number_that_can_be_read_in_two_ways_is_refused_by_row_and_column() {
    let rows = "Web;visits;month;0 <= X;2024;1;1.234\nWeb;visits;month;0 <= X;2024;2;1'234\n";
    let refused = import(rows, &empty());
    assert_eq!(refused.refused(), [(2, "value")]);
    assert!(refused.text().contains("1.234 and as 1234"));
    assert_eq!(refused.summary.values.created, 1);

    let text = format!("{HEADER}\n{rows}");
    let stated = import_with(&text, Some(DecimalSign::Comma), &[], &empty());
    assert!(stated.refusals.is_empty());
    assert_eq!(stated.plan.kpis[0].values.len(), 2);
}

#[test]
fn a_percent_sign_is_read_where_the_numbers_are_percentages_and_refused_elsewhere() {
    let import = import(
        "HR;leave;month;0 <= % <= 100;2024;1;2.04%\n\
         HR;leave;month;0 <= % <= 100;2024;2;2,04 %\n\
         HR;visits;month;0 <= X;2024;1;5 %\n",
        &empty(),
    );
    assert_eq!(import.refused(), [(4, "value")]);
    assert_eq!(
        import.text(),
        "`5 %` is a percentage, while the unit is not"
    );
    let numbers = import.plan.kpis[0].values.iter();
    let numbers: Vec<String> = numbers.map(|value| value.content.to_string()).collect();
    assert_eq!(numbers, ["2.04", "2.04"]);
}

#[test]
fn every_bad_cell_of_a_row_is_named_and_the_other_rows_go_on() {
    let import = import(
        "; ;weekly;0 < X;1899;13;many\n\
         HR;leave;month;0 <= % <= 100;2024;1;2.04\n\
         HR;leave;month;0 <= % <= 100;2024;2;2.04 pp\n\
         HR;leave;month;0 <= % <= 100;2024;+3;2.04\n",
        &empty(),
    );
    assert_eq!(
        import.refused(),
        [
            (2, "circle"),
            (2, "kpi"),
            (2, "period_month"),
            (2, "period_year"),
            (2, "periodicity"),
            (2, "range"),
            (4, "value"),
            (5, "period_month"),
        ]
    );
    assert_eq!(import.summary.values.refused, 3);
    assert_eq!(import.summary.values.created, 1);
}

#[test]
fn a_kpi_whose_rows_contradict_one_another_is_left_alone() {
    let import = import(
        "HR;leave;month;0 <= % <= 100;2024;1;2\n\
         hr;LEAVE;quarter;0 <= % <= 100;2024;3;3\n\
         HR;leave;month;0 <= % <= 50;2024;4;\n\
         Web;visits;month;0 <= X;2024;1;5\n",
        &empty(),
    );
    assert_eq!(
        import.refused(),
        [
            (2, "circle"),
            (2, "value"),
            (3, "periodicity"),
            (3, "value"),
            (4, "range")
        ]
    );
    assert!(
        import.refusals[2]
            .text
            .contains("says quarterly, while row 2 says monthly")
    );
    assert_eq!(import.plan.kpis.len(), 1);
    assert_eq!(import.plan.circles.len(), 1);
    assert_eq!(import.summary.kpis.refused, 1);
    assert_eq!(import.summary.values.refused, 2);
}

#[test]
fn a_period_with_two_numbers_is_refused_in_both_rows() {
    let import = import(
        "HR;leave;month;0 <= % <= 100;2024;1;2\n\
         HR;leave;month;0 <= % <= 100;2024;2;7\n\
         HR;leave;month;0 <= % <= 100;2024;1;3\n\
         HR;leave;month;0 <= % <= 100;2024;2;7,0\n",
        &empty(),
    );
    assert_eq!(import.refused(), [(2, "value"), (4, "value")]);
    assert_eq!(import.summary.values.refused, 2);
    assert_eq!(import.summary.values.created, 1);
    assert_eq!(import.summary.values.unchanged, 1);
}

#[test]
fn limits_of_their_own_columns_fill_in_the_range_and_must_not_contradict_it() {
    let header = HEADER.replace("range", "range;min_value;max_value");
    let row = |cells: &str| format!("{header}\nWeb;visits;month;{cells};2024;1;5\n");
    let open = import_with(&row("0 <= X;0;500"), None, &[], &empty());
    assert_eq!(created(&open).unit, Unit::Amount);
    assert_eq!(created(&open).limits.maximum, Some(500.0));

    let contrary = import_with(&row("0 <= X <= 100;-100;100"), None, &[], &empty());
    assert_eq!(
        contrary.refused(),
        [(2, "circle"), (2, "min_value"), (2, "value")]
    );
    let reversed = import_with(&row("X;5;1"), None, &[], &empty());
    assert_eq!(reversed.refused()[1], (2, "max_value"));
    let unitless = import_with(&row(";0;500"), None, &[], &empty());
    assert_eq!(unitless.refused()[1], (2, "range"));
}

#[test]
fn baseline_and_target_hold_for_the_year_of_their_row() {
    let text = format!(
        "{TARGETS}\n\
         HR;leave;month;0 <= % <= 100;3,5;0;2023;1;2\n\
         HR;leave;month;0 <= % <= 100;;;2023;2;2\n\
         HR;leave;month;0 <= % <= 100;3;0;2024;1;2\n\
         HR;leave;month;0 <= % <= 100;3;;2024;2;2\n\
         HR;leave;month;0 <= % <= 100;3;1;2025;1;2\n\
         HR;leave;month;0 <= % <= 100;3;2;2025;2;2\n"
    );
    let import = import_with(&text, None, &[], &empty());
    let targets: Vec<(i32, f64)> = import.plan.kpis[0]
        .targets
        .iter()
        .map(|planned| (planned.year, planned.target.initial))
        .collect();
    assert_eq!(targets, [(2023, 3.5), (2024, 3.0)]);
    assert_eq!(import.refused(), [(5, "target_value"), (7, "target_value")]);
    assert_eq!(import.summary.values.created, 6);
    assert!(import.summary.kpis_without_target.is_empty());
}
