//! Properties that hold for every file.

use kreis_service::names;
use proptest::prelude::*;

use super::{EVERYTHING, HEADER, after, empty, import_with};
use crate::import::{Counts, file::Sheet};

fn rows() -> impl Strategy<Value = String> {
    let cell = |cells: &'static [&'static str]| proptest::sample::select(cells);
    let row = (
        cell(&["HR", " hr", "Web", ""]),
        cell(&["leave", "Leave ", "visits", "donations"]),
        cell(&["month", "month", "month", "quarter", "weekly"]),
        cell(&["0 <= X", "0 <= X", "0 <= X", "0 <= % <= 100", "?"]),
        cell(&["", "", "1", "2"]),
        cell(&["", "10", "20"]),
        cell(&["2023", "2024", "1800", ""]),
        cell(&["1", "3", "6", "12", "13", ""]),
        cell(&["", "0", "-1", "5", "1.234", "1'234.5", "x"]),
        cell(&["", "", "no", "yes", "?"]),
        cell(&["", "", "yes"]),
        cell(&["", "", "closed", "\"two\nlines\""]),
    );
    proptest::collection::vec(row, 0..12).prop_map(|rows| {
        let lines = rows.into_iter().map(
            |(circle, kpi, often, range, from, to, year, month, value, active, nothing, said)| {
                [
                    circle, kpi, often, range, from, to, year, month, value, active, nothing, said,
                ]
                .join(";")
            },
        );
        lines.collect::<Vec<_>>().join("\n")
    })
}

proptest! {
    #[test]
    fn a_second_run_changes_nothing_and_refuses_the_same(rows in rows()) {
        let text = format!("{EVERYTHING}\n{rows}");
        let first = import_with(&text, None, &[], &empty());
        let server = after(&first.plan, empty());
        let second = import_with(&text, None, &[], &server);

        prop_assert_eq!(second.plan.writes(), 0);
        prop_assert_eq!(&second.refusals, &first.refusals);
        prop_assert_eq!(second.summary.refused(), first.summary.refused());
        let all = |counts: Counts| counts.created + counts.unchanged + counts.refused;
        prop_assert_eq!(all(second.summary.values), all(first.summary.values));
        prop_assert_eq!(second.summary.kpis.unchanged, first.summary.kpis.created);
        prop_assert_eq!(second.summary.circles.unchanged, first.summary.circles.created);
    }

    #[test]
    fn nothing_is_refused_without_a_line_and_no_line_is_without_a_count(rows in rows()) {
        let import = import_with(&format!("{EVERYTHING}\n{rows}"), None, &[], &empty());
        prop_assert_eq!(import.summary.refused() == 0, import.refusals.is_empty());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Sheet::read(&bytes, None);
        let mut behind_a_header = format!("{HEADER}\n").into_bytes();
        behind_a_header.extend(bytes);
        let text = String::from_utf8_lossy(&behind_a_header);
        // The bytes can decide the separator against that of the header.
        if Sheet::read(text.as_bytes(), None).is_ok() {
            let _ = import_with(&text, None, &[], &empty());
        }
    }

    #[test]
    fn rows_are_numbered_as_in_the_file_whatever_blank_lines_lie_between(
        lines in proptest::collection::vec(
            proptest::sample::select(&["", "", " ", "\t", ";;", "row", "\"two\nlines\";row"][..]),
            0..30,
        ),
        end in proptest::sample::select(&["\n", "\r\n", "\r"][..]),
        before in 0_usize..4,
    ) {
        // A spreadsheet shows a cell with two lines in one row.
        let lines = std::iter::repeat_n("", before).chain([HEADER]).chain(lines);
        let lines: Vec<&str> = lines.collect();
        let expected: Vec<u64> = (1..)
            .zip(&lines)
            .skip(before + 1)
            .filter(|(_, line)| line.contains("row"))
            .map(|(number, _)| number)
            .collect();
        let text = lines.join("\n").replace('\n', end);
        let sheet = Sheet::read(text.as_bytes(), None).unwrap();
        let rows: Vec<u64> = sheet.records.iter().map(|record| record.number).collect();
        prop_assert_eq!(rows, expected);
    }

    #[test]
    fn a_name_that_is_kept_is_found_again(name in "[ -~äöüéß]{1,40}") {
        prop_assume!(names::name(&name, 100).is_ok());
        let quoted = name.replace('"', "\"\"");
        let text = format!("{HEADER}\n\"{quoted}\";\"{quoted}\";month;0 <= X;2024;1;5\n");
        let first = import_with(&text, None, &[], &empty());
        let second = import_with(&text, None, &[], &after(&first.plan, empty()));
        prop_assert_eq!(second.plan.writes(), 0);
    }
}
