//! `kreis export`, and `kreis import` of its files.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    process::Output,
};

use kreis_proto::kpi::v1::{
    CreateKpiRequest, Limits, ListKpisRequest, Periodicity, RecordKpiValueRequest, Steward, Target,
    Unit,
};
use kreis_standalone::stack::StackAddresses;
use kreis_tests::{
    Actor, Stack,
    actor::new_kpi,
    people::new_user,
    process::{Kreis, open_directory, run_signed_in, stderr, stdout},
    stack::PASSWORD,
    values::record_request,
};
use tempfile::TempDir;

const HEADER: &str = "\u{feff}circle,kpi,description,steward,periodicity,unit,min_value,max_value,\
     active,period_year,period_month,initial_value,target_value,value,nothing_to_report,comment\r\n";

/// An empty system with a gatekeeper and a user who can be a steward.
struct System {
    stack: Stack,
    gatekeeper: Actor,
    email: String,
    steward_id: i64,
    folder: TempDir,
}

impl System {
    async fn new() -> Self {
        let stack = Stack::start().await;
        let (email, _) = stack.person(true).await;
        let gatekeeper = stack.sign_in(&email).await;
        let anna = new_user("Anna", "Anna@example.org");
        Self {
            steward_id: gatekeeper.create_user(anna).await.unwrap().id,
            stack,
            gatekeeper,
            email,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    async fn kreis(&self, arguments: &[&str]) -> Output {
        run_signed_in(&self.stack.url(), (&self.email, PASSWORD), arguments).await
    }

    async fn exported(&self) -> String {
        succeeded(&self.kreis(&["export"]).await)
    }

    async fn import(&self, text: &str, arguments: &[&str]) -> Output {
        let file = self.folder.path().join("values.csv");
        fs::write(&file, text).unwrap();
        let mut import = vec!["import", file.to_str().unwrap()];
        import.extend(arguments);
        self.kreis(&import).await
    }

    async fn create(&self, new: CreateKpiRequest) -> i64 {
        self.gatekeeper.create_kpi(new).await.unwrap().id
    }

    async fn record(&self, kpi_id: i64, month: (i32, i32), value: f64, comment: &str) {
        let record = RecordKpiValueRequest {
            comment: comment.to_owned(),
            ..record_request(kpi_id, month, value)
        };
        self.gatekeeper.record_as(record).await.unwrap();
    }

    async fn mark(&self, kpi_id: i64, month: (i32, i32), reason: &str) {
        let marked = self.gatekeeper.mark(kpi_id, month, reason).await;
        marked.unwrap();
    }

    /// Creates at least one thing of every kind.
    async fn fill(&self) {
        // Created in an order that differs from the order of names.
        let last = self.stack.circle("Zoë").await;
        let first = self.stack.circle("=Ärzte, \"Pflege\"; 1").await;
        self.stack.circle("without KPIs").await;
        self.fill_monthly(first).await;
        self.fill_quarterly(last).await;
        self.fill_inactive(last).await;
        self.create(CreateKpiRequest {
            unit: Unit::Amount.into(),
            targets: Vec::new(),
            ..new_kpi(last, "'@nothing yet'")
        })
        .await;
    }

    async fn fill_monthly(&self, circle_id: i64) {
        let leave = CreateKpiRequest {
            limits: Some(limits(Some(0.0), Some(100.0))),
            targets: vec![
                target(2030, 1.0, 0.0),
                target(2023, 3.5, 0.0),
                target(2022, 123.456, -0.25),
            ],
            description: "Days off, \"all\" of them;\n\n\t= not only sick leave".to_owned(),
            steward: Some(Steward {
                user_id: Some(self.steward_id),
            }),
            ..new_kpi(circle_id, "-leave")
        };
        let kpi_id = self.create(leave).await;
        self.record(kpi_id, (2023, 12), 2.04, "=1+1").await;
        self.record(kpi_id, (2023, 2), 0.0, "'- it's \"zero\",\nnot blank;")
            .await;
        self.record(kpi_id, (2024, 1), 0.1 + 0.2, "").await;
        self.mark(kpi_id, (2023, 3), "closed\nfor good, \"they\" say")
            .await;
        let retracted = self.gatekeeper.record(kpi_id, (2023, 4), 4.0).await;
        self.gatekeeper
            .retract(retracted.unwrap().id)
            .await
            .unwrap();
    }

    async fn fill_quarterly(&self, circle_id: i64) {
        let gifts = CreateKpiRequest {
            periodicity: Periodicity::Quarterly.into(),
            unit: Unit::Chf.into(),
            limits: Some(limits(Some(-1e15), None)),
            targets: Vec::new(),
            ..new_kpi(circle_id, "gifts")
        };
        let kpi_id = self.create(gifts).await;
        let numbers = [
            1.234,
            -987.654,
            1e15,
            -1e15,
            999_999_999_999_999.9,
            f64::MIN_POSITIVE,
            5e-324,
            1234.567,
        ];
        let quarters = (2022..).flat_map(|year| [3, 6, 9, 12].map(|month| (year, month)));
        for (period, number) in quarters.zip(numbers) {
            self.record(kpi_id, period, number, "").await;
        }
    }

    async fn fill_inactive(&self, circle_id: i64) {
        let score = CreateKpiRequest {
            periodicity: Periodicity::Yearly.into(),
            unit: Unit::Score.into(),
            limits: Some(limits(None, Some(10.0))),
            ..new_kpi(circle_id, "Score of \"yore\"")
        };
        let kpi_id = self.create(score).await;
        self.record(kpi_id, (2021, 12), -46.0, "").await;
        self.mark(kpi_id, (2022, 12), "+1").await;
        let inactive = self.gatekeeper.set_active(kpi_id, false, "").await;
        assert!(!inactive.unwrap().active);
    }
}

fn limits(minimum: Option<f64>, maximum: Option<f64>) -> Limits {
    Limits { minimum, maximum }
}

fn target(from_year: i32, initial_value: f64, target_value: f64) -> Target {
    Target {
        from_year,
        initial_value,
        target_value,
    }
}

#[track_caller]
fn succeeded(output: &Output) -> String {
    let (out, err) = (stdout(output), stderr(output));
    assert!(output.status.success(), "{out}{err}");
    out
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_comes_back_from_an_empty_system_to_the_last_byte() {
    let (here, there) = (System::new().await, System::new().await);
    here.fill().await;
    let file = here.folder.path().join("kreis.csv");
    let told = here.kreis(&["export", file.to_str().unwrap()]).await;
    assert_eq!(succeeded(&told), "");
    assert_eq!(
        stderr(&told),
        "exported 2 circles, 4 KPIs, 12 values, 2 periods with nothing to report\n"
    );
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(names_in(here.folder.path()), ["kreis.csv"]);

    let dry = succeeded(&there.import(&text, &["--dry-run"]).await);
    for line in [
        "steward Anna@example.org, described as `Days off",
        "yearly, score, up to 10, inactive",
        "2023-03: nothing to report, `closed�for good",
        "KPIs:    4 would be created",
    ] {
        assert!(dry.contains(line), "{line} in {dry}");
    }
    assert_eq!(there.exported().await, HEADER);

    let first = succeeded(&there.import(&text, &[]).await);
    assert!(
        first.contains("values:  14 created, 0 unchanged, 0 refused"),
        "{first}"
    );
    assert_eq!(there.exported().await, text);

    let second = succeeded(&there.import(&text, &[]).await);
    for line in [
        "circles: 0 created, 2 unchanged, 0 refused",
        "KPIs:    0 created, 4 unchanged, 0 refused",
        "targets: 0 created, 4 unchanged, 0 refused",
        "values:  0 created, 14 unchanged, 0 refused",
    ] {
        assert!(second.contains(line), "{line} in {second}");
    }
    assert_eq!(there.exported().await, text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_is_what_a_spreadsheet_shows_and_does_not_run() {
    let system = System::new().await;
    system.fill().await;
    let text = system.exported().await;
    let rows = text.strip_prefix(HEADER).unwrap();

    let leave = "\"'=Ärzte, \"\"Pflege\"\"; 1\",'-leave,\
         \"Days off, \"\"all\"\" of them;\n\n\t= not only sick leave\",\
         Anna@example.org,monthly,percentage,0,100,yes";
    let yearly = format!("{leave},2022,,123.4560,-0.25,,,\r\n");
    let february = format!("{leave},2023,2,3.5,0,0,,\"''- it's \"\"zero\"\",\nnot blank;\"\r\n");
    let march = format!("{leave},2023,3,3.5,0,,yes,\"closed\nfor good, \"\"they\"\" say\"\r\n");
    let december = format!("{leave},2023,12,3.5,0,2.04,,'=1+1\r\n");
    let january = format!("{leave},2024,1,,,0.30000000000000004,,\r\n");
    let later = format!("{leave},2030,,1,0,,,\r\n");
    let of_leave = [yearly, february, march, december, january, later].concat();
    assert!(rows.starts_with(&of_leave), "{of_leave} in {rows}");

    let nothing = "Zoë,''@nothing yet',,,monthly,amount,,,yes,,,,,,,\r\n";
    assert!(rows[of_leave.len()..].starts_with(nothing), "{rows}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_comes_back_from_an_empty_system_to_the_last_byte() {
    let directory = open_directory();
    let demo = Kreis::start(directory.path(), &["--demo"]);
    let gatekeeper = ("gatekeeper@example.org", "kreis-demo-only");
    let text = succeeded(&run_signed_in(&demo.url, gatekeeper, &["export"]).await);
    let there = System::new().await;
    succeeded(&there.import(&text, &[]).await);
    assert_eq!(there.exported().await, text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_from_the_server_is_named_and_the_rest_goes_in() {
    let (here, there) = (System::new().await, System::new().await);
    here.fill().await;
    let text = here.exported().await;
    succeeded(&there.import(&text, &[]).await);

    // As if the import had stopped before its end.
    let request = there.gatekeeper.request(ListKpisRequest::default());
    let kpis = there.gatekeeper.kpis().list_kpis(request).await;
    let kpis = kpis.unwrap().into_inner().kpis;
    let score = kpis.iter().find(|kpi| kpi.name.starts_with("Score"));
    let score = score.unwrap().id;
    there.gatekeeper.set_active(score, true, "").await.unwrap();
    let more = format!("{text}Zoë,gifts,,nobody@example.org,quarterly,chf,,,,2024,3,,,7,,\r\n");
    let output = there.import(&more, &[]).await;
    assert!(!output.status.success());
    let refused = stderr(&output);
    for words in [
        "column active: says no, while the server has this KPI active",
        "column steward: nobody@example.org is no active user there",
    ] {
        assert!(refused.contains(words), "{words} in {refused}");
    }
    let told = stdout(&output);
    assert!(
        told.contains("values:  1 created, 14 unchanged, 0 refused"),
        "{told}"
    );
    assert!(
        told.contains("2 descriptions, stewards or active states refused"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_may_not_export_gets_no_file() {
    let system = System::new().await;
    let (economist, user_id) = system.stack.person(false).await;
    let circle_id = system.stack.circle("HR").await;
    let joined = system.gatekeeper.add_member(circle_id, user_id).await;
    joined.unwrap();
    let file = system.folder.path().join("kreis.csv");
    let arguments = ["export", file.to_str().unwrap()];
    let url = system.stack.url();
    for (password, words) in [(PASSWORD, "only a gatekeeper"), ("wrong", "not signed in")] {
        let output = run_signed_in(&url, (&economist, password), &arguments).await;
        assert!(!output.status.success());
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
    assert!(names_in(system.folder.path()).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_fails_in_the_middle_leaves_the_file_as_it_was() {
    let system = System::new().await;
    system.fill().await;
    // KPIs and values can be read; the users cannot.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let org = nobody.local_addr().unwrap();
    drop(nobody);
    let broken = StackAddresses {
        org,
        ..system.stack.addresses
    };
    let gateway = system.stack.gateway_before(broken).await;
    let url = format!("http://{gateway}");
    let file = system.folder.path().join("kreis.csv");
    fs::write(&file, "of yesterday").unwrap();
    for arguments in [vec!["export"], vec!["export", file.to_str().unwrap()]] {
        let output = run_signed_in(&url, (&system.email, PASSWORD), &arguments).await;
        assert!(!output.status.success());
        assert_eq!(stdout(&output), "");
        assert!(
            stderr(&output).contains("nothing was written"),
            "{}",
            stderr(&output)
        );
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "of yesterday");
    assert_eq!(names_in(system.folder.path()), ["kreis.csv"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_cannot_be_a_file_gets_a_plain_error() {
    let system = System::new().await;
    let folder = system.folder.path();
    let missing = folder.join("missing/kreis.csv");
    for (place, words) in [(folder, "not a file"), (&missing, "cannot be written")] {
        let output = system.kreis(&["export", place.to_str().unwrap()]).await;
        assert!(!output.status.success());
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
    assert!(names_in(folder).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_replaces_a_file_and_keeps_its_permissions_and_links() {
    let system = System::new().await;
    let folder = system.folder.path();
    let (file, link) = (folder.join("old"), folder.join("link"));
    fs::write(&file, "of yesterday").unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    symlink(&file, &link).unwrap();
    succeeded(&system.kreis(&["export", link.to_str().unwrap()]).await);
    assert_eq!(fs::read_to_string(&file).unwrap(), HEADER);
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert!(link.is_symlink());

    fs::remove_file(&file).unwrap();
    succeeded(&system.kreis(&["export", link.to_str().unwrap()]).await);
    assert!(link.is_symlink(), "a link to no file was replaced");
    assert_eq!(fs::read_to_string(&file).unwrap(), HEADER);
}
