//! `kreis import`, as a gatekeeper imports her spreadsheets.

use std::{fs, path::Path, process::Output};

use kreis_proto::kpi::v1::{Kpi, KpiValue, ListKpiValuesRequest, ListKpisRequest, Target, Unit};
use kreis_tests::{
    Actor, Stack,
    process::{run_signed_in, stderr, stdout},
    stack::PASSWORD,
};
use tempfile::TempDir;

const HEADER: &str = "circle,kpi,periodicity,range,period_year,period_month,value";

/// A gatekeeper with a folder of files.
struct Importer {
    stack: Stack,
    gatekeeper: Actor,
    email: String,
    folder: TempDir,
}

impl Importer {
    async fn new() -> Self {
        let stack = Stack::start().await;
        let (email, _) = stack.person(true).await;
        let gatekeeper = stack.sign_in(&email).await;
        Self {
            stack,
            gatekeeper,
            email,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Imports a file with these bytes.
    async fn import(&self, bytes: impl AsRef<[u8]>, arguments: &[&str]) -> Output {
        let file = self.folder.path().join("values.csv");
        fs::write(&file, bytes).unwrap();
        self.import_file(&file, &self.email, arguments).await
    }

    async fn import_file(&self, file: &Path, email: &str, arguments: &[&str]) -> Output {
        let mut import = vec!["import"];
        import.extend(arguments);
        import.push(file.to_str().unwrap());
        run_signed_in(&self.stack.url(), (email, PASSWORD), &import).await
    }

    async fn kpis(&self) -> Vec<Kpi> {
        let list = ListKpisRequest {
            page_size: 500,
            ..Default::default()
        };
        let kpis = self
            .gatekeeper
            .kpis()
            .list_kpis(self.gatekeeper.request(list))
            .await;
        kpis.unwrap().into_inner().kpis
    }

    async fn values(&self) -> Vec<KpiValue> {
        let list = ListKpiValuesRequest {
            page_size: 500,
            ..Default::default()
        };
        let values = self
            .gatekeeper
            .values()
            .list_kpi_values(self.gatekeeper.request(list))
            .await;
        values.unwrap().into_inner().kpi_values
    }
}

#[track_caller]
fn succeeded(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}{}",
        stdout(output),
        stderr(output)
    );
    stdout(output)
}

