//! Lists of KPIs, and the pages of all three lists of kpi.

use std::collections::BTreeSet;

use kreis_proto::kpi::v1::{
    Kpi, ListChangesRequest, ListKpiValuesRequest, ListKpisRequest, Period, PeriodRange,
    list_changes_request::Scope as ChangeScope,
    list_kpi_values_request::{Scope, Time},
};
use kreis_tests::{Actor, Answered, Stack, actor::new_kpi};
use tonic::{Code, Status};

async fn kpis(actor: &Actor, asked: ListKpisRequest) -> Result<(Vec<Kpi>, String), Status> {
    let answer = actor.kpis().list_kpis(actor.request(asked)).await?;
    let answer = answer.into_inner();
    Ok((answer.kpis, answer.next_page_token))
}

/// A list whose entries have distinct ids.
#[derive(Debug, Clone, Copy)]
enum List {
    Kpis,
    Values,
    Changes,
}

const LISTS: [List; 3] = [List::Kpis, List::Values, List::Changes];

/// Ids on a page of a list, and the token of the next page.
async fn page(
    actor: &Actor,
    list: List,
    page_size: i32,
    token: &str,
) -> Result<(Vec<i64>, String), Status> {
    let page_token = token.to_owned();
    match list {
        List::Kpis => {
            let asked = ListKpisRequest {
                page_size,
                page_token,
                ..ListKpisRequest::default()
            };
            let (found, next) = kpis(actor, asked).await?;
            Ok((found.iter().map(|kpi| kpi.id).collect(), next))
        }
        List::Values => {
            let asked = ListKpiValuesRequest {
                page_size,
                page_token,
                ..ListKpiValuesRequest::default()
            };
            let answer = actor.values().list_kpi_values(actor.request(asked)).await?;
            let answer = answer.into_inner();
            let ids = answer.kpi_values.iter().map(|value| value.id).collect();
            Ok((ids, answer.next_page_token))
        }
        List::Changes => {
            let asked = ListChangesRequest {
                page_size,
                page_token,
                ..ListChangesRequest::default()
            };
            let mut client = actor.kpi_changes();
            let answer = client.list_changes(actor.request(asked)).await?;
            let answer = answer.into_inner();
            let ids = answer.changes.iter().map(|change| change.id).collect();
            Ok((ids, answer.next_page_token))
        }
    }
}

