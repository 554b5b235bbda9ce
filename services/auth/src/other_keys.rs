//! Says when another auth on the same database signs with a key that this one does not
//! know: each of the two refuses the tokens of the other.

use std::{sync::Arc, time::Duration};

use crate::{keys::SigningKeys, store::Store};

const PAUSE: Duration = Duration::from_secs(5);

/// Notes with which key this auth signs, and looks for others, until it is dropped.
pub(crate) async fn watch(store: Store, keys: Arc<SigningKeys>) {
    let known: Vec<String> = keys.public().into_iter().map(|key| key.kid).collect();
    let mut last_look = None;
    let mut said = Vec::new();
    loop {
        // A failure is told by whatever else needs the database.
        if let Ok(look) = store.note_signing_key(&known, last_look).await {
            last_look = Some(look.time);
            if look.unknown != said && !look.unknown.is_empty() {
                tracing::error!(
                    keys = look.unknown.join(" "),
                    "another server on this database signs with a key that this one does not \
                     know, so people are signed out at random: give both the same keys \
                     (KREIS_SIGNING_KEY_FILES, or signing-key.pem in the data directory)"
                );
            }
            said = look.unknown;
        }
        tokio::time::sleep(PAUSE).await;
    }
}
