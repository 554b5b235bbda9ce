//! The operator's rare commands: the first gatekeeper, a restored backup, passwords of roles.

use std::{
    env, fs,
    process::{Command, Output},
    time::{Duration, Instant},
};

use kreis_proto::{
    auth::v1::{ListSignInsRequest, SignInActivity},
    org::v1::GetMeRequest,
};
use kreis_server::config::Settings;
use kreis_tests::{
    Actor, Stack, database,
    mail_server::MailServer,
    process::{Kreis, command, open_directory, run, stderr},
    stack::StackOptions,
};
use nix::sys::signal::Signal;
use sqlx::{Connection, Executor, PgConnection, postgres::PgConnectOptions};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, UnixStream},
};
use tonic::transport::Channel;

const PASSWORD: &str = "correct horse battery";

async fn sign_in(url: &str, email: &str) -> Actor {
    let channel = Channel::from_shared(url.to_owned())
        .unwrap()
        .connect()
        .await
        .unwrap();
    let nobody = Actor::new(channel, None, 0);
    nobody.sign_in(email, PASSWORD).await.unwrap()
}

fn add_user(database_url: &str, gatekeeper: bool) -> Output {
    let mut add = command("kreis", &[("KREIS_DATABASE_URL", database_url)]);
    add.args(["user", "add", "--email", "greta@example.org"]);
    add.args(["--first-name", "Greta", "--last-name", "Keller"]);
    if gatekeeper {
        add.arg("--gatekeeper");
    }
    run(add, &format!("{PASSWORD}\n"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_line_that_kreis_prints_makes_the_first_gatekeeper_as_it_is() {
    let directory = open_directory();
    let data_dir = directory.path().join("it's here");
    let kreis = Kreis::start(&data_dir, &[]);
    let said = kreis.log_output();
    let line = said.lines().find(|line| line.contains("user add")).unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", line]).env_clear();
    shell.env("PATH", env::var_os("PATH").unwrap());
    shell.env("HOME", "/nonexistent");
    let added = run(shell, &format!("{PASSWORD}\n"));
    assert!(added.status.success(), "{line}: {}", stderr(&added));
    sign_in(&kreis.url, "you@example.org").await;
}

fn set_password(database_url: &str, email: &str, password: &str) -> Output {
    let mut set = command("kreis", &[("KREIS_DATABASE_URL", database_url)]);
    set.args(["user", "set-password", "--email", email]);
    run(set, &format!("{password}\n"))
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_password_the_operator_sets_is_told_by_mail_and_at_the_next_sign_in() {
    const NEW: &str = "another horse battery";
    let mail = MailServer::start();
    let stack = Stack::start_with(StackOptions {
        mail: Some(mail.config()),
        ..StackOptions::default()
    })
    .await;
    let url = database::url(&stack.database);
    let (email, user_id) = stack.person(false).await;
    let before = stack.sign_in(&email).await;
    let set = set_password(&url, &email, NEW);
    assert!(set.status.success(), "{}", stderr(&set));
    let told = mail.first_mail().await;
    assert_eq!(told.to, [email.as_str()]);
    assert_eq!(
        told.header("Subject"),
        "Your password for kreis has changed"
    );
    let asked = Instant::now();
    while before.me().await.is_ok() {
        assert!(asked.elapsed() < Duration::from_secs(3));
    }
    let user = stack.anonymous().sign_in(&email, NEW).await.unwrap();
    let notices = user.notices().await.unwrap();
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert_eq!(notices[0].activity(), SignInActivity::PasswordSet);
    assert_eq!(notices[0].actor, None);
    let list = ListSignInsRequest {
        user_id: Some(user_id),
        activities: vec![SignInActivity::PasswordSet.into()],
        ..ListSignInsRequest::default()
    };
    assert_eq!(user.sign_ins(list).await.unwrap().sign_ins.len(), 1);

    // The first password of a new user is no news to them.
    let added = add_user(&url, false);
    assert!(added.status.success(), "{}", stderr(&added));
    let greta = stack.sign_in("greta@example.org").await;
    assert_eq!(greta.notices().await.unwrap(), []);
    assert_eq!(mail.mails().len(), 1);
}

/// The URL of a database where each new connection is delayed by this time.
async fn slow_to_connect(database: &PgConnectOptions, delay: Duration) -> String {
    let socket = database.get_socket().unwrap().join(".s.PGSQL.5432");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let socket = socket.clone();
            tokio::spawn(async move {
                tokio::time::sleep(delay).await;
                let mut postgres = UnixStream::connect(socket).await.unwrap();
                // Either side may end the connection.
                let _ = copy_bidirectional(&mut client, &mut postgres).await;
            });
        }
    });
    let (user, name) = (database.get_username(), database.get_database().unwrap());
    format!("postgres://{user}@{address}/{name}?sslmode=disable")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_added_on_a_machine_that_takes_seconds_to_connect() {
    let url = slow_to_connect(&database::fresh().await, Duration::from_secs(2)).await;
    let added = tokio::task::spawn_blocking(move || add_user(&url, true)).await;
    let added = added.unwrap();
    assert!(added.status.success(), "{}", stderr(&added));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_ones_own_needs_no_home_and_no_data_directory() {
    let database = database::blank().await;
    let add = [
        "user",
        "add",
        "--gatekeeper",
        "--email",
        "greta@example.org",
    ];
    let add = [
        &add[..],
        &["--first-name", "Greta", "--last-name", "Keller"],
    ]
    .concat();
    for arguments in [&["migrate"][..], &add] {
        let mut kreis = command(
            "kreis",
            &[("KREIS_DATABASE_URL", &database::url(&database))],
        );
        kreis.env_remove("HOME").args(arguments);
        let done = run(kreis, &format!("{PASSWORD}\n"));
        assert!(done.status.success(), "{arguments:?}: {}", stderr(&done));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_from_before_the_restore_of_a_backup_is_refused() {
    let directory = open_directory();
    let kreis = Kreis::start(directory.path(), &["--demo"]);
    let channel = async |kreis: &Kreis| {
        let address = Channel::from_shared(kreis.url.clone()).unwrap();
        address.connect().await.unwrap()
    };
    let nobody = Actor::new(channel(&kreis).await, None, 0);
    let before = nobody
        .sign_in("economist@example.org", "kreis-demo-only")
        .await
        .unwrap();
    kreis.end_with(Signal::SIGTERM);

    // A restart alone ends no session.
    let kreis = Kreis::start(directory.path(), &["--demo"]);
    let again = before.at(channel(&kreis).await);
    let me = again.request(GetMeRequest {});
    again.users().get_me(me).await.unwrap();
    kreis.end_with(Signal::SIGTERM);

    let key = || fs::read_to_string(directory.path().join("signing-key.pem")).unwrap();
    let old_key = key();
    let kreis = Kreis::start(directory.path(), &["serve", "--demo", "--restored"]);
    assert_ne!(key(), old_key);
    let said = kreis.log_output();
    assert!(
        said.contains("<gatekeeper@example.org>, gatekeeper\n"),
        "{said}"
    );
    assert!(said.contains("<economist@example.org>\n"), "{said}");
    let again = before.at(channel(&kreis).await);
    let me = again.request(GetMeRequest {});
    let refused = again.users().get_me(me).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::Unauthenticated, "{refused}");
    let nobody = Actor::new(channel(&kreis).await, None, 0);
    nobody
        .sign_in("economist@example.org", "kreis-demo-only")
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_database_of_ones_own_begins_an_epoch_when_it_is_migrated() {
    let database = database::fresh().await;
    let mut connection = PgConnection::connect_with(&database).await.unwrap();
    let mut epoch = async || {
        let head = sqlx::query!("select epoch, seq from auth.revocation_head");
        let head = head.fetch_one(&mut connection).await.unwrap();
        (head.epoch, head.seq)
    };
    let migrate = |arguments: &[&str]| {
        let mut migrate = command(
            "kreis",
            &[("KREIS_DATABASE_URL", &database::url(&database))],
        );
        migrate.arg("migrate").args(arguments);
        let migrated = run(migrate, "");
        assert!(migrated.status.success(), "{}", stderr(&migrated));
    };
    let first = epoch().await;
    migrate(&[]);
    assert_eq!(epoch().await, first);
    migrate(&["--restored"]);
    let second = epoch().await;
    assert_ne!(second.0, first.0);
    assert_eq!(second.1, first.1 + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_was_added_half_way_is_finished_by_the_same_command() {
    let database = database::fresh().await;
    let url = database::url(&database);
    let mut connection = PgConnection::connect_with(&database).await.unwrap();
    connection
        .execute("revoke update on auth.accounts from kreis_auth")
        .await
        .unwrap();
    let half = add_user(&url, true);
    assert!(!half.status.success());
    let said = stderr(&half);
    assert!(said.contains("run the same command again"), "{said}");

    connection
        .execute("grant update on auth.accounts to kreis_auth")
        .await
        .unwrap();
    let other_role = add_user(&url, false);
    assert!(stderr(&other_role).contains("another user"));
    let finished = add_user(&url, true);
    assert!(finished.status.success(), "{}", stderr(&finished));
    let users = sqlx::query!(
        "select u.gatekeeper, s.has_password from org.users u
        join auth.account_states s on s.user_id = u.id"
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let [user] = users.as_slice() else {
        panic!("{users:?}");
    };
    assert_eq!((user.gatekeeper, user.has_password), (true, Some(true)));
    // A user with a password is not added again.
    assert!(!add_user(&url, true).status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_of_roles_are_in_no_log_of_postgres() {
    let database = database::blank().await;
    let name = database.get_database().unwrap();
    let everything = format!("alter database {name} set log_statement = 'all'");
    let mut connection = PgConnection::connect_with(&database).await.unwrap();
    connection
        .execute(sqlx::AssertSqlSafe(everything))
        .await
        .unwrap();
    let mut migrate = command(
        "kreis",
        &[("KREIS_DATABASE_URL", &database::url(&database))],
    );
    // Another test sets passwords of the same roles, so this one is the same.
    migrate.env("KREIS_AUTH_PASSWORD", "of-this-cluster");
    migrate.arg("migrate");
    let migrated = run(migrate, "");
    assert!(migrated.status.success(), "{}", stderr(&migrated));

    let socket = Settings::from_environment().text(database::SERVER).unwrap();
    let mut log = fs::read_to_string(format!("{socket}/../postgres.log")).unwrap();
    // Exists only once the log is long.
    log += &fs::read_to_string(format!("{socket}/../postgres.log.1")).unwrap_or_default();
    assert!(log.contains("alter role kreis_auth login password"));
    assert!(!log.contains("of-this-cluster"));
}

#[test]
fn a_database_that_does_not_answer_is_named_by_its_address() {
    let url = "postgres://kreis@127.0.0.1:9/kreis";
    for verb in ["migrate", "serve"] {
        let mut kreis = command("kreis", &[("KREIS_DATABASE_URL", url)]);
        kreis.arg(verb);
        let said = stderr(&run(kreis, ""));
        assert!(said.contains("127.0.0.1:9 cannot be reached"), "{said}");
    }
}

#[test]
fn a_misspelt_setting_is_refused_with_the_right_one() {
    let mut kreis = command("kreis", &[("KREIS_WEB_DRI", "/tmp")]);
    kreis.arg("serve");
    let said = stderr(&run(kreis, ""));
    assert!(said.contains("did you mean KREIS_WEB_DIR?"), "{said}");
}
