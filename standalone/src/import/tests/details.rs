//! The contents of a file besides numbers: descriptions, stewards, states, comments, and periods
//! with nothing to report.

use super::{Import, after, created, empty, import_with};
use crate::{
    import::{plan::PlannedKpi, server_state::ServerState},
    table::{Content, Name},
};

const HEADER: &str = "circle;kpi;description;steward;periodicity;unit;active;\
     period_year;period_month;initial_value;target_value;value;nothing_to_report;comment";

fn import(rows: &str, server: &ServerState) -> Import {
    import_with(&format!("{HEADER}\n{rows}"), None, &[], server)
}

/// A server where Anna and Beat can be stewards.
fn with_users() -> ServerState {
    let mut server = empty();
    for (id, email) in [(1, "anna@example.org"), (2, "beat@example.org")] {
        server.active_users.insert(email.to_owned(), id);
    }
    server
}

const LEAVE: &str = "HR;leave;\"Days off,\n\"\"all\"\" of them\";Anna@Example.org;month;percentage;no;\
     2024;1;;;5;;'- from memory\n\
     HR;leave;;;month;percentage;;2024;2;;;;yes;\"closed\n\nfor good\"\n";

#[test]
fn everything_that_a_file_says_is_planned() {
    let import = import(LEAVE, &with_users());
    assert_eq!(import.refused(), []);
    let new = created(&import);
    let description = new.description.as_ref().unwrap();
    assert_eq!(description.as_str(), "Days off,\n\"all\" of them");
    assert_eq!(new.steward.as_ref().unwrap().user_id, 1);
    assert!(!new.active && new.active_since.is_none());
    let values = &import.plan.kpis[0].values;
    assert_eq!(values[0].content, Content::Number(5.0));
    assert_eq!(values[0].said(), "- from memory");
    assert_eq!(values[1].content, Content::Nothing);
    assert_eq!(values[1].said(), "closed\n\nfor good");
    // The circle, the KPI and its deactivation, the value and the mark.
    assert_eq!(import.plan.writes(), 5);
}

#[test]
fn a_row_may_be_about_a_kpi_or_about_a_years_target_alone() {
    let import = import(
        "HR;empty;;;month;percentage;;;;;;;;\n\
         HR;leave;;;month;percentage;;2024;;3;0;;;\n\
         HR;leave;;;month;percentage;;2025;1;;;5;;\n",
        &empty(),
    );
    assert_eq!(import.refused(), []);
    assert_eq!((import.summary.kpis.created, import.summary.blanks), (2, 0));
    assert_eq!(import.plan.kpis[1].targets[0].year, 2024);
    assert_eq!(import.plan.kpis[1].values.len(), 1);
}

#[test]
fn what_needs_a_period_is_refused_without_one() {
    let import = import(
        "HR;leave;;;month;percentage;;2024;;;;5;;\n\
         HR;leave;;;month;percentage;;;;3;0;;;\n\
         HR;leave;;;month;percentage;;;4;;;;;\n\
         HR;leave;;;month;percentage;;;;;;;;why\n",
        &empty(),
    );
    assert_eq!(
        import.refused(),
        [
            (2, "period_month"),
            (3, "period_year"),
            (4, "period_year"),
            (5, "period_month")
        ]
    );
    assert!(import.text().contains("is blank, while value is not"));
}

#[test]
fn a_comment_belongs_to_a_value_or_to_a_mark_and_a_mark_needs_one() {
    let long = "ä".repeat(1_001);
    let import = import(
        &format!(
            "HR;leave;;;month;percentage;;2024;1;;;5;yes;closed\n\
             HR;leave;;;month;percentage;;2024;2;;;;yes;\n\
             HR;leave;;;month;percentage;;2024;3;;;;;why\n\
             HR;leave;;;month;percentage;;2024;4;;;5;;{long}\n\
             HR;leave;;;month;percentage;;2024;5;;;5;maybe;\n\
             HR;leave;;;month;percentage;;2024;6;;;5;no;bell\u{7}\n\
             HR;leave;;;month;percentage;;2024;7;;;5;no;fine\n"
        ),
        &empty(),
    );
    assert_eq!(
        import.refused(),
        [
            (2, "nothing_to_report"),
            (3, "comment"),
            (4, "comment"),
            (5, "comment"),
            (6, "nothing_to_report"),
            (7, "comment"),
        ]
    );
    assert!(import.refusals[1].text.contains("needs a reason"));
    assert!(import.refusals[3].text.contains("at most 1000 characters"));
    assert_eq!(import.summary.values.refused, 6);
    assert_eq!(import.summary.values.created, 1);
}

#[test]
fn rows_that_contradict_one_another_about_a_kpi_leave_it_alone() {
    let import = import(
        "HR;leave;one;anna@example.org;month;percentage;no;2024;1;;;5;;\n\
         HR;leave;two;beat@example.org;month;percentage;yes;2024;2;;;5;;\n",
        &with_users(),
    );
    assert_eq!(
        import.refused(),
        [
            (2, "circle"),
            (2, "value"),
            (3, "active"),
            (3, "description"),
            (3, "steward"),
            (3, "value"),
        ]
    );
    assert!(
        import.refusals[2]
            .text
            .contains("says yes, while row 2 says no")
    );
    assert!(import.plan.kpis.is_empty());
}

