//! Due values: ended periods that have no value yet.

use kreis_proto::kpi::v1::{
    CreateKpiRequest, DueValue, Limits, ListDueValuesRequest, Period, Periodicity, Unit,
};
use kreis_tests::{
    Actor, Answered, Stack,
    actor::{in_use_since, new_kpi},
};
use tonic::Code;

/// The month this many months ago.
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
    let create = async |new| {
        let new = in_use_since((2020, 1), new);
        gatekeeper.create_kpi(new).await.unwrap()
    };
    let teams = create(teams).await;
    let score = CreateKpiRequest {
        periodicity: Periodicity::Yearly.into(),
        unit: Unit::Score.into(),
        ..new_kpi(hr, "absence score")
    };
    create(score).await;
    let quarterly = CreateKpiRequest {
        periodicity: Periodicity::Quarterly.into(),
        ..new_kpi(hr, "reached")
    };
    create(quarterly).await;
    create(new_kpi(it, "other")).await;
    let old = create(new_kpi(hr, "old")).await;
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

    // Recorded periods are no longer due; retracted ones are due again.
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
async fn nothing_is_due_before_a_kpi_was_in_use_created_or_last_activated() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let economist = stack.economist("HR").await;
    let circle_id = stack.circle("HR").await;
    let [two, one, this] = [2, 1, 0].map(|ago| months_ago(&economist, ago));
    let (two, one, this) = tokio::join!(two, one, this);
    for new in [
        new_kpi(circle_id, "new"),
        in_use_since(this, new_kpi(circle_id, "new this month")),
    ] {
        gatekeeper.create_kpi(new).await.unwrap();
    }
    let mine = || due(&economist, ListDueValuesRequest::default());
    assert_eq!(named(&mine().await), []);
    let leave = in_use_since(two, new_kpi(circle_id, "leave"));
    let leave = gatekeeper.create_kpi(leave).await.unwrap();
    assert_eq!(named(&mine().await), [("leave", two), ("leave", one)]);
    gatekeeper.set_active(leave.id, true, "").await.unwrap();
    assert_eq!(mine().await.len(), 2);
    gatekeeper.set_active(leave.id, false, "").await.unwrap();
    assert_eq!(named(&mine().await), []);
    gatekeeper.set_active(leave.id, true, "").await.unwrap();
    assert_eq!(named(&mine().await), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quarter_or_a_year_in_the_midst_of_which_a_kpi_came_into_use_is_due() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let economist = stack.economist("HR").await;
    let circle_id = stack.circle("HR").await;
    let this = economist.this_month().await.unwrap();
    let last_december = (this.year - 1, 12);
    let last_quarter = months_ago(&economist, (this.month - 1) % 3 + 1).await;
    for (name, periodicity, since) in [
        ("score", Periodicity::Yearly, last_december),
        ("too late for a year", Periodicity::Yearly, (this.year, 1)),
        ("reached", Periodicity::Quarterly, last_quarter),
    ] {
        let new = CreateKpiRequest {
            periodicity: periodicity.into(),
            ..in_use_since(since, new_kpi(circle_id, name))
        };
        gatekeeper.create_kpi(new).await.unwrap();
    }
    let mut found = due(&economist, ListDueValuesRequest::default()).await;
    found.sort_by(|a, b| b.kpi_name.cmp(&a.kpi_name));
    assert_eq!(
        named(&found),
        [("score", last_december), ("reached", last_quarter)]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kpi_is_in_use_since_a_month_that_has_begun_or_not_yet_at_all() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let next = months_ago(&gatekeeper, -1).await;
    for since in [next, (2200, 12)] {
        let new = in_use_since(since, new_kpi(circle_id, "leave"));
        let refused = gatekeeper.create_kpi(new).await.refused();
        let refused = refused.with(Code::FailedPrecondition, "PERIOD_NOT_BEGUN");
        let (year, month) = since;
        let begins_on = format!("{year}-{month:02}-01");
        assert_eq!(refused.metadata("begins_on"), begins_on);
    }
    for (since, active, fields) in [
        ((1899, 12), None, &["active_since.year"][..]),
        ((2024, 13), Some(true), &["active_since.month"]),
        ((0, 0), None, &["active_since.year", "active_since.month"]),
        ((2024, 1), Some(false), &["active_since"]),
    ] {
        let new = CreateKpiRequest {
            active,
            ..in_use_since(since, new_kpi(circle_id, "leave"))
        };
        let refused = gatekeeper.create_kpi(new).await.refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(refused.fields(), fields);
    }
    let of_old = in_use_since((1900, 1), new_kpi(circle_id, "leave"));
    let request_id = "0b7d1c52-6f3e-4d5e-8a0e-0a4f4b6f7c12".to_owned();
    let of_old = CreateKpiRequest {
        request_id,
        ..of_old
    };
    let kpi = gatekeeper.create_kpi(of_old.clone()).await.unwrap();
    assert_eq!(gatekeeper.create_kpi(of_old.clone()).await.unwrap(), kpi);
    let other = in_use_since((1900, 2), of_old);
    let refused = gatekeeper.create_kpi(other).await.refused();
    refused.with(Code::InvalidArgument, "REQUEST_ID_REUSED");
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
    let last_month = months_ago(&gatekeeper, 1).await;
    for (circle_id, name) in [(hr, "leave"), (it, "tickets"), (finance, "costs")] {
        let new = in_use_since(last_month, new_kpi(circle_id, name));
        gatekeeper.create_kpi(new).await.unwrap();
    }
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
    let [two, one] = [2, 1].map(|ago| months_ago(&gatekeeper, ago));
    let (two, one) = tokio::join!(two, one);
    let mut ids = Vec::new();
    for (circle_id, name) in [
        (finance, "costs"),
        (hr, "leave"),
        (hr, "Absences"),
        (finance, "old"),
    ] {
        let new = in_use_since(two, new_kpi(circle_id, name));
        ids.push(gatekeeper.create_kpi(new).await.unwrap().id);
    }
    gatekeeper.set_active(ids[3], false, "").await.unwrap();
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
    let since = months_ago(&gatekeeper, 2).await;
    for name in ["b", "a", "c"] {
        let new = in_use_since(since, new_kpi(circle_id, name));
        gatekeeper.create_kpi(new).await.unwrap();
    }
    let all = due(&economist, ListDueValuesRequest::default()).await;
    assert_eq!(all.len(), 6);
    let mut asked = ListDueValuesRequest {
        page_size: 4,
        ..ListDueValuesRequest::default()
    };
    let first = economist.due_values(asked.clone()).await.unwrap();
    asked.page_token.clone_from(&first.next_page_token);
    // Recording a value between two pages does not shift the next page.
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
