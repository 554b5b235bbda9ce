//! What is due: ended periods that have no value yet.

use kreis_proto::kpi::v1::{
    CreateKpiRequest, DueValue, Limits, ListDueValuesRequest, Period, Periodicity, Unit,
};
use kreis_tests::{Actor, Answered, Stack, actor::new_kpi};
use sqlx::types::chrono::{DateTime, Utc};
use tonic::Code;

/// So many months before this one.
async fn months_ago(actor: &Actor, months: i32) -> (i32, i32) {
    let this = actor.this_month().await.unwrap();
    let index = this.year * 12 + this.month - 1 - months;
    (index.div_euclid(12), index.rem_euclid(12) + 1)
}

fn month(due: &DueValue) -> (i32, i32) {
    let Period { year, month } = due.period.unwrap();
    (year, month)
}

fn named(due: &[DueValue]) -> Vec<(&str, (i32, i32))> {
    due.iter()
        .map(|due| (due.kpi_name.as_str(), month(due)))
        .collect()
}

async fn due(actor: &Actor, asked: ListDueValuesRequest) -> Vec<DueValue> {
    let asked = ListDueValuesRequest {
        page_size: 500,
        ..asked
    };
    actor.due_values(asked).await.unwrap().due_values
}

/// As if all KPIs had taken values since then.
async fn all_active_since(stack: &Stack, (year, month): (i32, i32)) {
    let since: DateTime<Utc> = format!("{year}-{month:02}-15T12:00:00Z").parse().unwrap();
    sqlx::query!("update kpi.kpis set active_since = $1", since)
        .execute(&stack.sql)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_economist_sees_what_is_due_in_her_circles_oldest_first() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let economist = stack.economist("HR").await;
    let (hr, it) = (stack.circle("HR").await, stack.circle("IT").await);
    let limits = Limits {
        minimum: Some(0.0),
        maximum: Some(100.0),
    };
    let teams = CreateKpiRequest {
        limits: Some(limits),
        ..new_kpi(hr, "Teams")
    };
    let teams = gatekeeper.create_kpi(teams).await.unwrap();
    let score = CreateKpiRequest {
        periodicity: Periodicity::Yearly.into(),
        unit: Unit::Score.into(),
        ..new_kpi(hr, "absence score")
    };
    gatekeeper.create_kpi(score).await.unwrap();
    let quarterly = CreateKpiRequest {
        periodicity: Periodicity::Quarterly.into(),
        ..new_kpi(hr, "reached")
    };
    gatekeeper.create_kpi(quarterly).await.unwrap();
    gatekeeper.create_kpi(new_kpi(it, "other")).await.unwrap();
    let old = gatekeeper.create_kpi(new_kpi(hr, "old")).await.unwrap();
    all_active_since(&stack, (2020, 1)).await;
    gatekeeper.set_active(old.id, false, "").await.unwrap();

    let all = due(&economist, ListDueValuesRequest::default()).await;
    let mut expected = Vec::new();
    for ago in (1..=12).rev() {
        let (year, month) = months_ago(&economist, ago).await;
        if month == 12 {
            expected.push(("absence score", (year, month)));
        }
        if month % 3 == 0 {
            expected.push(("reached", (year, month)));
        }
        expected.push(("Teams", (year, month)));
    }
    assert_eq!(named(&all), expected);

    // Recorded ones are no longer due, retracted ones are again.
    let [two, one, twelve, thirteen] = [2, 1, 12, 13].map(|ago| months_ago(&economist, ago));
    let (two, one, twelve, thirteen) = tokio::join!(two, one, twelve, thirteen);
    for (of, value) in [(two, 0.0), (thirteen, 13.0)] {
        economist.record(teams.id, of, value).await.unwrap();
    }
    let retracted = economist.record(teams.id, one, 1.0).await.unwrap();
    economist.retract(retracted.id).await.unwrap();
    let left = due(&economist, ListDueValuesRequest::default()).await;
    expected.retain(|entry| *entry != ("Teams", two));
    assert_eq!(named(&left), expected);
    let of_teams = |of| {
        let entry = left
            .iter()
            .find(|due| due.kpi_id == teams.id && month(due) == of);
        entry.unwrap().clone()
    };
    let newest = of_teams(one);
    assert_eq!(newest.previous_value, Some(0.0));
    assert_eq!(newest.last_year_value, Some(13.0));
    assert_eq!(of_teams(twelve).previous_value, Some(13.0));
    assert_eq!(of_teams(twelve).last_year_value, None);
    assert_eq!((newest.circle_id, newest.circle_name.as_str()), (hr, "HR"));
    assert_eq!(newest.periodicity(), Periodicity::Monthly);
    assert_eq!(
        (newest.unit(), newest.limits),
        (Unit::Percentage, Some(limits))
    );
    let since = newest.due_since.unwrap();
    let this = economist.this_month().await.unwrap();
    assert_eq!(
        (since.year, since.month, since.day),
        (this.year, this.month, 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_due_before_a_kpi_was_created_or_last_activated() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let economist = stack.economist("HR").await;
    let kpi = new_kpi(stack.circle("HR").await, "leave");
    let kpi = gatekeeper.create_kpi(kpi).await.unwrap();
    let mine = || due(&economist, ListDueValuesRequest::default());
    assert_eq!(named(&mine().await), []);
    let two = months_ago(&economist, 2).await;
    let one = months_ago(&economist, 1).await;
    all_active_since(&stack, two).await;
    // It was active in part of the first.
    assert_eq!(named(&mine().await), [("leave", two), ("leave", one)]);
    gatekeeper.set_active(kpi.id, true, "").await.unwrap();
    assert_eq!(mine().await.len(), 2);
    gatekeeper.set_active(kpi.id, false, "").await.unwrap();
    assert_eq!(named(&mine().await), []);
    gatekeeper.set_active(kpi.id, true, "").await.unwrap();
    assert_eq!(named(&mine().await), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn gatekeepers_ask_for_any_circle_and_economist_and_others_for_their_own() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let economist = stack.economist("HR").await;
    let colleague = stack.economist("IT").await;
    let (hr, it) = (stack.circle("HR").await, stack.circle("IT").await);
    let finance = stack.circle("Finance").await;
    gatekeeper.add_member(it, economist.user_id).await.unwrap();
    for (circle_id, name) in [(hr, "leave"), (it, "tickets"), (finance, "costs")] {
        let new = new_kpi(circle_id, name);
        gatekeeper.create_kpi(new).await.unwrap();
    }
    all_active_since(&stack, months_ago(&gatekeeper, 1).await).await;
    let asked = |circle_id, user_id| ListDueValuesRequest {
        circle_id,
        user_id,
        ..ListDueValuesRequest::default()
    };
    let (her, his) = (Some(economist.user_id), Some(colleague.user_id));
    for (who, circle_id, user_id, expected) in [
        (&economist, None, None, &["leave", "tickets"][..]),
        (&economist, None, her, &["leave", "tickets"]),
        (&economist, Some(it), None, &["tickets"]),
        (&economist, Some(finance), None, &[]),
        (&economist, Some(i64::MAX), None, &[]),
        (&gatekeeper, None, None, &[]),
        (&gatekeeper, Some(finance), None, &["costs"]),
        (&gatekeeper, None, her, &["leave", "tickets"]),
        (&gatekeeper, None, his, &["tickets"]),
        (&gatekeeper, Some(hr), his, &[]),
        (&gatekeeper, Some(hr), her, &["leave"]),
        (&gatekeeper, Some(i64::MAX), None, &[]),
        (&gatekeeper, None, Some(i64::MAX), &[]),
    ] {
        let found = due(who, asked(circle_id, user_id)).await;
        let names: Vec<&str> = found.iter().map(|due| due.kpi_name.as_str()).collect();
        assert_eq!(names, expected, "{circle_id:?} {user_id:?}");
    }
    for user_id in [his, Some(i64::MAX)] {
        for circle_id in [None, Some(it)] {
            let refused = economist.due_values(asked(circle_id, user_id)).await;
            let refused = refused.refused();
            refused.with(Code::PermissionDenied, "GATEKEEPER_REQUIRED");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn gatekeepers_see_what_is_due_in_the_whole_organisation_page_by_page() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let economist = stack.economist("HR").await;
    let (hr, finance) = (stack.circle("HR").await, stack.circle("Finance").await);
    let mut ids = Vec::new();
    for (circle_id, name) in [(finance, "costs"), (hr, "leave"), (hr, "Absences")] {
        let kpi = gatekeeper.create_kpi(new_kpi(circle_id, name)).await;
        ids.push(kpi.unwrap().id);
    }
    let old = gatekeeper.create_kpi(new_kpi(finance, "old")).await;
    let old = old.unwrap().id;
    let [two, one] = [2, 1].map(|ago| months_ago(&gatekeeper, ago));
    let (two, one) = tokio::join!(two, one);
    all_active_since(&stack, two).await;
    gatekeeper.set_active(old, false, "").await.unwrap();
    gatekeeper.record(ids[0], one, 7.0).await.unwrap();
    gatekeeper.record(ids[1], two, 3.0).await.unwrap();

    let asked = ListDueValuesRequest {
        whole_organisation: true,
        ..ListDueValuesRequest::default()
    };
    let all = due(&gatekeeper, asked.clone()).await;
    assert_eq!(
        named(&all),
        [
            ("Absences", two),
            ("costs", two),
            ("Absences", one),
            ("leave", one),
        ]
    );
    assert_eq!(all[1].circle_name, "Finance");
    assert_eq!(
        all.iter().map(|due| due.previous_value).collect::<Vec<_>>(),
        [None, None, None, Some(3.0)]
    );

    let mut next = asked.clone();
    next.page_size = 3;
    let first = gatekeeper.due_values(next.clone()).await.unwrap();
    next.page_token = first.next_page_token;
    let second = gatekeeper.due_values(next.clone()).await.unwrap();
    assert_eq!(second.next_page_token, "");
    assert_eq!([first.due_values, second.due_values].concat(), all);

    for page_token in [String::new(), next.page_token.clone()] {
        let asked = ListDueValuesRequest {
            page_token,
            ..asked.clone()
        };
        let refused = economist.due_values(asked).await.refused();
        refused.with(Code::PermissionDenied, "GATEKEEPER_REQUIRED");
    }
    let contradicting = ListDueValuesRequest {
        circle_id: Some(hr),
        user_id: Some(economist.user_id),
        ..asked
    };
    let refused = gatekeeper.due_values(contradicting).await.refused();
    let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(refused.fields(), ["circle_id", "user_id"]);
    next.whole_organisation = false;
    let refused = gatekeeper.due_values(next).await.refused();
    let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(refused.fields(), ["page_token"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn due_values_come_page_by_page() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let economist = stack.economist("HR").await;
    let circle_id = stack.circle("HR").await;
    for name in ["b", "a", "c"] {
        let new = new_kpi(circle_id, name);
        gatekeeper.create_kpi(new).await.unwrap();
    }
    all_active_since(&stack, months_ago(&gatekeeper, 2).await).await;
    let all = due(&economist, ListDueValuesRequest::default()).await;
    assert_eq!(all.len(), 6);
    let mut asked = ListDueValuesRequest {
        page_size: 4,
        ..ListDueValuesRequest::default()
    };
    let first = economist.due_values(asked.clone()).await.unwrap();
    asked.page_token.clone_from(&first.next_page_token);
    // What is done between the pages moves nothing.
    let done = &first.due_values[0];
    economist
        .record(done.kpi_id, month(done), 1.0)
        .await
        .unwrap();
    let second = economist.due_values(asked.clone()).await.unwrap();
    assert_eq!(second.next_page_token, "");
    let pages = [first.due_values, second.due_values].concat();
    assert_eq!(pages, all);

    let token = asked.page_token;
    for (page_size, page_token, circle_id, user_id, fields) in [
        (
            -1,
            "",
            Some(0),
            Some(-1),
            &["circle_id", "user_id", "page_size"][..],
        ),
        (0, "x", None, None, &["page_token"]),
        (0, &token, Some(circle_id), None, &["page_token"]),
    ] {
        let asked = ListDueValuesRequest {
            page_size,
            page_token: page_token.to_owned(),
            circle_id,
            user_id,
            ..ListDueValuesRequest::default()
        };
        let refused = economist.due_values(asked).await.refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(refused.fields(), fields);
    }
}
