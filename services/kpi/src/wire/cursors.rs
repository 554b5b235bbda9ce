//! The cursors of lists in page tokens.

use kreis_proto::kpi::v1 as proto;
use kreis_service::page::{Cursor, TextPosition};

use super::encode::fields;
use crate::model::{DueCursor, KpiCursor, MonthOfYear, Period, PeriodRange, ValueCursor, Year};

impl Cursor for KpiCursor {
    type Message = TextPosition;

    fn encode(self) -> TextPosition {
        TextPosition::new(self.name_key, self.id)
    }

    fn decode(message: TextPosition) -> Option<Self> {
        let (name_key, id) = message.text_and_id()?;
        Some(Self { name_key, id })
    }
}

/// A position in the list of values.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct ValuePosition {
    #[prost(message, optional, tag = "1")]
    range: Option<proto::PeriodRange>,
    #[prost(message, optional, tag = "2")]
    period: Option<proto::Period>,
    #[prost(int64, tag = "3")]
    id: i64,
}

impl Cursor for ValueCursor {
    type Message = ValuePosition;

    fn encode(self) -> ValuePosition {
        ValuePosition {
            range: self.range.map(fields::period_range),
            period: Some(fields::period(self.period)),
            id: self.id,
        }
    }

    fn decode(message: ValuePosition) -> Option<Self> {
        let period = period(message.period)?;
        let range = match message.range {
            None => None,
            Some(range) => Some(period_range(range).filter(|range| range.contains(period))?),
        };
        Some(Self {
            range,
            period,
            id: message.id,
        })
    }
}

/// A position in the list of due values.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct DuePosition {
    #[prost(message, optional, tag = "1")]
    period: Option<proto::Period>,
    #[prost(message, optional, tag = "2")]
    kpi: Option<TextPosition>,
}

impl Cursor for DueCursor {
    type Message = DuePosition;

    fn encode(self) -> DuePosition {
        DuePosition {
            period: Some(fields::period(self.period)),
            kpi: Some(TextPosition::new(self.name_key, self.id)),
        }
    }

    fn decode(message: DuePosition) -> Option<Self> {
        let (name_key, id) = message.kpi?.text_and_id()?;
        Some(Self {
            period: period(message.period)?,
            name_key,
            id,
        })
    }
}

fn period(message: Option<proto::Period>) -> Option<Period> {
    let message = message?;
    Some(Period {
        year: Year::try_from(message.year).ok()?,
        month: MonthOfYear::try_from(message.month).ok()?,
    })
}

fn period_range(message: proto::PeriodRange) -> Option<PeriodRange> {
    PeriodRange::new(period(message.from)?, period(message.to)?).ok()
}
