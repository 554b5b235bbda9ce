//! Reads the header: the meaning of each column.

use std::borrow::Cow;

use crate::table::Column;

/// An error in the header.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// Required columns are missing.
    #[error("the file has no column {}", listed(.0))]
    MissingColumns(Vec<&'static str>),
    /// The unit of a KPI needs one of these two columns.
    #[error("the file has neither a column `range` nor a column `unit`")]
    NoRangeAndNoUnit,
    /// The import does not know these columns.
    #[error("the file has unknown columns: {}", listed(.0))]
    UnknownColumns(Vec<String>),
    /// These columns occur more than once.
    #[error("the file has the columns {} twice", listed(.0))]
    ColumnsTwice(Vec<&'static str>),
}

pub(super) fn listed(names: &[impl AsRef<str>]) -> String {
    let quoted: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    quoted.join(", ")
}

/// All errors of a header as text.
pub(super) fn sentences(errors: &[HeaderError]) -> String {
    let sentences: Vec<String> = errors.iter().map(ToString::to_string).collect();
    sentences.join("; ")
}

/// The meaning of each column; absent for a column without a name. An error has all errors of the
/// header.
pub(super) fn read(cells: &[Cow<'_, str>]) -> Result<Vec<Option<Column>>, Vec<HeaderError>> {
    let names: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
    let columns: Vec<Option<Column>> = names.iter().map(|name| Column::named(name)).collect();
    let count = |column: Column| columns.iter().filter(|one| **one == Some(column)).count();
    let names_of = |columns: &[Column], has: &dyn Fn(usize) -> bool| -> Vec<&'static str> {
        let found = columns.iter().filter(|column| has(count(**column)));
        found.map(|column| column.name()).collect()
    };

    let mut errors = Vec::new();
    let missing = names_of(&Column::REQUIRED, &|count| count == 0);
    if !missing.is_empty() {
        errors.push(HeaderError::MissingColumns(missing));
    }
    if count(Column::Range) + count(Column::Unit) == 0 {
        errors.push(HeaderError::NoRangeAndNoUnit);
    }
    let unknown: Vec<String> = names
        .iter()
        .zip(&columns)
        .filter(|(name, column)| column.is_none() && !name.is_empty())
        .map(|(name, _)| (*name).to_owned())
        .collect();
    if !unknown.is_empty() {
        errors.push(HeaderError::UnknownColumns(unknown));
    }
    let twice = names_of(&Column::ALL, &|count| count > 1);
    if !twice.is_empty() {
        errors.push(HeaderError::ColumnsTwice(twice));
    }
    if errors.is_empty() {
        Ok(columns)
    } else {
        Err(errors)
    }
}
