//! Connections that break, never begin or are never read, and other callers meanwhile.

use std::time::Duration;

use futures_util::future::join_all;
use http::Method;
use kreis_proto::kpi::v1::{ListKpiValuesRequest, ListKpisRequest};
use kreis_standalone::stack::StackAddresses;
use kreis_tests::{
    Actor, Answered, Stack,
    actor::new_kpi,
    raw::{RawClient, framed},
    stack::{channel, wait_until_serving},
    tcp_proxy::TcpProxy,
};
use prost::Message;
use sqlx::{Connection, Executor, PgConnection};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tonic::{Code, Status};

/// Longer than every timeout that these tests wait for.
const WAIT_TIMEOUT: Duration = Duration::from_secs(20);

async fn list_kpis(actor: &Actor) -> Result<(), Status> {
    let asked = actor.request(ListKpisRequest::default());
    actor.kpis().list_kpis(asked).await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_does_not_say_what_it_speaks_is_closed() {
    let stack = Stack::start().await;
    let whole = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let mut sockets = Vec::new();
    for server in [stack.addresses.gateway, stack.addresses.kpi] {
        for said in [0, 1, 3, 16, whole.len() - 1] {
            let mut socket = TcpStream::connect(server).await.unwrap();
            socket.write_all(&whole.as_bytes()[..said]).await.unwrap();
            sockets.push((said, socket));
        }
    }
    let closed = sockets.iter_mut().map(async |(said, socket)| {
        let closed = timeout(WAIT_TIMEOUT, socket.read(&mut [0; 100])).await;
        // Bytes that were not read can turn the end into a reset.
        assert!(matches!(closed, Ok(Ok(0) | Err(_))), "{said}: {closed:?}");
    });
    join_all(closed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preface_in_pieces_is_a_connection_like_any_other() {
    let stack = Stack::start().await;
    for server in [stack.addresses.gateway, stack.addresses.kpi] {
        let mut socket = TcpStream::connect(server).await.unwrap();
        socket.set_nodelay(true).unwrap();
        let settings = b"\0\0\0\x04\0\0\0\0\0";
        for piece in [&b"P"[..], b"RI * HTTP/2.0\r\n\r\nSM\r\n", b"\r\n", settings] {
            socket.write_all(piece).await.unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let mut frame = [0; 9];
        let answered = timeout(WAIT_TIMEOUT, socket.read_exact(&mut frame)).await;
        answered.unwrap().unwrap();
        assert_eq!(frame[3], 4, "not its settings: {frame:?}");
    }
}

/// Ten callers from another address request responses, at most 27 MB in total, and do not read
/// them.
async fn ask_and_never_read(stack: &Stack, actor: &Actor) -> Vec<impl Sized> {
    let authorization = format!("Bearer {}", actor.token());
    let asked = ListKpiValuesRequest {
        page_size: 500,
        ..ListKpiValuesRequest::default()
    };
    let message = framed(&asked.encode_to_vec());
    let callers = (0..10).map(async |_| {
        let client = RawClient::slow(stack.url(), [127, 0, 0, 2].into());
        let headers = [
            ("content-type", "application/grpc"),
            ("te", "trailers"),
            ("authorization", authorization.as_str()),
        ];
        let path = "/kreis.kpi.v1.KpiValueService/ListKpiValues";
        let mut unread = Vec::new();
        for _ in 0..60 {
            // The call is refused or cut off once the caller holds too many bytes.
            let answer = client.begin(Method::POST, path, &headers, message.clone());
            unread.extend(answer.await.ok());
        }
        assert!(!unread.is_empty());
        (client, unread)
    });
    join_all(callers).await
}

#[tokio::test(flavor = "multi_thread")]
async fn responses_that_are_not_read_delay_no_other_call() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let kpi = gatekeeper.create_kpi(new_kpi(circle_id, "leave")).await;
    sqlx::query!(
        "insert into kpi.kpi_values (kpi_id, year, month, value, created_by, updated_by)
        select $1, 1900 + n / 12, 1 + n % 12, n, $2, $2 from generate_series(0, 499) n",
        kpi.unwrap().id,
        gatekeeper.user_id
    )
    .execute(&stack.sql)
    .await
    .unwrap();
    let unread = ask_and_never_read(&stack, &gatekeeper).await;
    for _ in 0..20 {
        let asked = gatekeeper.request(ListKpiValuesRequest {
            page_size: 500,
            ..ListKpiValuesRequest::default()
        });
        let answer = timeout(WAIT_TIMEOUT, gatekeeper.values().list_kpi_values(asked)).await;
        let answer = answer.expect("an answer in time").unwrap().into_inner();
        assert_eq!(answer.kpi_values.len(), 500);
    }
    drop(unread);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_gone_or_breaks_off_in_mid_call_is_unavailable() {
    let stack = Stack::start().await;
    let actor = stack.gatekeeper().await;
    let nowhere = ([127, 0, 0, 1], 1).into();
    let gateway = stack
        .gateway_before(StackAddresses {
            kpi: nowhere,
            ..stack.addresses
        })
        .await;
    let actor = actor.at(channel(gateway));
    while actor.me().await.is_err() {}
    let refused = list_kpis(&actor).await.refused();
    let refused = refused.with(Code::Unavailable, "SERVICE_UNAVAILABLE");
    assert!(refused.says_when_to_retry());

    let tcp_proxy = TcpProxy::to(stack.addresses.kpi).await;
    let kpi = tcp_proxy.address;
    let gateway = stack
        .gateway_before(StackAddresses {
            kpi,
            ..stack.addresses
        })
        .await;
    wait_until_serving(gateway).await;
    let actor = actor.at(channel(gateway));
    let mut holder = PgConnection::connect_with(&stack.database).await.unwrap();
    // No bytes, bytes that are no frame, and RST_STREAM (RFC 9113, section 6.4) of every stream
    // with each error that gRPC maps to a code.
    let mut lasts = vec![vec![], vec![0xff; 64]];
    for error in [1, 2, 8, 11, 12] {
        let resets = (0..100).flat_map(|number| {
            let stream = 2 * number + 1;
            [0, 0, 4, 3, 0, 0, 0, 0, stream, 0, 0, 0, error]
        });
        lasts.push(resets.collect());
    }
    for last_bytes in lasts {
        list_kpis(&actor).await.unwrap();
        let mut held = holder.begin().await.unwrap();
        held.execute("lock table kpi.kpis in access exclusive mode")
            .await
            .unwrap();
        let calling = tokio::spawn({
            let actor = actor.clone();
            async move { list_kpis(&actor).await }
        });
        stack.wait_for_blocked_statement().await;
        tcp_proxy.break_off(last_bytes.clone());
        let refused = timeout(WAIT_TIMEOUT, calling)
            .await
            .unwrap()
            .unwrap()
            .refused();
        let refused = refused.with(Code::Unavailable, "SERVICE_UNAVAILABLE");
        assert!(refused.says_when_to_retry(), "{last_bytes:?}");
        held.rollback().await.unwrap();
        wait_until_serving(gateway).await;
    }
}
