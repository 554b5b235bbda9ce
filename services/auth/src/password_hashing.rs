//! Passwords: Argon2id with 19 MiB, two passes and one lane, the least that
//! OWASP's cheat sheet on password storage recommends. Hashing takes a core for
//! some thirty milliseconds, so it happens off the runtime, a few at a time,
//! behind a short queue in which addresses take turns, on threads that let everybody
//! else go first.

mod queue;

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::Arc,
    thread,
    time::Duration,
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use kreis_server::{
    metrics::{ServerMetrics, count},
    network::Network,
};
use tokio::sync::oneshot;

use self::queue::Queue;
use crate::{error::Error, model::Password};

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// How many sign-ins may wait for each running one.
const MAX_QUEUE_PER_SLOT: usize = 16;
/// The longest wait for a slot, in percent of the longest call: 4 s of 10 s. On a machine that has
/// no time for hashing, the refusal still reaches the caller.
const PERCENT_TO_WAIT: u32 = 40;
/// How nice the threads are that hash: to the scheduler they weigh a tenth of one
/// that answers calls, and still get on where all cores are busy (sched(7)).
#[cfg(target_os = "linux")]
const THREAD_NICENESS: i32 = 10;

/// Where passwords are hashed. Cheap to clone.
#[derive(Clone)]
pub(crate) struct HashingPool {
    queue: Queue,
    longest_wait: Duration,
    /// A hash of no user's password, so that an unknown user costs the same work.
    dummy_hash: Arc<str>,
}

impl HashingPool {
    /// For calls that may take this long.
    pub(crate) fn new(longest_call: Duration) -> Self {
        let dummy_hash = argon2()
            .hash_password(b"the password of nobody")
            .expect("the parameters are within Argon2's bounds")
            .to_string();
        Self {
            queue: Queue::new(at_once(), MAX_QUEUE_PER_SLOT),
            longest_wait: longest_call * PERCENT_TO_WAIT / 100,
            dummy_hash: dummy_hash.into(),
        }
    }

    /// Registers how many passwords wait in the queue, and how many were refused.
    pub(crate) fn register_metrics(&self, metrics: &ServerMetrics) {
        let (waiting, refused) = (self.queue.clone(), self.queue.clone());
        metrics.gauge(
            "kreis_passwords_waiting",
            "Passwords that wait until they are hashed",
            &[],
            move || count(waiting.waiting() as u64),
        );
        metrics.counter(
            "kreis_passwords_refused",
            "Passwords that were not hashed because too many waited",
            &[],
            move || count(refused.refused()),
        );
    }

    /// A ticket for a caller from this address, or a refusal at once. Take it before a statement
    /// runs, so that a refusal costs nothing.
    pub(crate) fn enqueue(&self, address: Option<IpAddr>) -> Result<Ticket, Error> {
        // Callers without a known address count as one.
        let address = address.unwrap_or(Ipv6Addr::UNSPECIFIED.into());
        let queued = self.queue.enqueue(Network::of_caller(address));
        Ok(Ticket {
            queued: queued.map_err(|_| Error::Overloaded)?,
            longest_wait: self.longest_wait,
            dummy_hash: Arc::clone(&self.dummy_hash),
        })
    }
}

/// A ticket in the queue to hash one password. A full queue may give it to an address that has
/// fewer.
pub(crate) struct Ticket {
    queued: queue::Ticket,
    longest_wait: Duration,
    dummy_hash: Arc<str>,
}

impl Ticket {
    /// Whether this is the password with that hash. Without a hash the answer
    /// is no, after the same work.
    pub(crate) async fn verify(
        self,
        password: Password,
        hash: Option<String>,
    ) -> Result<bool, Error> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.dummy_hash.to_string());
        let same = self
            .run(move || {
                PasswordHash::new(&hash)
                    .is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
            })
            .await?;
        Ok(same && known)
    }

    /// The hash to keep of a password.
    pub(crate) async fn hash(self, password: Password) -> Result<String, Error> {
        self.run(move || hash_blocking(&password)).await?
    }

    async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let slot = self
            .queued
            .wait_for_slot(self.longest_wait)
            .await
            .map_err(|_| Error::Overloaded)?;
        // The thread keeps the slot: a caller who gives up frees no slot for work that still runs.
        let (done, answer) = oneshot::channel();
        thread::Builder::new()
            .name("passwords".to_owned())
            .spawn(move || {
                let _slot = slot;
                lower_thread_priority();
                // Nobody may wait for it any more.
                let _ = done.send(work());
            })
            .map_err(|error| Error::Hashing(error.to_string()))?;
        answer
            .await
            .map_err(|stopped| Error::Hashing(stopped.to_string()))
    }
}

/// How many passwords are hashed at once: one core is left to everything else.
fn at_once() -> usize {
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    cores.saturating_sub(1).max(1)
}

/// Lets other threads go before this one, for as long as it lives.
fn lower_thread_priority() {
    // Linux has a niceness for each thread; elsewhere it is the whole process's.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, THREAD_NICENESS) {
        tracing::debug!(fault = %error, "hashing goes on as everything else does");
    }
}

/// Hashes on this thread, for the operator's command line.
pub(crate) fn hash_blocking(password: &Password) -> Result<String, Error> {
    argon2()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| Error::Hashing(error.to_string()))
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .expect("the parameters are within Argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[tokio::test]
    async fn a_sign_in_waits_for_its_turn_as_long_as_calls_may_take() {
        let wait = |longest_call| HashingPool::new(longest_call).longest_wait;
        assert_eq!(wait(Duration::from_secs(10)), Duration::from_secs(4));
        assert_eq!(wait(Duration::from_mins(2)), Duration::from_secs(48));
    }

    #[tokio::test]
    async fn a_call_without_a_slot_is_refused_before_its_time_is_over() {
        let longest_call = Duration::from_millis(2_500);
        let passwords = HashingPool::new(longest_call);
        let mut in_progress = Vec::new();
        for _ in 0..at_once() {
            let ticket = passwords.enqueue(None).unwrap().queued;
            in_progress.push(ticket.wait_for_slot(longest_call).await.unwrap());
        }
        let began = Instant::now();
        let ticket = passwords.enqueue(None).unwrap();
        let refused = ticket.verify(Password::for_sign_in("a password").unwrap(), None);
        assert!(matches!(refused.await, Err(Error::Overloaded)));
        assert!(began.elapsed() < longest_call);
    }
}
