//! Announces in the database which key this server signs with and how long its tokens live. Reports
//! another auth server on the same database that signs with a key that this one does not know: each
//! of the two refuses the tokens of the other.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{lifetimes::AnnouncedLifetime, signing_keys::SigningKeys, store::Store};

const CHECK_INTERVAL: Duration = Duration::from_secs(5);
/// A key counts as gone after this time without use. Servers note their keys every
/// [`CHECK_INTERVAL`], sometimes later.
const GONE_AFTER: Duration = Duration::from_mins(1);

/// Announces the key and the lifetime of this server, and checks for others, until it is dropped.
pub(crate) async fn watch(store: Store, keys: Arc<SigningKeys>, lifetime: AnnouncedLifetime) {
    let known: Vec<String> = keys.public().into_iter().map(|key| key.kid).collect();
    let seconds = lifetime.setting().as_secs().try_into().unwrap_or(i32::MAX);
    let mut last_check = None;
    let mut others = Others::default();
    loop {
        let began = Instant::now();
        // Readiness reports that the database fails.
        if let Ok(check) = store.note_token_issuer(&known, seconds, last_check).await {
            lifetime.announced(began);
            last_check = Some(check.time);
            let new = others.new_ones(check.unknown, Instant::now());
            if !new.is_empty() {
                tracing::error!(
                    keys = new.join(" "),
                    "another server on this database signs with a key that this one does not \
                     know, so people are signed out at random: give both the same keys \
                     (KREIS_SIGNING_KEY_FILES, or signing-key.pem in the data directory)"
                );
            }
        }
        tokio::time::sleep(CHECK_INTERVAL).await;
    }
}

/// The keys of other servers, with the time of their last use.
#[derive(Default)]
struct Others(HashMap<String, Instant>);

impl Others {
    /// The keys among these that were not in use before.
    fn new_ones(&mut self, found: Vec<String>, now: Instant) -> Vec<String> {
        self.0
            .retain(|_, last| now.duration_since(*last) < GONE_AFTER);
        let is_new = |key: &String| self.0.insert(key.clone(), now).is_none();
        found.into_iter().filter(is_new).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is told of looks at these seconds that found these keys.
    fn told<const N: usize>(looks: [(u64, &[&str]); N]) -> [Vec<String>; N] {
        let (began, mut others) = (Instant::now(), Others::default());
        looks.map(|(second, keys)| {
            let found = keys.iter().map(|key| (*key).to_owned()).collect();
            others.new_ones(found, began + Duration::from_secs(second))
        })
    }

    #[test]
    fn a_key_of_another_server_is_told_once_though_some_looks_miss_it() {
        let told = told([(0, &["a"]), (5, &[]), (10, &["a"]), (15, &[]), (65, &["a"])]);
        assert_eq!(told.map(|keys| keys.len()), [1, 0, 0, 0, 0]);
    }

    #[test]
    fn a_key_that_went_away_and_came_back_is_told_again() {
        let told = told([(0, &["a"]), (60, &[]), (65, &["a"])]);
        assert_eq!(told.map(|keys| keys.len()), [1, 0, 1]);
    }

    #[test]
    fn a_further_key_is_told_by_itself() {
        let told = told([(0, &["a"]), (5, &["a", "b"]), (10, &["b"])]);
        assert_eq!(told, [vec!["a".to_owned()], vec!["b".to_owned()], vec![]]);
    }
}
