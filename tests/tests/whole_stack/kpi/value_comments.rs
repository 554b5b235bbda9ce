//! Comments on values and corrections.

use kreis_proto::kpi::v1::{
    Change, CorrectKpiValueRequest, KpiValue, ListChangesRequest, ListRecentChangesRequest,
    RecordKpiValueRequest, change::Detail, list_changes_request::Scope,
};
use kreis_tests::{Actor, Answered, Stack, values::record_request};
use tonic::Code;

const REQUEST_ID: &str = "0d9ce6b2-6b8e-4b9a-8f61-0d8c2f5b7e33";

fn recording(kpi_id: i64, month: i32, value: f64, comment: &str) -> RecordKpiValueRequest {
    RecordKpiValueRequest {
        comment: comment.to_owned(),
        ..record_request(kpi_id, (2024, month), value)
    }
}

fn correction(of: &KpiValue, value: f64, comment: Option<&str>) -> CorrectKpiValueRequest {
    CorrectKpiValueRequest {
        kpi_value_id: of.id,
        value: Some(value),
        comment: comment.map(str::to_owned),
        ..CorrectKpiValueRequest::default()
    }
}

/// New number and comment of the newest changes, newest first.
async fn logged(actor: &Actor, kpi_value_id: i64) -> Vec<(Option<f64>, String)> {
    let request = actor.request(ListRecentChangesRequest { kpi_value_id });
    let answer = actor.kpi_changes().list_recent_changes(request).await;
    let changes = answer.unwrap().into_inner().changes;
    changes
        .into_iter()
        .map(|change| match change.detail {
            Some(Detail::Value(of)) => (of.new_value, of.comment),
            other => panic!("not of a value: {other:?}"),
        })
        .collect()
}

/// The comments before and after each of the newest changes, newest first.
async fn comments_of(actor: &Actor, kpi_value_id: i64) -> Vec<(String, String)> {
    let request = actor.request(ListRecentChangesRequest { kpi_value_id });
    let answer = actor.kpi_changes().list_recent_changes(request).await;
    let changes = answer.unwrap().into_inner().changes;
    changes.into_iter().map(comments).collect()
}

fn comments(change: Change) -> (String, String) {
    match change.detail {
        Some(Detail::Value(of)) => (of.old_comment, of.comment),
        other => panic!("not of a value: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_says_which_comment_was_there_before() {
    let stack = Stack::start().await;
    let (_, economist, kpi_id) = stack.one_kpi().await;
    let first = economist.record_as(recording(kpi_id, 3, 1.0, "estimate"));
    let first = first.await.unwrap();
    // Comments of another value do not appear here.
    let other = economist
        .record_as(recording(kpi_id, 4, 1.0, "elsewhere"))
        .await;
    other.unwrap();
    economist
        .correct_as(correction(&first, 2.0, None))
        .await
        .unwrap();
    economist
        .correct_as(correction(&first, 2.0, Some("final")))
        .await
        .unwrap();
    let pair = |before: &str, after: &str| (before.to_owned(), after.to_owned());
    let expected = [
        pair("estimate", "final"),
        pair("estimate", "estimate"),
        pair("", "estimate"),
    ];
    assert_eq!(comments_of(&economist, first.id).await, expected);

    // A page that ends in between still has the comment before it.
    let request = economist.request(ListChangesRequest {
        page_size: 2,
        scope: Some(Scope::KpiId(kpi_id)),
        ..Default::default()
    });
    let answer = economist.kpi_changes().list_changes(request).await;
    let page = answer.unwrap().into_inner().changes;
    let told: Vec<_> = page.into_iter().map(comments).collect();
    assert_eq!(told, expected[..2]);
    economist.retract(first.id).await.unwrap();
    assert_eq!(
        comments_of(&economist, first.id).await[0],
        pair("final", "")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_stands_with_the_value_and_with_each_of_its_changes() {
    let stack = Stack::start().await;
    let (_, economist, kpi_id) = stack.one_kpi().await;
    let first = economist.record_as(recording(kpi_id, 3, 1.0, " Estimate,\r\nfinal in May "));
    let first = first.await.unwrap();
    assert_eq!(first.comment, "Estimate,\nfinal in May");
    // A correction without a comment keeps the old one.
    let second = economist.correct_as(correction(&first, 2.0, None)).await;
    let second = second.unwrap();
    assert_eq!(second.comment, first.comment);
    // The same number with another comment is a change.
    let third = economist
        .correct_as(correction(&first, 2.0, Some("final")))
        .await;
    let third = third.unwrap();
    assert_eq!((third.value, third.comment.as_str()), (Some(2.0), "final"));
    assert_ne!(third.etag, second.etag);
    for same in [None, Some("final"), Some(" final\n")] {
        let again = economist.correct_as(correction(&first, 2.0, same)).await;
        assert_eq!(again.unwrap(), third);
    }
    let said = |value, comment: &str| (value, comment.to_owned());
    assert_eq!(
        logged(&economist, first.id).await,
        [
            said(Some(2.0), "final"),
            said(Some(2.0), &first.comment),
            said(Some(1.0), &first.comment),
        ]
    );
    let cleared = economist
        .correct_as(correction(&first, 2.0, Some("")))
        .await;
    assert_eq!(cleared.unwrap().comment, "");
    let noted = economist
        .correct_as(correction(&first, 2.0, Some("wrong KPI")))
        .await;
    assert_eq!(noted.unwrap().comment, "wrong KPI");
    let retracted = economist.retract(first.id).await.unwrap();
    assert_eq!(retracted.comment, "");
    let revived = economist.record_as(recording(kpi_id, 3, 4.0, "")).await;
    assert_eq!(revived.unwrap().comment, "");
    assert_eq!(
        logged(&economist, first.id).await,
        [
            said(Some(4.0), ""),
            said(None, ""),
            said(Some(2.0), "wrong KPI")
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_is_part_of_what_a_repeated_call_says() {
    let stack = Stack::start().await;
    let (_, economist, kpi_id) = stack.one_kpi().await;
    let new = RecordKpiValueRequest {
        request_id: REQUEST_ID.to_owned(),
        ..recording(kpi_id, 3, 1.0, "estimate")
    };
    let first = economist.record_as(new.clone()).await.unwrap();
    assert_eq!(economist.record_as(new.clone()).await.unwrap(), first);
    let other = RecordKpiValueRequest {
        comment: "final".to_owned(),
        ..new
    };
    let refused = economist.record_as(other).await.refused();
    refused.with(Code::InvalidArgument, "REQUEST_ID_REUSED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_has_at_most_a_thousand_characters() {
    let stack = Stack::start().await;
    let (_, economist, kpi_id) = stack.one_kpi().await;
    let longest = "ü".repeat(1_000);
    let value = economist
        .record_as(recording(kpi_id, 3, 1.0, &longest))
        .await;
    let value = value.unwrap();
    assert_eq!(value.comment, longest);
    for wrong in [format!("{longest}!"), "a\0b".to_owned()] {
        let refused = economist.record_as(recording(kpi_id, 4, 1.0, &wrong)).await;
        let refused = refused.refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(refused.fields(), ["comment"]);
        let refused = economist
            .correct_as(correction(&value, 1.0, Some(&wrong)))
            .await;
        let refused = refused.refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(refused.fields(), ["comment"]);
    }
}
