//! Refused sign-ins and renewals on their way into the log. Strangers cause them, so both the memory
//! and the disk that they may take are bounded.
//!
//! A call only notes its refusal in memory, at once and in the same way whether the user exists or
//! not. So neither the answer nor its time shows which users exist. Each second a background task
//! writes what was noted. A kind of refusal, which is one reason, user, provider and network, takes one entry
//! at once and then one a minute, with a count. A server that stops loses what it noted in its last
//! second.

use std::{
    collections::HashMap,
    net::Ipv6Addr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use kreis_database::writes::Writes;
use kreis_server::{
    metrics::{ServerMetrics, count},
    network::Network,
};
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::Store;
use crate::{
    error::Error,
    model::{Activity, Client, Reason, Refusal, Refusals},
};

/// How often noted refusals are written.
const WRITE_INTERVAL: Duration = Duration::from_secs(1);
/// How long refusals of a kind are counted for one entry.
const WINDOW: Duration = Duration::from_mins(1);
/// Kinds of refusals that are counted at the same time.
const MAX_KINDS: usize = 1_000;
/// Entries that can be written at once: more than an organisation causes on a Monday morning.
const MAX_ENTRIES: u32 = 1_000;
/// Time after which another entry can be written. So a flood writes 14,400 entries a day, which are
/// at most 8 MB.
const ENTRY_INTERVAL: Duration = Duration::from_secs(6);

/// Notes refusals for the log. Cheap to clone.
#[derive(Clone)]
pub(crate) struct RefusalLog(Arc<Mutex<State>>);

/// A kind of refusal, and the network of its callers.
type Kind = (Refusal, Network);

struct State {
    kinds: HashMap<Kind, Noted>,
    entries: EntryBudget,
    /// Refusals of the time since then that get no entry of their own.
    left_out: u32,
    left_out_since: Option<(Instant, DateTime<Utc>)>,
    /// All refusals that got no entry of their own, for the metric.
    left_out_ever: u64,
}

/// Refusals of one kind that are not written yet.
struct Noted {
    /// When the window began. Absent until the first entry.
    window: Option<Instant>,
    client: Client,
    /// Time of the first one.
    time: DateTime<Utc>,
    count: u32,
}

impl RefusalLog {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            kinds: HashMap::new(),
            entries: EntryBudget {
                left: MAX_ENTRIES,
                time: Instant::now(),
            },
            left_out: 0,
            left_out_since: None,
            left_out_ever: 0,
        })))
    }

    /// Registers how many kinds of refusals are counted, and how many refusals the log only counts
    /// together.
    pub(crate) fn register_metrics(&self, metrics: &ServerMetrics) {
        let (kinds, left_out) = (self.clone(), self.clone());
        metrics.gauge(
            "kreis_refusals_noted",
            "Kinds of refused sign-ins and renewals that are counted for the log of sign-ins",
            &[],
            move || count(kinds.state().kinds.len() as u64),
        );
        metrics.counter(
            "kreis_refusals_left_out",
            "Refused sign-ins and renewals that the log of sign-ins only counts, because there were too many",
            &[],
            move || count(left_out.state().left_out_ever),
        );
    }

    /// Notes a refusal.
    pub(crate) fn note(&self, refusal: Refusal, client: &Client) {
        self.note_at(refusal, client, Instant::now(), Utc::now());
    }

    fn note_at(&self, refusal: Refusal, client: &Client, now: Instant, time: DateTime<Utc>) {
        let kind = kind_of(refusal, client);
        let mut state = self.state();
        if let Some(noted) = state.kinds.get_mut(&kind) {
            if noted.count == 0 {
                noted.client = client.clone();
                noted.time = time;
            }
            noted.count = noted.count.saturating_add(1);
        } else if state.kinds.len() < MAX_KINDS {
            let noted = Noted {
                window: None,
                client: client.clone(),
                time,
                count: 1,
            };
            state.kinds.insert(kind, noted);
        } else {
            state.leave_out(1, now, time);
        }
    }

    /// Writes noted refusals to the log until it is dropped.
    pub(crate) async fn write_each_second(self, store: Store, writes: Writes) {
        let mut rounds = interval(WRITE_INTERVAL);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            rounds.tick().await;
            let due = self.state().take_due(Instant::now());
            if due.is_empty() {
                continue;
            }
            let due = Arc::new(due);
            let (store, entries) = (store.clone(), Arc::clone(&due));
            let written = writes.run(async move {
                let mut tx = store.begin().await?;
                tx.log_refusals(&entries).await?;
                tx.commit().await?;
                Ok::<_, Error>(())
            });
            if let Err(error) = written.await {
                tracing::warn!(
                    error.cause = error.message(),
                    "refused sign-ins were not logged; the next attempt is in a second"
                );
                self.state().put_back(&due, Instant::now());
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is counted together. Callers without a known address count as one.
fn kind_of(refusal: Refusal, client: &Client) -> Kind {
    let address = client.address.unwrap_or(Ipv6Addr::UNSPECIFIED.into());
    (refusal, Network::of_caller(address))
}

impl State {
    fn leave_out(&mut self, refusals: u32, now: Instant, time: DateTime<Utc>) {
        self.left_out = self.left_out.saturating_add(refusals);
        self.left_out_since.get_or_insert((now, time));
        self.left_out_ever = self.left_out_ever.saturating_add(refusals.into());
    }

    /// Takes what is to be written now.
    fn take_due(&mut self, now: Instant) -> Vec<Refusals> {
        self.entries.refill(now);
        let (mut due, mut without_entry) = (Vec::new(), 0_u32);
        let entries = &mut self.entries;
        self.kinds.retain(|(refusal, _), noted| {
            if noted.window.is_some_and(|began| now < began + WINDOW) {
                return true;
            }
            if noted.count == 0 {
                return false;
            }
            if !entries.take_one() {
                without_entry = without_entry.saturating_add(noted.count);
                return false;
            }
            due.push(Refusals {
                refusal: refusal.clone(),
                client: noted.client.clone(),
                time: noted.time,
                count: noted.count,
            });
            noted.window = Some(now);
            noted.count = 0;
            true
        });
        if without_entry > 0 {
            self.leave_out(without_entry, now, Utc::now());
        }
        due.extend(self.take_left_out(now));
        due
    }

    /// Notes again what could not be written.
    fn put_back(&mut self, due: &[Refusals], now: Instant) {
        for refusals in due {
            if refusals.refusal.reason == Reason::LeftOut {
                self.left_out = self.left_out.saturating_add(refusals.count);
                self.left_out_since = Some((now, refusals.time));
                continue;
            }
            self.entries.left = (self.entries.left + 1).min(MAX_ENTRIES);
            let kind = kind_of(refusals.refusal.clone(), &refusals.client);
            let noted = Noted {
                window: None,
                client: refusals.client.clone(),
                time: refusals.time,
                count: refusals.count,
            };
            // A kind that was just taken stays in the map, so the map does not grow.
            let since = self.kinds.get(&kind).map_or(0, |since| since.count);
            let count = noted.count.saturating_add(since);
            self.kinds.insert(kind, Noted { count, ..noted });
        }
    }

    /// One entry a minute counts what was left out.
    fn take_left_out(&mut self, now: Instant) -> Option<Refusals> {
        let (began, time) = self.left_out_since?;
        if now < began + WINDOW {
            return None;
        }
        self.left_out_since = None;
        Some(Refusals {
            refusal: Refusal {
                activity: Activity::SignInRefused,
                reason: Reason::LeftOut,
                user: None,
                method: None,
                provider: None,
            },
            client: Client::new("", None),
            time,
            count: std::mem::take(&mut self.left_out),
        })
    }
}

/// How many entries can be written.
struct EntryBudget {
    left: u32,
    /// Up to when entries were added.
    time: Instant,
}

impl EntryBudget {
    fn refill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.time);
        let entries = passed.as_secs() / ENTRY_INTERVAL.as_secs();
        let entries = u32::try_from(entries)
            .unwrap_or(MAX_ENTRIES)
            .min(MAX_ENTRIES);
        self.left = (self.left + entries).min(MAX_ENTRIES);
        self.time += ENTRY_INTERVAL * entries;
        if entries == MAX_ENTRIES {
            self.time = now;
        }
    }

    const fn take_one(&mut self) -> bool {
        let is_left = self.left > 0;
        if is_left {
            self.left -= 1;
        }
        is_left
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;
    use crate::model::{SignInMethod, UserId};

    fn refusal(user: Option<i64>) -> Refusal {
        Refusal {
            activity: Activity::SignInRefused,
            reason: Reason::WrongPassword,
            user: user.map(UserId::stored),
            method: Some(SignInMethod::Password),
            provider: None,
        }
    }

    fn client(number: u32) -> Client {
        Client::new("Firefox", Some(IpAddr::from(Ipv4Addr::from_bits(number))))
    }

    fn counts(found: &[Refusals]) -> Vec<u32> {
        found.iter().map(|refusals| refusals.count).collect()
    }

    #[test]
    fn refusals_of_one_kind_take_one_entry_at_once_and_then_one_a_minute() {
        let (log, began) = (RefusalLog::new(), Instant::now());
        for second in 0..120 {
            let now = began + Duration::from_secs(second);
            for _ in 0..10 {
                log.note_at(refusal(Some(1)), &client(1), now, Utc::now());
            }
            let due = log.state().take_due(now);
            let expected: &[u32] = match second {
                0 => &[10],
                60 => &[600],
                _ => &[],
            };
            assert_eq!(counts(&due), expected, "second {second}");
        }
        let later = began + Duration::from_mins(4);
        assert_eq!(counts(&log.state().take_due(later)), [590]);
        assert!(log.state().take_due(later + WINDOW).is_empty());
        assert!(log.state().kinds.is_empty());
    }

    #[test]
    fn a_flood_from_many_addresses_takes_bounded_memory_and_entries_and_is_counted_to_the_last_one()
    {
        let (log, began) = (RefusalLog::new(), Instant::now());
        let (mut entries, mut counted) = (0, 0_u32);
        for minute in 0..60_u32 {
            let now = began + WINDOW * minute;
            for number in 0..5_000 {
                log.note_at(
                    refusal(None),
                    &client(minute * 5_000 + number),
                    now,
                    Utc::now(),
                );
            }
            assert!(log.state().kinds.len() <= MAX_KINDS);
            let due = log.state().take_due(now);
            entries += due.len();
            counted += counts(&due).iter().sum::<u32>();
        }
        // The entries that were there at the beginning, ten a minute, and one for what was left out.
        assert!(entries <= 1_000 + 60 * 11, "{entries}");
        let end = began + WINDOW * 61;
        counted += counts(&log.state().take_due(end)).iter().sum::<u32>();
        assert_eq!(counted, 60 * 5_000);
        assert!(log.state().left_out_ever > 0);
    }

    #[test]
    fn what_could_not_be_written_is_tried_again_with_what_came_since() {
        let (log, began) = (RefusalLog::new(), Instant::now());
        let note = || log.note_at(refusal(Some(1)), &client(1), began, Utc::now());
        note();
        let due = log.state().take_due(began);
        assert_eq!(counts(&due), [1]);
        note();
        log.state().put_back(&due, began);
        let again = log.state().take_due(began);
        assert_eq!(counts(&again), [2]);
        assert_eq!(again[0].time, due[0].time);
        assert_eq!(log.state().entries.left, MAX_ENTRIES - 1);
    }

    #[test]
    fn addresses_of_one_subscriber_are_one_kind() {
        let log = RefusalLog::new();
        for address in ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"] {
            let client = Client::new("", Some(address.parse().unwrap()));
            log.note(refusal(None), &client);
        }
        let due = log.state().take_due(Instant::now());
        let mut counts = counts(&due);
        counts.sort_unstable();
        assert_eq!(counts, [1, 2]);
    }

    #[test]
    fn the_budget_fills_up_again_and_not_beyond_its_size() {
        let began = Instant::now();
        let mut budget = EntryBudget {
            left: 0,
            time: began,
        };
        budget.refill(began + Duration::from_secs(59));
        assert_eq!(budget.left, 9);
        budget.refill(began + Duration::from_mins(1));
        assert_eq!(budget.left, 10);
        budget.refill(began + Duration::from_hours(48));
        assert_eq!(budget.left, MAX_ENTRIES);
    }
}
