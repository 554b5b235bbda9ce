//! Page tokens: an accepted token has the same cursor as the token made from that cursor.
#![no_main]

use kreis_service::page;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const LIST: &str = "ListKpis";

fuzz_target!(|text: &str| {
    let parameters = ("circle", 7);
    if let Ok(Some(cursor)) = page::cursor::<Value>(text, LIST, &parameters) {
        let again = page::token(LIST, &parameters, &cursor);
        let same = page::cursor::<Value>(&again, LIST, &parameters);
        assert_eq!(same, Ok(Some(cursor)));
    }
});
