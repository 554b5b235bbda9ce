//! The cursors of lists in page tokens.

use kreis_service::page::{Cursor, TextPosition};

use crate::model::{CircleCursor, CircleId, UserCursor, UserId};

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
