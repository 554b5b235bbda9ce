//! Pages of a list: the number of entries, and the start of the next page.
//!
//! A page token is opaque to callers. It holds the cursor: the position of the page's last entry in
//! the list's order. It also holds a digest of the list and the cursor. So a token that was cut,
//! changed or taken from another list is refused. The digest uses no secret. A caller can compute
//! it and make a token with any cursor, so each cursor is checked.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kreis_server::status::Violations;
use prost::Message;

use crate::idempotency::sha256;

mod positions;

pub use positions::{TextPosition, TimeCursor};

const VERSION: u8 = 2;
const DIGEST_LENGTH: usize = 12;
const DEFAULT_SIZE: i32 = 50;
const MAX_PAGE_SIZE: i32 = 500;

/// Why a page is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// The size is negative.
    #[error("must not be negative")]
    NegativeSize,
    /// This list did not issue the token for these parameters.
    #[error("is not a token that this list gave out for these parameters")]
    InvalidToken,
}

/// Entries per page: 0 means 50, more than 500 means 500.
pub fn page_size(asked: i32) -> Result<i64, PageError> {
    match asked {
        ..0 => Err(PageError::NegativeSize),
        0 => Ok(i64::from(DEFAULT_SIZE)),
        _ => Ok(i64::from(asked.min(MAX_PAGE_SIZE))),
    }
}

/// A position in a list, which page tokens hold.
pub trait Cursor: Sized {
    /// Its form in a token.
    type Message: Message + Default;

    /// The cursor as a message.
    fn encode(self) -> Self::Message;

    /// The cursor of a message; absent if the list cannot have this position.
    fn decode(message: Self::Message) -> Option<Self>;
}

/// Identifies a list: SHA-256 over the RPC and the fields that select its entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListDigest([u8; 32]);

impl ListDigest {
    /// The digest of a list. `request` has neither a page size nor a page token.
    #[must_use]
    pub fn of(rpc: &str, request: &impl Message) -> Self {
        Self(sha256(&[rpc.as_bytes(), &[0], &request.encode_to_vec()]))
    }

    /// The token of the page that follows `cursor`.
    #[must_use]
    pub fn token(self, cursor: impl Cursor) -> String {
        let cursor = cursor.encode().encode_to_vec();
        let mut bytes = vec![VERSION];
        bytes.extend(self.checksum(&cursor));
        bytes.extend(cursor);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The cursor in a token; absent for an empty token, which means the first page.
    pub fn cursor<C: Cursor>(self, token: &str) -> Result<Option<C>, PageError> {
        if token.is_empty() {
            return Ok(None);
        }
        let bytes = URL_SAFE_NO_PAD
            .decode(token)
            .map_err(|_| PageError::InvalidToken)?;
        let (head, cursor) = bytes
            .split_at_checked(1 + DIGEST_LENGTH)
            .ok_or(PageError::InvalidToken)?;
        if head[0] != VERSION || head[1..] != self.checksum(cursor) {
            return Err(PageError::InvalidToken);
        }
        C::Message::decode(cursor)
            .ok()
            .and_then(C::decode)
            .map(Some)
            .ok_or(PageError::InvalidToken)
    }

    fn checksum(self, cursor: &[u8]) -> [u8; DIGEST_LENGTH] {
        let digest = sha256(&[&self.0, cursor]);
        *digest.first_chunk().expect("SHA-256 has 32 bytes")
    }
}

/// The page that a caller asks for.
#[derive(Debug)]
pub struct PageRequest<C> {
    /// Entries per page.
    pub size: i64,
    /// The last entry of the page before; absent for the first page.
    pub after: Option<C>,
    /// The list.
    pub list: ListDigest,
}

impl<C> PageRequest<C> {
    /// How many rows to read: one more than the page has shows whether another page follows.
    #[must_use]
    pub const fn row_limit(&self) -> i64 {
        self.size + 1
    }
}

impl<C: Cursor> PageRequest<C> {
    /// The page of a request whose page size and page token were taken out of the message. The
    /// token is not read if another field breaks a rule: it cannot belong to such a list.
    pub fn decode(
        violations: &mut Violations,
        rpc: &str,
        page_size: i32,
        page_token: &str,
        request: &impl Message,
    ) -> Option<Self> {
        let list = ListDigest::of(rpc, request);
        let after = if violations.is_empty() {
            list.cursor(page_token)
        } else {
            Ok(None)
        };
        let size = violations.check("page_size", self::page_size(page_size));
        let after = violations.check("page_token", after);
        Some(Self {
            size: size?,
            after: after?,
            list,
        })
    }
}

/// A page of a list.
#[derive(Debug)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Whether more entries follow.
    pub has_more: bool,
    /// The list.
    pub list: ListDigest,
}

