//! The cursors of lists in page tokens.

use kreis_service::page::{Cursor, TimePosition};

use crate::model::EntryCursor;

impl Cursor for EntryCursor {
    type Message = TimePosition;

    fn encode(self) -> TimePosition {
        TimePosition::new(self.create_time, self.id)
    }

    fn decode(message: TimePosition) -> Option<Self> {
        let (create_time, id) = message.time_and_id()?;
        Some(Self { create_time, id })
    }
}
