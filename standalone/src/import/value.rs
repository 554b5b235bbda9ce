//! A value of the file.

use super::{
    row_error::RowError,
    text::{Text, quoted},
};
use crate::table::{Column, Content, Period, ServerValue};

/// A number for a period, or the mark "nothing to report".
#[derive(Debug, Clone)]
pub(super) struct FileValue {
    pub(super) row: u64,
    pub(super) period: Period,
    pub(super) content: Content,
    /// The reason why there is nothing to report, which is required, or the comment of the number.
    /// Absent if the file does not give one.
    pub(super) comment: Option<Text>,
}

impl FileValue {
    /// The column with the number or the mark.
    pub(super) fn column(&self) -> Column {
        match self.content {
            Content::Number(_) => Column::Value,
            Content::Nothing => Column::NothingToReport,
        }
    }

    /// The comment for the contract; empty if absent.
    pub(super) fn said(&self) -> String {
        self.comment
            .as_ref()
            .map_or_else(String::new, |comment| comment.as_str().to_owned())
    }

    /// The difference from the server's value, if there is one.
    pub(super) fn difference(&self, known: &ServerValue) -> Option<RowError> {
        if self.content != known.content {
            let text = format!(
                "says {} for {}, while the server has {}",
                self.content, self.period, known.content
            );
            return Some(RowError::new(self.row, self.column(), text));
        }
        let comment = self.comment.as_ref()?;
        if comment.as_str() == known.comment {
            return None;
        }
        let text = format!(
            "says {comment} for {}, while the server has {}",
            self.period,
            quoted(&known.comment)
        );
        Some(RowError::new(self.row, Column::Comment, text))
    }

    /// The contradiction to another row of the same period, if there is one.
    pub(super) fn contradiction(&self, other: &Self) -> Option<RowError> {
        if self.content != other.content {
            let text = format!(
                "says {} for {}, while row {} says {}",
                self.content, self.period, other.row, other.content
            );
            return Some(RowError::new(self.row, self.column(), text));
        }
        let (own, theirs) = (self.comment.as_ref()?, other.comment.as_ref()?);
        if own == theirs {
            return None;
        }
        let text = format!(
            "says {own} for {}, while row {} says {theirs}",
            self.period, other.row
        );
        Some(RowError::new(self.row, Column::Comment, text))
    }
}
