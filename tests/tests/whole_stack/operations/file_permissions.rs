//! Files in the data directory of `kreis`, and their permissions.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use kreis_tests::{
    Stack,
    process::{Kreis, add_greta, command, open_directory, run, stderr},
    stack::{PASSWORD, channel},
};
use nix::sys::signal::Signal;

fn add_gatekeeper(data_dir: &Path, display_name: &str) -> bool {
    let place = ("KREIS_DATA_DIR", data_dir.to_str().unwrap());
    let added = add_greta(&[place], PASSWORD, &["--display-name", display_name]);
    added.status.success()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_postgres_has_neither_emails_nor_warnings_about_our_own_writes() {
    let directory = open_directory();
    let mut kreis = Kreis::start(directory.path(), &[]);
    assert!(add_gatekeeper(directory.path(), "Greta"));
    assert!(!add_gatekeeper(directory.path(), "Another"));
    let address = kreis.url.trim_start_matches("http://").parse().unwrap();
    let anonymous = kreis_tests::Actor::new(channel(address), None, 0);
    let greta = anonymous.sign_in("greta@example.org", PASSWORD).await;
    let greta = greta.unwrap();
    let circle = greta.create_circle("HR").await.unwrap();
    greta.create_circle("hr").await.unwrap_err();
    greta.add_member(circle.id, greta.user_id).await.unwrap();
    greta.sign_out().await.unwrap();
    assert!(kreis.end_in_time(Signal::SIGTERM).success());
    let log = fs::read_to_string(directory.path().join("postgres.log")).unwrap();
    assert!(log.contains("one_user_per_email"), "{log}");
    assert!(!log.contains("greta@example.org"), "{log}");
    assert!(!log.contains("no transaction in progress"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signing_key_that_others_can_read_is_refused_with_a_way_out() {
    // With an existing database, `kreis` starts no Postgres of its own.
    let stack = Stack::start().await;
    let directory = open_directory();
    let key = directory.path().join("signing-key.pem");
    kreis_auth::signing_keys::generate(&key).unwrap();
    let database = kreis_tests::database::url(&stack.database);
    let settings = [
        ("KREIS_DATA_DIR", directory.path().to_str().unwrap()),
        ("KREIS_DATABASE_URL", &database),
    ];
    for mode in [0o644, 0o640, 0o604] {
        fs::set_permissions(&key, Permissions::from_mode(mode)).unwrap();
        let mut serve = command("kreis", &settings);
        serve.arg("serve");
        let refused = run(serve, "");
        assert!(!refused.status.success());
        let said = stderr(&refused);
        assert!(said.contains("chmod 0600"), "{said}");
        assert!(said.contains("signing-key.pem"), "{said}");
    }
}
