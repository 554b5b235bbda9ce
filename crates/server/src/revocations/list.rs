//! The revocation list: the tokens that it revokes, and how a response extends it.

use std::collections::{HashMap, HashSet};

use kreis_proto::auth::v1::{AwaitRevocationsResponse, Revocation, RevocationKind};
use prost_types::Timestamp;

use crate::{
    clock,
    id::UserId,
    token::{Claims, VerifiedToken},
};

/// The revocation list up to some entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RevocationList {
    pub(super) epoch: String,
    pub(super) seq: i64,
    /// Creation time of the last entry; absent without entries.
    pub(super) last_create_time: Option<Timestamp>,
    tokens: HashMap<String, i64>,
    sessions: HashMap<String, i64>,
    users: HashMap<UserId, UserRevocation>,
    keys: HashSet<String>,
    everything_until: Option<i64>,
}

/// How much older a token may seem than the entry that introduced its user version: twice the
/// allowed clock difference. The token has the time of auth, the entry the time of the database.
const MAX_ISSUE_SKEW_SECONDS: i64 = 2 * clock::MAX_CLOCK_DIFFERENCE.num_seconds();

/// The newest revocation of a user's tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct UserRevocation {
    min_uv: i64,
    create_time: i64,
    not_after: i64,
}

impl UserRevocation {
    /// Auth introduces the version `min_uv` with this entry. So every genuine token of this version
    /// or a later one is at least as new as the entry.
    fn revokes(self, claims: &Claims) -> bool {
        claims.uv < self.min_uv
            || claims.iat.saturating_add(MAX_ISSUE_SKEW_SECONDS) < self.create_time
    }
}

/// A response that does not continue the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReplicaError {
    /// Entries after this one are missing.
    #[error("the answer leaves a gap after entry {0}")]
    MissingEntries(i64),
    /// Auth's list is shorter than the replica's: an older state of the database was restored.
    #[error(
        "auth's list ends at entry {head} and this copy at {held}: the database was restored \
         without `--restored`"
    )]
    Rewound {
        /// The last entry of auth's list.
        head: i64,
        /// The last entry of the replica.
        held: i64,
    },
}

impl RevocationList {
    /// Number of its last entry.
    #[must_use]
    pub fn seq(&self) -> i64 {
        self.seq
    }

    pub(super) fn is_extended_by(&self, answer: &AwaitRevocationsResponse) -> bool {
        answer.epoch == self.epoch && answer.base_seq == self.seq
    }

    /// Applies the response to a poll that named this list's epoch and `seq`. If the list is then
    /// complete, entries whose tokens have all expired are dropped.
    pub fn apply(self, answer: AwaitRevocationsResponse, now: i64) -> Result<Self, ReplicaError> {
        if answer.epoch == self.epoch && answer.head_seq < self.seq {
            return Err(ReplicaError::Rewound {
                head: answer.head_seq,
                held: self.seq,
            });
        }
        let head_seq = answer.head_seq;
        let mut next = if self.is_extended_by(&answer) {
            self
        } else {
            Self {
                epoch: answer.epoch,
                seq: answer.base_seq,
                ..Self::default()
            }
        };
        for revocation in answer.revocations {
            if revocation.seq != next.seq + 1 {
                return Err(ReplicaError::MissingEntries(next.seq));
            }
            next.seq = revocation.seq;
            next.last_create_time = revocation.create_time;
            next.add(revocation, now);
        }
        if next.seq == head_seq {
            next.drop_expired(now);
        }
        Ok(next)
    }

    fn drop_expired(&mut self, now: i64) {
        self.tokens.retain(|_, not_after| *not_after >= now);
        self.sessions.retain(|_, not_after| *not_after >= now);
        self.users.retain(|_, entry| entry.not_after >= now);
    }