impl<T> Page<T> {
    /// The page for a request, from the rows that follow its cursor: at most `row_limit` of them.
    #[must_use]
    pub fn from_rows<C>(mut rows: Vec<T>, request: &PageRequest<C>) -> Self {
        let size = usize::try_from(request.size).unwrap_or(usize::MAX);
        let has_more = rows.len() > size;
        rows.truncate(size);
        Self {
            items: rows,
            has_more,
            list: request.list,
        }
    }

    /// The token of the next page; empty if this is the last one.
    pub fn next_token<C: Cursor>(&self, cursor: impl FnOnce(&T) -> C) -> String {
        let entry = self.items.last().filter(|_| self.has_more);
        entry
            .map(|entry| self.list.token(cursor(entry)))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A position in a list of numbers, none of which is negative.
    #[derive(Debug, PartialEq)]
    struct Number(i64);

    impl Cursor for Number {
        type Message = i64;

        fn encode(self) -> i64 {
            self.0
        }

        fn decode(number: i64) -> Option<Self> {
            (number >= 0).then_some(Self(number))
        }
    }

    fn list(rpc: &str, filter: &str) -> ListDigest {
        ListDigest::of(rpc, &filter.to_owned())
    }

    #[test]
    fn a_token_leads_back_to_its_position_in_its_own_list_alone() {
        let numbers = list("ListNumbers", "even");
        let token = numbers.token(Number(300));
        assert_eq!(numbers.cursor(&token), Ok(Some(Number(300))));
        assert_eq!(numbers.cursor::<Number>(""), Ok(None));
        let refused = Err::<Option<Number>, _>(PageError::InvalidToken);
        assert_eq!(list("ListNumbers", "odd").cursor(&token), refused);
        assert_eq!(list("ListUsers", "even").cursor(&token), refused);
        for wrong in [&token[..token.len() - 2], &format!("{token}AA"), "x", "#"] {
            assert_eq!(numbers.cursor(wrong), refused, "{wrong}");
        }
        let impossible = numbers.token(Number(-1));
        assert_eq!(numbers.cursor(&impossible), refused);
    }

    #[test]
    fn sizes_are_bounded() {
        assert_eq!(page_size(0), Ok(50));
        assert_eq!(page_size(7), Ok(7));
        assert_eq!(page_size(i32::MAX), Ok(500));
        assert_eq!(page_size(-1), Err(PageError::NegativeSize));
    }

    #[test]
    fn a_page_that_is_not_the_last_has_a_token() {
        let request = PageRequest {
            size: 2,
            after: None::<Number>,
            list: list("ListNumbers", ""),
        };
        let page = |rows| Page::from_rows(rows, &request);
        let token = |page: &Page<i64>| page.next_token(|last| Number(*last));
        let first = page(vec![1, 2, 3]);
        assert_eq!(first.items, [1, 2]);
        assert_eq!(request.list.cursor(&token(&first)), Ok(Some(Number(2))));
        for last in [vec![], vec![1], vec![1, 2]] {
            let last = page(last);
            assert!(!last.has_more);
            assert_eq!(token(&last), "");
        }
    }

    #[test]
    fn a_token_is_judged_only_if_the_other_fields_break_no_rule() {
        let refusal = |mut violations: Violations, size| {
            PageRequest::<Number>::decode(&mut violations, "", size, "x", &());
            let refusal = violations.into_result().unwrap_err();
            refusal.message().to_owned()
        };
        let both = refusal(Violations::default(), -1);
        assert!(both.starts_with("2 fields"), "{both}");
        let mut of_invalid = Violations::default();
        of_invalid.add("circle_id", "must be a positive number");
        let rule = "circle_id: must be a positive number";
        assert_eq!(refusal(of_invalid, 1), rule);
    }
}
