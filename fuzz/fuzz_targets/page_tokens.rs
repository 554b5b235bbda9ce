//! Page tokens: an accepted token has the same position as the token made from that position.
#![no_main]

use kreis_service::page::{Cursor, ListDigest, TextPosition};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Clone, PartialEq)]
struct Entry {
    name: String,
    id: i64,
}

impl Cursor for Entry {
    type Message = TextPosition;

    fn encode(self) -> TextPosition {
        TextPosition::new(self.name, self.id)
    }

    fn decode(message: TextPosition) -> Option<Self> {
        let (name, id) = message.text_and_id()?;
        Some(Self { name, id })
    }
}

fuzz_target!(|text: &str| {
    let list = ListDigest::of("ListKpis", &7_i64);
    if let Ok(Some(cursor)) = list.cursor::<Entry>(text) {
        let again = list.token(cursor.clone());
        assert_eq!(list.cursor(&again), Ok(Some(cursor)));
    }
});