    fn add(&mut self, revocation: Revocation, now: i64) {
        let not_after = revocation.not_after.map_or(i64::MAX, |time| time.seconds);
        match revocation.kind() {
            RevocationKind::Token => {
                self.tokens.insert(revocation.key, not_after);
            }
            RevocationKind::Session => {
                self.sessions.insert(revocation.key, not_after);
            }
            RevocationKind::User => match revocation.key.parse().map(UserId::stored) {
                Ok(user_id) => {
                    // An entry made while the clock of the database was ahead: its time is not
                    // used.
                    let create_time = revocation
                        .create_time
                        .map(|time| time.seconds)
                        .filter(|create_time| {
                            *create_time <= now.saturating_add(MAX_ISSUE_SKEW_SECONDS)
                        })
                        .unwrap_or(0);
                    let min_uv = revocation.min_uv;
                    let newest = UserRevocation {
                        min_uv,
                        create_time,
                        not_after,
                    };
                    let entry = self.users.entry(user_id).or_insert(newest);
                    let not_after = entry.not_after.max(not_after);
                    if min_uv >= entry.min_uv {
                        *entry = newest;
                    }
                    entry.not_after = not_after;
                }
                Err(_) => self.revoke_everything(&revocation),
            },
            RevocationKind::Key => {
                self.keys.insert(revocation.key);
            }
            RevocationKind::Everything | RevocationKind::Unspecified => {
                self.revoke_everything(&revocation);
            }
        }
    }

    /// Revokes every token issued so far. An entry that this release does not understand counts as
    /// this, because it may mean any token.
    fn revoke_everything(&mut self, revocation: &Revocation) {
        let until = revocation.create_time.map_or(i64::MAX, |time| time.seconds);
        self.everything_until = self.everything_until.max(Some(until));
    }

