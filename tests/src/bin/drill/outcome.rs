//! Promises, and the measurements that check them.

use std::{fmt::Write, time::Duration};

/// A promise, and whether it holds.
pub(crate) struct Check {
    pub(crate) promise: &'static str,
    pub(crate) target: String,
    pub(crate) measured: String,
    pub(crate) held: bool,
}

/// A check of one drill.
pub(crate) struct Row {
    pub(crate) drill: &'static str,
    pub(crate) check: Check,
}

impl Check {
    /// A check that something never happened in `of` cases.
    pub(crate) fn none(promise: &'static str, count: usize, of: usize) -> Self {
        Self {
            promise,
            target: "0".to_owned(),
            measured: format!("{count} of {of}"),
            // Without any case, the check proves nothing.
            held: count == 0 && of > 0,
        }
    }

    /// A check that something happened within a time; `took` is absent if it did not happen.
    pub(crate) fn within(promise: &'static str, took: Option<Duration>, most: Duration) -> Self {
        Self {
            promise,
            target: format!("≤ {}", format_duration(most)),
            measured: took.map_or_else(|| "never".to_owned(), format_duration),
            held: took.is_some_and(|took| took <= most),
        }
    }

    /// A check that a number is at most `most`.
    pub(crate) fn at_most(promise: &'static str, number: u64, most: u64, unit: &str) -> Self {
        Self {
            promise,
            target: format!("≤ {most} {unit}"),
            measured: format!("{number} {unit}"),
            held: number <= most,
        }
    }
}

/// A duration in a readable unit.
pub(crate) fn format_duration(time: Duration) -> String {
    match time.as_millis() {
        0..10 => format!("{:.1} ms", time.as_secs_f64() * 1e3),
        millis @ 10..1_000 => format!("{millis} ms"),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}

/// The rows as a Markdown table.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut text =
        "| drill | promise | target | measured | held |\n| --- | --- | --- | --- | --- |\n"
            .to_owned();
    for Row { drill, check } in rows {
        let Check {
            promise,
            target,
            measured,
            held,
        } = check;
        let held = if *held { "yes" } else { "**no**" };
        writeln!(
            text,
            "| {drill} | {promise} | {target} | {measured} | {held} |"
        )
        .expect("a text takes any line");
    }
    text
}