/// Fails unless the import refused something and named each of these.
#[track_caller]
fn refused(output: &Output, named: &[&str]) {
    assert!(
        !output.status.success(),
        "{}{}",
        stdout(output),
        stderr(output)
    );
    for words in named {
        assert!(
            stderr(output).contains(words),
            "{words} in {}",
            stderr(output)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_is_shown_then_imported_and_then_nothing_is_left_to_do() {
    let importer = Importer::new().await;
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/values.csv");
    let dry = importer
        .import_file(&example, &importer.email, &["--dry-run"])
        .await;
    assert!(
        succeeded(&dry).contains("would create the circle"),
        "{}",
        stdout(&dry)
    );
    assert_eq!(
        (importer.kpis().await.len(), importer.values().await.len()),
        (0, 0)
    );

    let first = succeeded(&importer.import_file(&example, &importer.email, &[]).await);
    let (kpis, values) = (importer.kpis().await, importer.values().await);
    assert!(
        first.contains(&format!("{} created, 0 unchanged, 0 refused", values.len())),
        "{first}"
    );
    assert!(kpis.iter().all(|kpi| kpi.targets.is_empty()) && first.contains("without a target"));
    assert!(
        values.iter().any(|value| value.value == Some(0.0)),
        "a zero is a value"
    );

    let second = succeeded(&importer.import_file(&example, &importer.email, &[]).await);
    assert!(
        second.contains(&format!("0 created, {} unchanged, 0 refused", values.len())),
        "{second}"
    );
    assert_eq!(importer.values().await, values);
    assert_eq!(importer.kpis().await, kpis);
}

#[tokio::test(flavor = "multi_thread")]
async fn ranges_make_units_and_limits_and_columns_make_targets() {
    let importer = Importer::new().await;
    let file = format!(
        "{HEADER},initial_value,target_value\r\n\
         HR,leave,month,0 <= % <= 100,2024,1,2.5,3.5,0\r\n\
         HR,leave,month,0 <= % <= 100,2025,1,2.0,3.5,1\r\n\
         HR,score,year,0 <= X <= 10,2024,12,7,,\r\n\
         Money,gifts,quarter,0 <= X,2024,3,0,,\r\n"
    );
    let told = importer.import(&file, &["--unit", "gifts=chf"]).await;
    let told = succeeded(&told);
    assert!(!told.contains("leave ("), "it has a target: {told}");
    let kpis = importer.kpis().await;
    let units: Vec<(&str, Unit, Option<f64>, Option<f64>)> = kpis
        .iter()
        .map(|kpi| {
            let limits = kpi.limits.unwrap_or_default();
            (
                kpi.name.as_str(),
                kpi.unit(),
                limits.minimum,
                limits.maximum,
            )
        })
        .collect();
    assert_eq!(
        units,
        [
            ("gifts", Unit::Chf, Some(0.0), None),
            ("leave", Unit::Percentage, Some(0.0), Some(100.0)),
            ("score", Unit::Score, Some(0.0), Some(10.0)),
        ]
    );
    let target = |from_year, target_value| Target {
        from_year,
        initial_value: 3.5,
        target_value,
    };
    assert_eq!(kpis[1].targets, [target(2024, 0.0), target(2025, 1.0)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_read_as_people_write_them_or_not_at_all() {
    let importer = Importer::new().await;
    let rows = "Money;gifts;month;0 <= X;2024;1;1'234.50\r\n\
                Money;gifts;month;0 <= X;2024;2;1.234,50\r\n\
                Money;gifts;month;0 <= X;2024;3;1,234.50\r\n\
                Money;gifts;month;0 <= X;2024;4;1.234\r\n\
                Money;gifts;month;0 <= X;2024;5;\r\n\
                Money;gifts;month;0 <= X;2024;6;many\r\n";
    let file = format!("{}\r\n{rows}", HEADER.replace(',', ";"));
    let output = importer.import(&file, &[]).await;
    refused(
        &output,
        &[
            "row 5, column value",
            "1.234",
            "row 7, column value",
            "many",
        ],
    );
    let values: Vec<Option<f64>> = importer
        .values()
        .await
        .into_iter()
        .map(|value| value.value)
        .collect();
    assert_eq!(values, [Some(1234.5); 3], "{}", stderr(&output));

    let point = "circle,kpi,periodicity,range,period_year,period_month,value\n\
                 Money,gifts,month,0 <= X,2024,4,1.234\n";
    succeeded(&importer.import(point, &["--decimal-sign", "."]).await);
    assert_eq!(importer.values().await[3].value, Some(1.234));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_from_the_server_is_refused_and_the_rest_goes_on() {
    let importer = Importer::new().await;
    let file = format!(
        "{HEADER}\n\
         HR,leave,month,0 <= % <= 100,2024,1,1\n\
         HR,leave,month,0 <= % <= 100,2024,2,2\n"
    );
    succeeded(&importer.import(&file, &[]).await);
    let values = importer.values().await;
    importer
        .gatekeeper
        .correct(values[0].id, 1.5, "")
        .await
        .unwrap();
    importer.gatekeeper.retract(values[1].id).await.unwrap();
    let kpi_id = values[0].kpi_id;
    let marked = importer.gatekeeper.mark(kpi_id, (2024, 4), "closed").await;
    marked.unwrap();
    let more = format!(
        "{file}hr , LEAVE,month,0 <= % <= 100,2024,3,3\n\
         HR,leave,month,0 <= % <= 100,2024,4,4\n"
    );
    let output = importer.import(&more, &[]).await;
    refused(
        &output,
        &[
            "row 2, column value",
            "1.5",
            "row 3, column value",
            "retracted",
            "row 5, column value",
            "nothing to report",
        ],
    );
    assert!(stdout(&output).contains("1 created"), "{}", stdout(&output));
    let values = importer.values().await;
    let values: Vec<Option<f64>> = values.iter().map(|value| value.value).collect();
    assert_eq!(values, [Some(1.5), Some(3.0), None]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_file_is_named_by_row_and_column() {
    let importer = Importer::new().await;
    let future = chrono::Datelike::year(&chrono::Utc::now()) + 2;
    let file = format!(
        "{HEADER}\n\
         HR,a,month,0 <= X,2024,13,1\n\
         HR,b,month,0 <= X,99999,1,1\n\
         HR,c,weekly,0 <= X,2024,1,1\n\
         HR,d,month,between,2024,1,1\n\
         ,e,month,0 <= X,2024,1,1\n\
         HR,,month,0 <= X,2024,1,1\n\
         HR,f,quarter,0 <= X,2024,2,1\n\
         HR,g,month,0 <= % <= 100,2024,1,101\n\
         HR,h,month,0 <= X,{future},1,1\n\
         HR,i,month,0 <= X,2024,1,1\n\
         HR,i,month,0 <= X,2024,1,2\n\
         HR,j,month,0 <= X,2024,1,1\n\
         HR,j,quarter,0 <= X,2024,3,1\n\
         HR,k,month\n\
         HR,l,month,0 <= X,2024,1,5\n"
    );
    let output = importer.import(&file, &[]).await;
    let named = [
        "row 2, column period_month",
        "row 3, column period_year",
        "row 4, column periodicity",
        "row 5, column range",
        "row 6, column circle",
        "row 7, column kpi",
        "row 8, column period_month",
        "row 9, column value",
        "row 10, column",
        "row 12, column value",
        "row 14, column periodicity",
        "row 15",
    ];
    refused(&output, &named);
    assert!(
        importer.kpis().await.iter().any(|kpi| kpi.name == "l"),
        "the good row went in"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_windows_1252_or_with_a_byte_order_mark_is_read() {
    let importer = Importer::new().await;
    let row = "Beratung,Zufriedenheit älterer,year,0 <= X <= 100,2024,12,80\r\n";
    let text = format!("{HEADER}\r\n{row}");
    let windows: Vec<u8> = text
        .chars()
        .map(|letter| u8::try_from(u32::from(letter)).unwrap())
        .collect();
    succeeded(&importer.import(&windows, &[]).await);
    let marked = format!("\u{feff}{text}");
    assert!(succeeded(&importer.import(&marked, &[]).await).contains("0 created, 1 unchanged"));
    assert_eq!(importer.kpis().await[0].name, "Zufriedenheit älterer");
}

/// A sheet of an Excel workbook with two percentages, which Excel stores as shares of 1.
fn excel() -> rust_xlsxwriter::Workbook {
    let mut excel = rust_xlsxwriter::Workbook::new();
    let sheet = excel.add_worksheet().set_name("Werte").unwrap();
    let percent = rust_xlsxwriter::Format::new().set_num_format("0.00%");
    sheet.write_row(0, 0, HEADER.split(',')).unwrap();
    for (row, (month, value)) in (1..).zip([(1, 0.07), (2, 0.0204)]) {
        sheet
            .write_row(row, 0, ["HR", "leave", "month", "0 <= % <= 100"])
            .unwrap();
        sheet.write_row(row, 4, [2024, month]).unwrap();
        sheet.write_with_format(row, 6, value, &percent).unwrap();
    }
    excel
}

#[tokio::test(flavor = "multi_thread")]
async fn an_excel_workbook_is_imported_with_its_percentages() {
    let importer = Importer::new().await;
    let one_sheet = excel().save_to_buffer().unwrap();
    let output = importer.import(&one_sheet, &[]).await;
    assert!(succeeded(&output).contains("Excel, sheet `Werte`"));
    let values = importer.values().await;
    let values: Vec<_> = values.iter().map(|value| value.value).collect();
    assert_eq!(values, [Some(7.0), Some(2.04)]);

    let mut two_sheets = excel();
    let notes = two_sheets.add_worksheet().set_name("Notizen").unwrap();
    notes.write(0, 0, "hello").unwrap();
    let two_sheets = two_sheets.save_to_buffer().unwrap();
    let output = importer.import(&two_sheets, &[]).await;
    refused(&output, &["the sheets `Werte`, `Notizen`", "--sheet"]);
    let output = importer.import(&two_sheets, &["--sheet", "Werte"]).await;
    assert!(succeeded(&output).contains("0 created, 2 unchanged"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_may_not_import_and_a_bad_file_get_a_plain_error() {
    let importer = Importer::new().await;
    let (user, _) = importer.stack.person(false).await;
    let file = importer.folder.path().join("values.csv");
    fs::write(&file, format!("{HEADER}\nHR,a,month,0 <= X,2024,1,1\n")).unwrap();
    refused(
        &importer.import_file(&file, &user, &[]).await,
        &["gatekeeper"],
    );
    refused(
        &importer.import_file(&file, "nobody@example.org", &[]).await,
        &["sign"],
    );
    let missing = importer.folder.path().join("missing.csv");
    refused(
        &importer.import_file(&missing, &importer.email, &[]).await,
        &["missing.csv"],
    );
    refused(
        &importer.import("circle,kpi\nHR,a\n", &[]).await,
        &["period_year"],
    );
    refused(&importer.import("", &[]).await, &[]);
    assert!(importer.kpis().await.is_empty());
}