/// Inserts this many of each directly: KPIs and changes of the same time, so that only their ids
/// differ.
async fn fill(stack: &Stack, number: i32) {
    let circle_id = stack.circle("HR").await;
    let gatekeeper = stack.gatekeeper().await;
    let kpi = gatekeeper.create_kpi(new_kpi(circle_id, "kpi 0")).await;
    let kpi = kpi.unwrap();
    sqlx::query!(
        "insert into kpi.kpis (circle_id, name, name_key, periodicity, unit)
        select $1, 'kpi ' || n, 'kpi ' || n, 'monthly', 'score' from generate_series(2, $2) n",
        circle_id,
        number
    )
    .execute(&stack.sql)
    .await
    .unwrap();
    sqlx::query!(
        "insert into kpi.kpi_values (kpi_id, year, month, value, created_by, updated_by)
        select id, 2024, 1, 0, $1, $1 from kpi.kpis",
        gatekeeper.user_id
    )
    .execute(&stack.sql)
    .await
    .unwrap();
    sqlx::query!("delete from kpi.changes")
        .execute(&stack.sql)
        .await
        .unwrap();
    sqlx::query!(
        "insert into kpi.changes
            (create_time, user_id, kpi_id, circle_id, activity, field, old_text, new_text)
        select '2024-02-01T12:00:00Z', $1, $2, $3, 'kpi_updated', 'name', '', ''
        from generate_series(1, $4)",
        gatekeeper.user_id,
        kpi.id,
        circle_id,
        number
    )
    .execute(&stack.sql)
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn kpis_are_listed_by_name_of_a_circle_and_by_whether_they_are_active() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let outsider = stack.outsider().await;
    let (hr, it) = (stack.circle("HR").await, stack.circle("IT").await);
    let empty = kpis(&outsider, ListKpisRequest::default()).await.unwrap();
    assert_eq!(empty, (vec![], String::new()));
    for (circle_id, name, active) in [
        (hr, "delta", false),
        (it, "Alpha", true),
        (hr, "charlie", true),
        (hr, "ALPHA", false),
        (it, "bravo", true),
    ] {
        let kpi = gatekeeper.create_kpi(new_kpi(circle_id, name)).await;
        if !active {
            gatekeeper
                .set_active(kpi.unwrap().id, false, "")
                .await
                .unwrap();
        }
    }
    for (circle_id, active, expected) in [
        (
            None,
            None,
            vec!["Alpha", "ALPHA", "bravo", "charlie", "delta"],
        ),
        (Some(hr), None, vec!["ALPHA", "charlie", "delta"]),
        (Some(hr), Some(true), vec!["charlie"]),
        (Some(hr), Some(false), vec!["ALPHA", "delta"]),
        (None, Some(false), vec!["ALPHA", "delta"]),
        (None, Some(true), vec!["Alpha", "bravo", "charlie"]),
        (Some(it), Some(false), vec![]),
        (Some(i64::MAX), None, vec![]),
    ] {
        for page_size in [1, 2, 3, 100] {
            let mut asked = ListKpisRequest {
                page_size,
                circle_id,
                active,
                ..ListKpisRequest::default()
            };
            let mut names = Vec::new();
            loop {
                let (found, next) = kpis(&outsider, asked.clone()).await.unwrap();
                for kpi in &found {
                    assert_eq!(outsider.kpi(kpi.id).await.unwrap(), *kpi);
                }
                names.extend(found.into_iter().map(|kpi| kpi.name));
                assert!(names.len() <= expected.len(), "{names:?}");
                asked.page_token = next;
                if asked.page_token.is_empty() {
                    break;
                }
            }
            assert_eq!(names, expected, "{asked:?}");
        }
    }
    let asked = ListKpisRequest {
        page_size: -1,
        circle_id: Some(0),
        ..ListKpisRequest::default()
    };
    let refused = kpis(&outsider, asked).await.refused();
    let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(refused.fields(), ["circle_id", "page_size"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_circle_or_kpi_has_no_values_and_no_changes() {
    let stack = Stack::start().await;
    fill(&stack, 1).await;
    let outsider = stack.outsider().await;
    for scope in [Scope::CircleId(i64::MAX), Scope::KpiId(i64::MAX)] {
        let asked = ListKpiValuesRequest {
            scope: Some(scope),
            ..ListKpiValuesRequest::default()
        };
        let asked = outsider.request(asked);
        let answer = outsider.values().list_kpi_values(asked).await.unwrap();
        assert_eq!(answer.into_inner().kpi_values, []);
    }
    for scope in [
        ChangeScope::CircleId(i64::MAX),
        ChangeScope::KpiId(i64::MAX),
    ] {
        let asked = ListChangesRequest {
            scope: Some(scope),
            ..ListChangesRequest::default()
        };
        let asked = outsider.request(asked);
        let answer = outsider.kpi_changes().list_changes(asked).await.unwrap();
        assert_eq!(answer.into_inner().changes, []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_50_unless_asked_otherwise_and_500_at_most() {
    let stack = Stack::start().await;
    fill(&stack, 507).await;
    let outsider = stack.outsider().await;
    for list in LISTS {
        for (asked, held) in [
            (0, 50),
            (1, 1),
            (499, 499),
            (500, 500),
            (501, 500),
            (i32::MAX, 500),
        ] {
            let (ids, next) = page(&outsider, list, asked, "").await.unwrap();
            assert_eq!(ids.len(), held, "{list:?} {asked}");
            assert!(!next.is_empty());
        }
        for negative in [-1, i32::MIN] {
            let refused = page(&outsider, list, negative, "").await.refused();
            let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
            assert_eq!(refused.fields(), ["page_size"], "{list:?}");
        }
        // Page sizes may differ. No entry comes twice, and none is left out.
        let (mut seen, mut token) = (Vec::new(), String::new());
        for size in [0, 1, 500, 7, 500] {
            let (ids, next) = page(&outsider, list, size, &token).await.unwrap();
            seen.extend(ids);
            token = next;
            if token.is_empty() {
                break;
            }
        }
        assert_eq!((seen.len(), token.as_str()), (507, ""), "{list:?}");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 507, "{list:?}");
    }
    // A page that ends with the list has no next page.
    let (changes, next) = page(&outsider, List::Changes, 500, "").await.unwrap();
    assert!(changes.is_sorted_by(|newer, older| newer > older));
    let (rest, end) = page(&outsider, List::Changes, 7, &next).await.unwrap();
    assert_eq!((rest.len(), end.as_str()), (7, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_token_that_is_cut_forged_or_of_another_list_is_refused() {
    let stack = Stack::start().await;
    fill(&stack, 3).await;
    let outsider = stack.outsider().await;
    let mut tokens = Vec::new();
    for list in LISTS {
        tokens.push(page(&outsider, list, 1, "").await.unwrap().1);
    }
    for (list, own) in LISTS.into_iter().zip(&tokens) {
        let middle = own.len() / 2;
        let flipped = |at: usize| {
            let other = if own.as_bytes()[at] == b'A' { "B" } else { "A" };
            format!("{}{other}{}", &own[..at], &own[at + 1..])
        };
        let mut forged: Vec<String> = tokens
            .iter()
            .filter(|token| *token != own)
            .cloned()
            .collect();
        forged.extend([
            own[..own.len() - 1].to_owned(),
            own[..middle].to_owned(),
            own[1..].to_owned(),
            format!("{own}A"),
            format!("{own}="),
            format!(" {own}"),
            flipped(0),
            flipped(8),
            flipped(middle),
            flipped(own.len() - 2),
            "0".to_owned(),
            "1' or true --".to_owned(),
            "A".repeat(100_000),
            "\u{1f984}\0".to_owned(),
        ]);
        for token in forged {
            let refused = page(&outsider, list, 1, &token).await.refused();
            let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
            assert_eq!(refused.fields(), ["page_token"], "{list:?} {token:.80}");
        }
        page(&outsider, list, 1, own).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_token_holds_for_the_parameters_of_its_first_page_alone() {
    let stack = Stack::start().await;
    fill(&stack, 3).await;
    let outsider = stack.outsider().await;
    let circle_id = stack.circle("HR").await;
    let page_size = 1;
    let page_token = page(&outsider, List::Kpis, 1, "").await.unwrap().1;
    for (circle_id, active) in [
        (Some(circle_id), None),
        (None, Some(true)),
        (None, Some(false)),
    ] {
        let asked = ListKpisRequest {
            page_size,
            page_token: page_token.clone(),
            circle_id,
            active,
        };
        let refused = kpis(&outsider, asked).await.refused();
        assert_eq!(refused.fields(), ["page_token"]);
    }
    let page_token = page(&outsider, List::Values, 1, "").await.unwrap().1;
    let range = PeriodRange {
        from: Some(Period {
            year: 1900,
            month: 1,
        }),
        to: Some(Period {
            year: 2200,
            month: 12,
        }),
    };
    for (scope, time) in [
        (Some(Scope::CircleId(circle_id)), None),
        (Some(Scope::KpiId(1)), None),
        (None, Some(Time::Preset(1))),
        (None, Some(Time::Range(range))),
    ] {
        let asked = ListKpiValuesRequest {
            page_size,
            page_token: page_token.clone(),
            scope,
            time,
        };
        let mut client = outsider.values();
        let refused = client.list_kpi_values(outsider.request(asked)).await;
        assert_eq!(refused.refused().fields(), ["page_token"]);
    }
    let page_token = page(&outsider, List::Changes, 1, "").await.unwrap().1;
    let month = |year, month| Some(kreis_proto::org::v1::Month { year, month });
    for (scope, from, to) in [
        (Some(ChangeScope::CircleId(circle_id)), None, None),
        (Some(ChangeScope::KpiId(1)), None, None),
        (None, month(2024, 1), None),
        (None, None, month(2024, 2)),
    ] {
        let asked = ListChangesRequest {
            page_size,
            page_token: page_token.clone(),
            scope,
            from,
            to,
        };
        let mut client = outsider.kpi_changes();
        let refused = client.list_changes(outsider.request(asked)).await;
        assert_eq!(refused.refused().fields(), ["page_token"]);
    }
}
