//! Imports into a server that has data already.

use super::{TARGETS, after, empty, import, import_with};
use crate::{
    import::server_state::ServerState,
    table::{Limits, Period, Periodicity, ServerKpi, Target, Unit},
};

fn one_kpi(change: impl FnOnce(&mut ServerKpi)) -> ServerState {
    let first = import("HR;leave;month;0 <= % <= 100;2024;1;2.04\n", &empty());
    let mut server = after(&first.plan, empty());
    change(server.kpis.values_mut().next().unwrap());
    server
}

#[test]
fn a_target_of_another_year_is_set_and_one_that_differs_is_refused() {
    let server = one_kpi(|kpi| {
        let target = Target {
            initial: 3.5,
            target: 0.0,
        };
        kpi.targets.insert(2023, target);
    });
    let text = format!(
        "{TARGETS}\n\
         HR;leave;month;0 <= % <= 100;4;0;2023;1;\n\
         HR;leave;month;0 <= % <= 100;3;0;2024;1;2.04\n"
    );
    let import = import_with(&text, None, &[], &server);
    assert_eq!(import.refused(), [(2, "target_value")]);
    assert!(import.text().contains("3.5 to 0"));
    assert_eq!(import.plan.kpis[0].targets.len(), 1);
    assert_eq!(import.summary.values.unchanged, 1);
}

#[test]
fn a_value_that_differs_or_was_retracted_is_refused() {
    let mut server = one_kpi(|_| {});
    let march = Period {
        year: 2024,
        month: 3,
    };
    server.retracted.insert((1, march));
    let import = import(
        "HR;leave;month;0 <= % <= 100;2024;1;2.05\n\
         HR;leave;month;0 <= % <= 100;2024;2;2\n\
         HR;leave;month;0 <= % <= 100;2024;3;2\n",
        &server,
    );
    assert_eq!(import.refused(), [(2, "value"), (4, "value")]);
    assert!(import.text().contains("the server has 2.04"));
    assert_eq!(import.summary.values.created, 1);
}

#[test]
fn a_kpi_that_the_server_defines_otherwise_is_refused_by_column() {
    let refused = |change: fn(&mut ServerKpi)| {
        let import = import("HR;leave;month;0 <= % <= 100;2024;2;2\n", &one_kpi(change));
        assert!(import.plan.kpis.is_empty());
        assert_eq!(import.summary.kpis.refused, 1);
        assert_eq!(import.summary.values.refused, 1);
        import
            .refusals
            .iter()
            .map(|refusal| refusal.column.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        refused(|kpi| kpi.periodicity = Periodicity::Yearly),
        ["periodicity", "value"]
    );
    assert_eq!(refused(|kpi| kpi.unit = Unit::Score), ["range", "value"]);
    assert_eq!(
        refused(|kpi| kpi.limits = Limits::default()),
        ["range", "value"]
    );
}

#[test]
fn a_deactivated_kpi_takes_nothing_new() {
    let import = import(
        "HR;leave;month;0 <= % <= 100;2024;1;2.04\nHR;leave;month;0 <= % <= 100;2024;2;2\n",
        &one_kpi(|kpi| kpi.active = false),
    );
    assert_eq!(import.refused(), [(3, "value")]);
    assert_eq!(import.summary.values.unchanged, 1);
}

#[test]
fn what_the_server_would_not_take_is_known_before_it_is_asked() {
    let import = import(
        "HR;leave;month;0 <= % <= 100;2024;1;101\n\
         HR;leave;month;0 <= % <= 100;2025;5;1\n\
         HR;leave;month;0 <= % <= 100;2025;6;1\n\
         Web;visits;quarter;0 <= X;2025;6;1\n\
         Web;visits;quarter;0 <= X;2025;5;1\n\
         Web;visits;quarter;0 <= X;2025;9;1\n",
        &empty(),
    );
    assert_eq!(
        import.refused(),
        [
            (2, "value"),
            (4, "period_month"),
            (6, "period_month"),
            (7, "period_month")
        ]
    );
    assert_eq!(import.summary.values.created, 2);
}

#[test]
fn names_are_compared_without_case_and_outer_space() {
    let import = import(
        "  hr ;LEAVE;monthly;0<=%<=100;2024;1;2.04\n",
        &one_kpi(|_| {}),
    );
    assert!(import.plan.kpis.is_empty() && import.plan.circles.is_empty());
    assert_eq!(import.summary.circles.unchanged, 1);
    assert_eq!(import.summary.kpis.unchanged, 1);
    assert_eq!(import.summary.values.unchanged, 1);
}
