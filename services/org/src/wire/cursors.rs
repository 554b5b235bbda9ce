//! The cursors of lists in page tokens.

use kreis_service::page::{Cursor, TextPosition, TimePosition};

use crate::model::{ChangeCursor, CircleCursor, CircleId, UserCursor, UserId};

impl Cursor for UserCursor {
    type Message = TextPosition;

    fn encode(self) -> TextPosition {
        TextPosition::new(self.display_name_key, self.id.get())
    }

    fn decode(message: TextPosition) -> Option<Self> {
        let (display_name_key, id) = message.text_and_id()?;
        Some(Self {
            display_name_key,
            id: UserId::stored(id),
        })
    }
}

impl Cursor for CircleCursor {
    type Message = TextPosition;

    fn encode(self) -> TextPosition {
        TextPosition::new(self.name_key, self.id.get())
    }

    fn decode(message: TextPosition) -> Option<Self> {
        let (name_key, id) = message.text_and_id()?;
        Some(Self {
            name_key,
            id: CircleId::stored(id),
        })
    }
}

impl Cursor for ChangeCursor {
    type Message = TimePosition;

    fn encode(self) -> TimePosition {
        TimePosition::new(self.create_time, self.id)
    }

    fn decode(message: TimePosition) -> Option<Self> {
        let (create_time, id) = message.time_and_id()?;
        Some(Self { create_time, id })
    }
}
