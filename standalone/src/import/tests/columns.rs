//! Messages about columns: those of the file, and all errors of a header at once.

use clap::{Args, Command};

use super::{HEADER, empty, import, import_with};
use crate::{
    import::{Counts, ImportArgs, file::Sheet},
    table::{Periodicity, Unit, YesOrNo},
};

#[test]
fn a_refusal_names_a_column_that_the_file_has() {
    let without_range = "circle;kpi;periodicity;unit;period_year;period_month;value";
    let without_target = format!("{HEADER};initial_value");
    let without_comment = format!("{HEADER};nothing_to_report");
    for (header, row, column, text) in [
        (without_range, "a;b;month;;2024;1;1", "unit", "is blank"),
        (HEADER, "a;b;month;;2024;1;1", "range", "is blank"),
        (
            &without_target,
            "a;b;month;X;2024;1;1;0",
            "initial_value",
            "needs a column `target_value`",
        ),
        (
            &without_comment,
            "a;b;month;X;2024;1;;yes",
            "nothing_to_report",
            "needs a column `comment`",
        ),
    ] {
        let import = import_with(&format!("{header}\n{row}\n"), None, &[], &empty());
        let refusal = import.refusals.iter().find(|it| it.column == column);
        let refusal = refusal.unwrap_or_else(|| panic!("{column}: {:?}", import.refusals));
        assert!(refusal.text.contains(text), "{refusal}");
        let columns = import.refusals.iter().map(|it| it.column.as_str());
        let there: Vec<&str> = header.split(';').collect();
        assert!(columns.into_iter().all(|named| there.contains(&named)));
    }
}

#[test]
fn every_fault_of_a_header_is_told_at_once() {
    let header = "circle;kpi;KPI;peridicity;period_year;value;Value;note\n";
    let error = Sheet::read(header.as_bytes(), None)
        .unwrap_err()
        .to_string();
    for part in [
        "no column `periodicity`, `period_month`",
        "neither a column `range` nor a column `unit`",
        "unknown columns: `peridicity`, `note`",
        "the columns `kpi`, `value` twice",
    ] {
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn the_help_lists_every_word_that_is_understood() {
    let mut command = ImportArgs::augment_args(Command::new("import"));
    let help = command.render_long_help().to_string();
    let words = Periodicity::WORDS.iter().map(|(word, _)| word);
    let words = words.chain(Unit::WORDS.iter().map(|(word, _)| word));
    for word in words.chain(YesOrNo::WORDS.iter().map(|(word, _)| word)) {
        let listed = help.split(|c: char| !(c.is_alphanumeric() || c == '%'));
        assert!(
            listed.into_iter().any(|known| known == *word),
            "{word}: {help}"
        );
    }
}

#[test]
fn a_circle_without_any_kpi_that_can_be_created_is_not_created_and_counted() {
    let import = import(
        "new;leave;month;;2024;1;1\nnew;visits;month;;2024;1;2\nother;a;month;X;2024;1;1\n",
        &empty(),
    );
    let refused = |refused| Counts {
        refused,
        ..Counts::default()
    };
    let created = |created, refused| Counts {
        created,
        refused,
        ..Counts::default()
    };
    assert_eq!(import.summary.circles, created(1, 1));
    assert_eq!(import.summary.kpis, created(1, 2));
    assert_eq!(import.summary.values, created(1, 2));
    assert_eq!(import.summary.targets, refused(0));
    assert!(import.refused().contains(&(2, "circle")));
}
