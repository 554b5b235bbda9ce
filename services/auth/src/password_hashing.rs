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

/// Whether a password is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Wrong,
    Right {
        /// The hash with the parameters of today, if the stored one has others.
        new_hash: Option<String>,
    },
}

impl Ticket {
    /// Whether this is the password with that hash. Without a hash the answer is no, after the same
    /// work.
    pub(crate) async fn verify(
        self,
        password: Password,
        hash: Option<String>,
    ) -> Result<Verdict, Error> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.dummy_hash.to_string());
        let verdict = self
            .run(move || verify_blocking(&password, &hash))
            .await??;
        Ok(if known { verdict } else { Verdict::Wrong })
    }

    /// The hash to keep of a new password. Refuses a password that is easy to guess for somebody who
    /// knows these texts about the user.
    pub(crate) async fn hash_new(
        self,
        password: Password,
        known: Vec<String>,
    ) -> Result<String, Error> {
        self.run(move || {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            password.check_strength(&known)?;
            hash_blocking(&password)
        })
        .await?
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

fn verify_blocking(password: &Password, hash: &str) -> Result<Verdict, Error> {
    let Ok(hash) = PasswordHash::new(hash) else {
        return Ok(Verdict::Wrong);
    };
    let is_right = argon2().verify_password(password.as_bytes(), &hash);
    let is_outdated = is_outdated(&hash);
    if is_outdated {
        do_missing_work(password, &hash);
    }
    if is_right.is_err() {
        return Ok(Verdict::Wrong);
    }
    let new_hash = is_outdated.then(|| hash_blocking(password)).transpose()?;
    Ok(Verdict::Right { new_hash })
}

/// Whether a hash was made in another way than today's.
fn is_outdated(hash: &PasswordHash) -> bool {
    let today = argon2();
    let params = Params::try_from(hash);
    hash.algorithm != Algorithm::Argon2id.ident()
        || hash.version != Some(Version::V0x13.into())
        || params.is_ok_and(|params| work_of(&params) != work_of(today.params()))
}

/// Memory in KiB, passes and lanes.
const fn work_of(params: &Params) -> (u32, u32, u32) {
    (params.m_cost(), params.t_cost(), params.p_cost())
}

/// Makes the check of a hash with weaker parameters take as long as that of today's. Otherwise a
/// stranger could tell an account with an old hash from an e-mail that nobody has.
fn do_missing_work(password: &Password, hash: &PasswordHash) {
    if let Ok(params) = Params::try_from(hash)
        && let Ok(missing) = Params::new(missing_memory(&params), PASSES, LANES, None)
    {
        // Only its time matters.
        let _ = Argon2::from(missing).hash_password(password.as_bytes());
    }
}

/// Memory in KiB with which today's passes take as long as a hash with these parameters is faster.
/// The time of Argon2 is proportional to memory times passes.
const fn missing_memory(params: &Params) -> u32 {
    let done = params.m_cost().saturating_mul(params.t_cost());
    (MEMORY_KIB * PASSES).saturating_sub(done) / PASSES
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

    #[test]
    fn a_weaker_hash_is_checked_with_the_work_of_todays() {
        for (memory, passes) in [(8, 1), (8 * 1024, 1), (12 * 1024, 3), (MEMORY_KIB, 1)] {
            let params = Params::new(memory, passes, 1, None).unwrap();
            let all = memory * passes + missing_memory(&params) * PASSES;
            assert_eq!(all, MEMORY_KIB * PASSES, "{memory} KiB, {passes} passes");
        }
        let stronger = Params::new(64 * 1024, 3, 1, None).unwrap();
        assert_eq!(missing_memory(&stronger), 0);
    }

    #[test]
    fn a_hash_of_other_parameters_is_made_anew_for_the_right_password() {
        let [right, wrong] =
            ["a password", "another"].map(|text| Password::for_sign_in(text).unwrap());
        let weaker = Argon2::from(Params::new(8 * 1024, 1, 1, None).unwrap());
        let older = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x10,
            argon2().params().clone(),
        );
        for outdated in [weaker, older] {
            let hash = outdated
                .hash_password(right.as_bytes())
                .unwrap()
                .to_string();
            assert_eq!(verify_blocking(&wrong, &hash).unwrap(), Verdict::Wrong);
            let Verdict::Right {
                new_hash: Some(new),
            } = verify_blocking(&right, &hash).unwrap()
            else {
                panic!("{hash}");
            };
            assert!(new.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{new}");
            let again = verify_blocking(&right, &new).unwrap();
            assert_eq!(again, Verdict::Right { new_hash: None });
        }
    }

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
