//! Warns of keys of service accounts that expire soon, in the log and in metrics.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use kreis_server::metrics::{ServerMetrics, count};

use crate::{
    domain::{Store, service_keys},
    model::ExpiringKey,
};

const CHECK_INTERVAL: Duration = Duration::from_mins(1);
const REPEAT_INTERVAL: Duration = Duration::from_hours(24);

/// How many keys expire soon. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct ExpiringKeys(Arc<AtomicU64>);

impl ExpiringKeys {
    pub(crate) fn register_metrics(&self, metrics: &ServerMetrics) {
        let expiring = Arc::clone(&self.0);
        metrics.gauge(
            "kreis_service_keys_expiring",
            "Keys of service accounts that expire within 30 days",
            &[],
            move || count(expiring.load(Ordering::Relaxed)),
        );
    }

    /// Checks every minute, until it is dropped. Each key is in the log once a day.
    pub(crate) async fn watch(self, store: Store) {
        let mut told = Told::default();
        loop {
            // Readiness reports that the database fails.
            if let Ok(keys) = service_keys::expiring(&store).await {
                self.0.store(keys.len() as u64, Ordering::Relaxed);
                for key in told.due(keys, Instant::now()) {
                    tracing::warn!(
                        user.id = key.user_id.get(),
                        account = key.account_name,
                        key = key.hint,
                        expire_time = key.expire_time.to_rfc3339(),
                        "a key of a service account expires soon: add another one, give it to \
                         the program, and remove this one"
                    );
                }
            }
            tokio::time::sleep(CHECK_INTERVAL).await;
        }
    }
}

/// The keys that are in the log, with the time of the last entry.
#[derive(Default)]
struct Told(HashMap<i64, Instant>);

impl Told {
    /// The keys among these that are to be logged now. Forgets all others.
    fn due(&mut self, keys: Vec<ExpiringKey>, now: Instant) -> Vec<ExpiringKey> {
        self.0.retain(|id, last| {
            now.duration_since(*last) < REPEAT_INTERVAL && keys.iter().any(|key| key.id == *id)
        });
        let is_due = |key: &ExpiringKey| match self.0.entry(key.id) {
            Entry::Occupied(_) => false,
            Entry::Vacant(entry) => {
                entry.insert(now);
                true
            }
        };
        keys.into_iter().filter(is_due).collect()
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::model::UserId;

    fn key(id: i64) -> ExpiringKey {
        ExpiringKey {
            id,
            user_id: UserId::stored(1),
            account_name: "import".to_owned(),
            hint: "kreis_sa_abcd".to_owned(),
            expire_time: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_key_is_told_once_a_day_until_it_is_gone() {
        let (began, mut told) = (Instant::now(), Told::default());
        let mut due = |hours: u64, ids: &[i64]| {
            let keys = ids.iter().map(|id| key(*id)).collect();
            let keys = told.due(keys, began + Duration::from_hours(hours));
            keys.iter().map(|key| key.id).collect::<Vec<_>>()
        };
        assert_eq!(due(0, &[1]), [1]);
        assert_eq!(due(1, &[1, 2]), [2]);
        assert_eq!(due(24, &[1, 2]), [1]);
        assert!(due(26, &[1]).is_empty());
        assert_eq!(due(26, &[1, 2]), [2]);
    }
}
