//! Pages of a list: the number of entries, and the start of the next page.
//!
//! A page token is opaque to callers. It holds the cursor: the position of the page's last entry in
//! the list's order. It also holds a digest of the list's name, its other parameters and the
//! cursor. So a token that was cut, changed or taken from another list is refused. The digest uses
//! no secret. A caller can compute it and make a token with any cursor, so each list checks that
//! the cursor is possible.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kreis_server::status::Violations;
use serde::{Serialize, de::DeserializeOwned};

const VERSION: u8 = 1;
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

/// The cursor in a token; absent for an empty token, which means the first page. `list` is the name
/// of the RPC, `parameters` is everything else that selects the entries.
pub fn cursor<P: DeserializeOwned>(
    token: &str,
    list: &str,
    parameters: &impl Serialize,
) -> Result<Option<P>, PageError> {
    if token.is_empty() {
        return Ok(None);
    }
    let bytes = URL_SAFE_NO_PAD
        .decode(token)
        .map_err(|_| PageError::InvalidToken)?;
    let (head, cursor) = bytes
        .split_at_checked(1 + DIGEST_LENGTH)
        .ok_or(PageError::InvalidToken)?;
    if head[0] != VERSION || head[1..] != checksum(list, parameters, cursor) {
        return Err(PageError::InvalidToken);
    }
    serde_json::from_slice(cursor)
        .map(Some)
        .map_err(|_| PageError::InvalidToken)
}

/// The token of the page that follows the entry at `cursor`.
#[must_use]
pub fn token(list: &str, parameters: &impl Serialize, cursor: &impl Serialize) -> String {
    let cursor = serde_json::to_vec(cursor).expect("a cursor is plain data, which serialises");
    let mut bytes = vec![VERSION];
    bytes.extend(checksum(list, parameters, &cursor));
    bytes.extend(cursor);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The page that a caller asks for.
#[derive(Debug)]
pub struct PageRequest<C> {
    /// Entries per page.
    pub size: i64,
    /// The last entry of the page before; absent for the first page.
    pub after: Option<C>,
}

/// Decodes the page of a request. A token belongs to the other parameters of its list, so it is only
/// judged if they break no rule. A caller may have made the cursor in it, so `validate` checks it.
pub fn decode<C: DeserializeOwned>(
    violations: &mut Violations,
    list: &str,
    parameters: Option<&impl Serialize>,
    page_size: i32,
    page_token: &str,
    validate: fn(C) -> Result<C, PageError>,
) -> Option<PageRequest<C>> {
    let parameters = parameters.filter(|_| violations.is_empty());
    let size = violations.check("page_size", self::page_size(page_size));
    let after =
        cursor(page_token, list, parameters?).and_then(|cursor| cursor.map(validate).transpose());
    let after = violations.check("page_token", after);
    Some(PageRequest {
        size: size?,
        after: after?,
    })
}

/// A page of a list.
#[derive(Debug)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Whether more entries follow.
    pub has_more: bool,
}

impl<T> Page<T> {
    /// The first page of these rows: one row more than `size`, if there are so many.
    #[must_use]
    pub fn from_rows(mut rows: Vec<T>, size: i64) -> Self {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let has_more = rows.len() > size;
        rows.truncate(size);
        Self {
            items: rows,
            has_more,
        }
    }

    /// The token of the next page; empty if this is the last one.
    pub fn next_token<C: Serialize>(
        &self,
        list: &str,
        parameters: &impl Serialize,
        cursor: impl FnOnce(&T) -> C,
    ) -> String {
        let entry = self.items.last().filter(|_| self.has_more);
        entry
            .map(|entry| token(list, parameters, &cursor(entry)))
            .unwrap_or_default()
    }
}

fn checksum(list: &str, parameters: &impl Serialize, cursor: &[u8]) -> [u8; DIGEST_LENGTH] {
    let content = serde_json::to_vec(&(list, parameters, cursor))
        .expect("parameters are plain data, which serialises");
    let mut checksum = [0; DIGEST_LENGTH];
    checksum.copy_from_slice(&digest(&SHA256, &content).as_ref()[..DIGEST_LENGTH]);
    checksum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_back_to_its_place_in_its_own_list_alone() {
        let token = token("ListKpis", &Some(7), &("name", 3));
        assert_eq!(
            cursor(&token, "ListKpis", &Some(7)),
            Ok(Some(("name".to_owned(), 3)))
        );
        let foreign = Err::<Option<(String, i32)>, _>(PageError::InvalidToken);
        assert_eq!(cursor(&token, "ListKpis", &Some(8)), foreign);
        assert_eq!(cursor(&token, "ListUsers", &Some(7)), foreign);
        assert_eq!(
            cursor(&token[..token.len() - 2], "ListKpis", &Some(7)),
            foreign
        );
        assert_eq!(cursor("x", "ListKpis", &Some(7)), foreign);
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
        let page = |rows: Vec<i32>| Page::from_rows(rows, 2);
        let token = |page: &Page<i32>| page.next_token("ListKpis", &(), |last| *last);
        let first = page(vec![1, 2, 3]);
        assert_eq!(first.items, [1, 2]);
        assert_eq!(cursor(&token(&first), "ListKpis", &()), Ok(Some(2)));
        for last in [vec![], vec![1], vec![1, 2]] {
            let last = page(last);
            assert!(!last.has_more);
            assert_eq!(token(&last), "");
        }
    }

    #[test]
    fn a_token_is_judged_only_if_the_other_fields_break_no_rule() {
        let decode = |parameters: Option<&i32>, violations: &mut Violations| {
            decode(
                violations,
                "ListKpis",
                parameters,
                -1,
                "x",
                Ok::<i32, PageError>,
            )
            .is_none()
        };
        let mut of_valid = Violations::default();
        assert!(decode(Some(&7), &mut of_valid));
        let refused = of_valid.into_result().unwrap_err();
        assert!(refused.message().starts_with("2 fields"), "{refused}");
        let mut of_invalid = Violations::default();
        assert!(decode(None, &mut of_invalid));
        let refused = of_invalid.into_result().unwrap_err();
        assert!(refused.message().starts_with("page_size:"), "{refused}");
    }
}