    /// Whether a verified token is revoked.
    #[must_use]
    pub fn revokes(&self, token: &VerifiedToken) -> bool {
        let claims = &token.claims;
        self.sessions.contains_key(&claims.sid)
            || self
                .users
                .get(&token.user_id)
                .is_some_and(|entry| entry.revokes(claims))
            || self.tokens.contains_key(&claims.jti)
            || self.keys.contains(&token.kid)
            || self
                .everything_until
                .is_some_and(|until| claims.iat <= until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::Role;

    fn revocation(seq: i64, kind: RevocationKind, key: &str, min_uv: i64) -> Revocation {
        let time = |seconds| Some(prost_types::Timestamp { seconds, nanos: 0 });
        Revocation {
            seq,
            kind: kind.into(),
            key: key.into(),
            min_uv,
            not_after: time(1_000),
            create_time: time(100),
        }
    }

    fn answer(base_seq: i64, revocations: Vec<Revocation>) -> AwaitRevocationsResponse {
        let head_seq = revocations.last().map_or(base_seq, |last| last.seq);
        AwaitRevocationsResponse {
            epoch: "e".into(),
            head_seq,
            base_seq,
            revocations,
            time: None,
        }
    }

    fn token() -> VerifiedToken {
        let claims = Claims {
            iss: "kreis".into(),
            aud: "kreis".into(),
            sub: "7".into(),
            iat: 100,
            nbf: 100,
            exp: 900,
            jti: "j".into(),
            sid: "s".into(),
            uv: 3,
            role: Role::User,
        };
        VerifiedToken {
            claims,
            kid: "k".into(),
            user_id: UserId::stored(7),
        }
    }

    #[test]
    fn every_kind_of_revocation_hits_its_token_and_no_other() {
        for (kind, hit, miss, min_uv) in [
            (RevocationKind::Token, "j", "x", 0),
            (RevocationKind::Session, "s", "x", 0),
            (RevocationKind::User, "7", "8", 4),
            (RevocationKind::Key, "k", "x", 0),
        ] {
            let empty = RevocationList::default();
            let hitting = empty
                .clone()
                .apply(answer(0, vec![revocation(1, kind, hit, min_uv)]), 0)
                .unwrap();
            assert!(hitting.revokes(&token()), "{kind:?}");
            let missing = empty
                .apply(answer(0, vec![revocation(1, kind, miss, min_uv)]), 0)
                .unwrap();
            assert!(!missing.revokes(&token()), "{kind:?}");
        }
        let everything = answer(0, vec![revocation(1, RevocationKind::Everything, "", 0)]);
        let list = RevocationList::default().apply(everything, 0).unwrap();
        assert!(list.revokes(&token()));
        let mut later = token();
        later.claims.iat = 101;
        assert!(!list.revokes(&later));
    }

    #[test]
    fn an_entry_that_cannot_be_understood_ends_every_token_so_far() {
        let mut unknown = revocation(1, RevocationKind::Unspecified, "x", 0);
        unknown.kind = 99;
        let no_user_id = revocation(1, RevocationKind::User, "seven", 4);
        for odd in [unknown, no_user_id] {
            let list = RevocationList::default()
                .apply(answer(0, vec![odd]), 0)
                .unwrap();
            assert!(list.revokes(&token()));
        }
    }

    #[test]
    fn a_token_with_a_newer_version_of_the_user_stays_valid() {
        let list = answer(0, vec![revocation(1, RevocationKind::User, "7", 3)]);
        assert!(
            !RevocationList::default()
                .apply(list, 0)
                .unwrap()
                .revokes(&token())
        );
    }

    #[test]
    fn a_version_that_was_not_given_out_yet_does_not_outlive_a_revocation() {
        let list = answer(0, vec![revocation(1, RevocationKind::User, "7", 3)]);
        let list = RevocationList::default().apply(list, 100).unwrap();
        let mut early = token();
        for (iat, uv, revoked) in [(39, 3, true), (39, 1_000_000, true), (40, 3, false)] {
            (early.claims.iat, early.claims.uv) = (iat, uv);
            assert_eq!(list.revokes(&early), revoked, "iat {iat}, uv {uv}");
        }
    }

    #[test]
    fn an_entry_from_ahead_of_the_time_leaves_the_tokens_of_its_version() {
        let mut ahead = revocation(1, RevocationKind::User, "7", 3);
        ahead.create_time = Some(Timestamp {
            seconds: 7_300,
            nanos: 0,
        });
        let list = RevocationList::default()
            .apply(answer(0, vec![ahead]), 100)
            .unwrap();
        assert!(!list.revokes(&token()));
    }

    #[test]
    fn a_later_entry_of_a_user_ends_no_sooner_than_the_one_before() {
        let first = revocation(1, RevocationKind::User, "7", 3);
        let mut second = revocation(2, RevocationKind::User, "7", 4);
        second.not_after = Some(Timestamp {
            seconds: 500,
            nanos: 0,
        });
        let list = RevocationList::default()
            .apply(answer(0, vec![first, second]), 600)
            .unwrap();
        assert!(list.revokes(&token()));
    }

    #[test]
    fn a_gap_is_noticed_and_a_new_epoch_begins_afresh() {
        let first = answer(0, vec![revocation(1, RevocationKind::Session, "s", 0)]);
        let list = RevocationList::default().apply(first, 0).unwrap();
        let gap = answer(1, vec![revocation(3, RevocationKind::Session, "t", 0)]);
        assert_eq!(
            list.clone().apply(gap, 0),
            Err(ReplicaError::MissingEntries(1))
        );
        let other = AwaitRevocationsResponse {
            epoch: "f".into(),
            ..answer(0, vec![])
        };
        assert!(!list.apply(other, 0).unwrap().revokes(&token()));
    }

    #[test]
    fn a_list_that_has_become_shorter_is_refused() {
        let both = vec![
            revocation(1, RevocationKind::Session, "s", 0),
            revocation(2, RevocationKind::Session, "t", 0),
        ];
        let list = RevocationList::default().apply(answer(0, both), 0).unwrap();
        let older = answer(0, vec![revocation(1, RevocationKind::Session, "s", 0)]);
        let rewound = ReplicaError::Rewound { head: 1, held: 2 };
        assert_eq!(list.apply(older, 0), Err(rewound));
    }

    #[test]
    fn entries_go_when_no_token_they_could_meet_is_left() {
        let first = answer(0, vec![revocation(1, RevocationKind::Session, "s", 0)]);
        let list = RevocationList::default().apply(first, 0).unwrap();
        assert_eq!(
            list.apply(answer(1, vec![]), 1_001).unwrap().sessions.len(),
            0
        );
    }
}