#[test]
fn rows_of_one_period_must_say_the_same_and_may_leave_the_comment_to_one() {
    let import = import(
        "HR;leave;;;month;percentage;;2024;1;;;5;;\n\
         HR;leave;;;month;percentage;;2024;1;;;5;;said\n\
         HR;leave;;;month;percentage;;2024;2;;;5;;one\n\
         HR;leave;;;month;percentage;;2024;2;;;5;;two\n\
         HR;leave;;;month;percentage;;2024;3;;;5;;\n\
         HR;leave;;;month;percentage;;2024;3;;;;yes;closed\n",
        &empty(),
    );
    assert_eq!(
        import.refused(),
        [
            (4, "comment"),
            (5, "comment"),
            (6, "value"),
            (7, "nothing_to_report")
        ]
    );
    let values = &import.plan.kpis[0].values;
    assert_eq!((values.len(), values[0].said().as_str()), (1, "said"));
}

#[test]
fn a_description_that_is_too_long_or_a_state_that_is_none_refuses_its_row() {
    let long = "x".repeat(2_001);
    let import = import(
        &format!(
            "HR;leave;{long};;month;percentage;;2024;1;;;5;;\n\
             HR;visits;;;month;percentage;inactive;2024;1;;;5;;\n"
        ),
        &empty(),
    );
    assert_eq!(import.refused(), [(2, "description"), (3, "active")]);
    assert!(import.text().contains("at most 2000 characters"));
    assert!(import.plan.kpis.is_empty());
}

#[test]
fn an_unknown_steward_is_refused_and_the_kpi_created_without() {
    let row = "HR;leave;;nobody@example.org;month;percentage;;2024;1;;;5;;\n";
    let first = import(row, &with_users());
    assert_eq!(first.refused(), [(2, "steward")]);
    assert!(first.text().contains("created without a steward"));
    assert!(created(&first).steward.is_none());
    assert_eq!(
        (first.summary.kpis.created, first.summary.refused()),
        (1, 1)
    );

    let second = import(row, &after(&first.plan, with_users()));
    assert_eq!(second.refused(), [(2, "steward")]);
    assert_eq!(second.plan.writes(), 0);
}

#[test]
fn what_the_server_has_otherwise_is_refused_by_cell_and_the_rest_goes_on() {
    let mut server = after(&import(LEAVE, &with_users()).plan, with_users());
    assert_eq!(import(LEAVE, &server).refused(), []);

    let kpi = server.kpis.values_mut().next().unwrap();
    kpi.active = true;
    kpi.description = "Days off".to_owned();
    kpi.steward = Some(Name::kept("beat@example.org".to_owned()));
    for value in server.values.values_mut() {
        value.comment.push('!');
    }
    let more = format!("{LEAVE}HR;leave;;;month;percentage;;2024;3;;;6;;\n");
    let import = import(&more, &server);
    assert_eq!(
        import.refused(),
        [
            (2, "active"),
            (2, "comment"),
            (2, "description"),
            (2, "steward"),
            (3, "comment"),
        ]
    );
    assert!(
        import
            .text()
            .contains("says no, while the server has this KPI active")
    );
    assert_eq!(import.summary.details_refused, 3);
    assert_eq!(import.summary.values.refused, 2);
    assert_eq!(import.plan.kpis[0].values.len(), 1);
    assert!(matches!(
        import.plan.kpis[0].kpi,
        PlannedKpi::Existing { .. }
    ));
}

#[test]
fn a_blank_says_nothing_about_what_the_server_has() {
    let server = after(&import(LEAVE, &with_users()).plan, with_users());
    let blank = import("HR;leave;;;month;percentage;;2024;1;;;5;;\n", &server);
    assert_eq!(blank.refused(), []);
    assert_eq!(blank.summary.values.unchanged, 1);
}

#[test]
fn a_value_and_a_mark_do_not_take_each_others_place() {
    let server = after(&import(LEAVE, &with_users()).plan, with_users());
    let import = import(
        "HR;leave;;;month;percentage;;2024;1;;;;yes;closed\n\
         HR;leave;;;month;percentage;;2024;2;;;5;;\n",
        &server,
    );
    assert_eq!(import.refused(), [(2, "nothing_to_report"), (3, "value")]);
    assert!(
        import
            .text()
            .contains("says nothing to report for 2024-01, while the server has 5")
    );
}

#[test]
fn a_steward_who_was_deactivated_stays_the_steward() {
    let mut server = after(&import(LEAVE, &with_users()).plan, with_users());
    server.active_users.clear();
    assert_eq!(import(LEAVE, &server).refused(), []);
}

#[test]
fn lines_are_believed_only_where_no_quotation_mark_is_amiss() {
    let amiss = format!("{LEAVE}HR;5\" pipes;;;month;amount;;2024;1;;;5;;\n");
    let import = import(&amiss, &with_users());
    assert_eq!(import.refused(), [(2, "description"), (3, "comment")]);
    assert!(import.text().contains("is a quotation mark not closed?"));
    assert_eq!(import.plan.kpis.len(), 1);
}
