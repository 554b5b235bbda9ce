//! The limits together, with a clock of the test.

use super::*;

const SECOND: Micros = 1_000_000;
const HOUR: Micros = 3_600 * SECOND;

fn limits() -> GuessLimits {
    GuessLimits::new(GuessBounds::default())
}

fn sign_in(
    limits: &GuessLimits,
    email: &str,
    browser: Option<BrowserId>,
    address: &str,
) -> Result<Guess, Error> {
    let address = Some(address.parse().unwrap());
    limits.sign_in(&EmailKey::from_email(email), browser, address)
}

/// Fails unless the guess is refused by this limit.
#[track_caller]
fn is_refused(guess: Result<Guess, Error>, by: GuessLimit) -> Duration {
    match guess.map(drop) {
        Err(Error::TooManyGuesses { limit, wait }) if limit == by => wait,
        other => panic!("{other:?}"),
    }
}

fn wrong(guess: Result<Guess, Error>) {
    let _ = guess.unwrap().end::<()>(Err(Error::SignInRefused));
}

#[test]
fn many_guesses_at_once_are_as_many_misses() {
    let limits = limits();
    let guesses: Vec<Guess> = (0..AT_ONCE)
        .map(|_| sign_in(&limits, "anna@example.org", None, "192.0.2.1").unwrap())
        .collect();
    let next = || sign_in(&limits, "anna@example.org", None, "192.0.2.2");
    assert!(is_refused(next(), GuessLimit::Account) <= FIRST_WAIT);
    // Guesses whose caller has left were wrong too.
    drop(guesses);
    let wait = is_refused(next(), GuessLimit::Account);
    assert!(wait + FIRST_WAIT > LONGEST_WAIT, "{wait:?}");
}

#[test]
fn a_right_password_clears_the_misses_of_the_account() {
    let limits = limits();
    for _ in 0..3 {
        for _ in 0..4 {
            wrong(sign_in(&limits, "anna@example.org", None, "192.0.2.1"));
        }
        let right = sign_in(&limits, "ANNA@example.org", None, "192.0.2.1");
        right.unwrap().end(Ok(())).unwrap();
    }
    let state = limits.inner.state();
    assert_eq!(state.accounts.len(limits.inner.now()), 0);
    // The address keeps its twelve misses.
    let free_at = state.whole.one_less(PerHour(2_000));
    assert_ne!(free_at, HourlyMisses::default());
}

#[test]
fn a_guess_that_was_not_judged_is_no_miss() {
    let limits = limits();
    for _ in 0..1_000 {
        let guess = sign_in(&limits, "anna@example.org", None, "192.0.2.1");
        let _ = guess.unwrap().end::<()>(Err(Error::Overloaded));
    }
    wrong(sign_in(&limits, "anna@example.org", None, "192.0.2.1"));
}

#[test]
fn an_address_is_refused_at_its_hundred_and_first_name() {
    let limits = limits();
    for number in 0..100_u32 {
        let email = format!("{number}@example.org");
        let address = format!("2001:db8::{number:x}");
        wrong(sign_in(&limits, &email, None, &address));
    }
    let next = sign_in(&limits, "next@example.org", None, "2001:db8::ffff");
    let wait = is_refused(next, GuessLimit::Address);
    assert!(wait <= Duration::from_secs(36));
    wrong(sign_in(
        &limits,
        "next@example.org",
        None,
        "2001:db8:0:1::1",
    ));
}

#[test]
fn many_addresses_reach_the_limit_of_the_whole() {
    let limits = limits();
    for number in 0..2_000_u32 {
        let email = format!("{number}@example.org");
        let address = IpAddr::from(number.to_be_bytes()).to_string();
        wrong(sign_in(&limits, &email, None, &address));
    }
    let next = sign_in(&limits, "next@example.org", None, "192.0.2.1");
    is_refused(next, GuessLimit::Whole);
    let known = BrowserId::from_bytes([7; 16]);
    wrong(sign_in(
        &limits,
        "next@example.org",
        Some(known),
        "192.0.2.1",
    ));
}

#[test]
fn a_known_browser_has_its_own_misses() {
    let limits = limits();
    for _ in 0..5 {
        wrong(sign_in(&limits, "anna@example.org", None, "192.0.2.1"));
    }
    let stranger = || sign_in(&limits, "anna@example.org", None, "192.0.2.2");
    is_refused(stranger(), GuessLimit::Account);
    let own = || {
        let browser = Some(BrowserId::from_bytes([7; 16]));
        sign_in(&limits, "anna@example.org", browser, "192.0.2.1")
    };
    for _ in 0..5 {
        wrong(own());
    }
    is_refused(own(), GuessLimit::Account);
    is_refused(stranger(), GuessLimit::Account);
}

#[test]
fn tokens_are_limited_by_address_and_not_together_with_passwords() {
    let limits = limits();
    let address = Some("192.0.2.1".parse().unwrap());
    for _ in 0..1_000 {
        let guess = limits.token(None, address).unwrap();
        let _ = guess.end::<()>(Err(Error::SessionEnded));
    }
    is_refused(limits.token(None, address), GuessLimit::Tokens);
    let browser = Some(BrowserId::from_bytes([7; 16]));
    limits.token(browser, address).unwrap().end(Ok(())).unwrap();
    wrong(sign_in(&limits, "anna@example.org", None, "192.0.2.1"));
}

#[test]
fn a_flood_of_a_million_names_clears_no_account_and_holds_up_no_other() {
    let mut state = State::new(SLOTS, FIRST_WAIT);
    let limits = limits();
    let guess = |state: &mut State, name: &str, now| {
        let account = Some(limits.inner.key_of("account", &[name.as_bytes()]));
        let whole = Some(PerHour(2_000));
        let counted = Counted {
            account,
            whole,
            ..Counted::default()
        };
        state.admit(counted, now).map_err(|(limit, _)| limit)?;
        state.wrong(counted);
        Ok::<(), GuessLimit>(())
    };
    for _ in 0..5 {
        guess(&mut state, "attacked", 0).unwrap();
    }
    // A day of 12 guesses each second, from as many addresses as it takes.
    let mut admitted = 0;
    for number in 0..1_000_000_u64 {
        let now = number * 24 * HOUR / 1_000_001;
        admitted += u32::from(guess(&mut state, &number.to_string(), now).is_ok());
    }
    assert!((49_000..=50_000).contains(&admitted), "{admitted}");
    let end = 24 * HOUR - 1;
    assert!(state.accounts.len(end) <= SLOTS);
    let key_of = |name: &str| limits.inner.key_of("account", &[name.as_bytes()]);
    let attacked = state.accounts.record(key_of("attacked"), end);
    assert!(attacked.one_more(FIRST_WAIT, 0).is_err(), "{attacked:?}");
    let bytes = SLOTS * (size_of::<[u64; 5]>() + size_of::<[u64; 3]>());
    let tables = state.accounts.bytes() + state.addresses.bytes();
    assert_eq!((tables, tables), (bytes, 4 * 1024 * 1024));
    // After the first typing error of the day, a person still has several free misses.
    for number in 0..1_000 {
        let name = format!("newcomer {number}");
        let record = state.accounts.record(key_of(&name), end);
        assert!(record.one_more(FIRST_WAIT, end).is_ok(), "{record:?}");
    }
}
