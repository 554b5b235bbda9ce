//! The files around the code agree with it: the workflow runs the targets of the Makefile, and
//! versions and packages are the same everywhere.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde::Deserialize;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

#[derive(Deserialize)]
struct Workflow {
    jobs: BTreeMap<String, Job>,
}

#[derive(Deserialize)]
struct Job {
    steps: Vec<Step>,
}

/// A step runs a command, or uses an action.
#[derive(Deserialize)]
struct Step {
    run: Option<String>,
}

#[derive(Deserialize)]
struct Dependabot {
    updates: Vec<Update>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Update {
    package_ecosystem: String,
    directory: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Devcontainer {
    post_create_command: String,
}

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The commands of all steps of a workflow.
fn commands(workflow: &str) -> Vec<String> {
    let path = format!(".github/workflows/{workflow}.yml");
    let workflow: Workflow = serde_norway::from_str(&text(&path)).unwrap();
    let steps = workflow.jobs.into_values().flat_map(|job| job.steps);
    steps.filter_map(|step| step.run).collect()
}

/// The packages that a command line installs with `apt-get`.
fn packages(command: &str) -> Vec<&str> {
    let installs = command.split("&&").filter_map(|part| {
        let (_, arguments) = part.split_once("apt-get install")?;
        Some(arguments.split_whitespace())
    });
    installs
        .flatten()
        .filter(|word| !word.starts_with('-'))
        .collect()
}

#[test]
fn the_workflows_run_targets_of_the_makefile() {
    let makefile = text("Makefile");
    let expected = [
        ("ci", BTreeSet::from(["check", "setup", "test"])),
        ("advisories", BTreeSet::from(["advisories", "setup"])),
    ];
    for (workflow, expected) in expected {
        let commands = commands(workflow);
        let targets: BTreeSet<&str> = commands
            .iter()
            .filter_map(|command| command.trim().strip_prefix("make "))
            .collect();
        assert_eq!(targets, expected, "{workflow}");
        for target in targets {
            let rule = format!("{target}:");
            assert!(
                makefile.lines().any(|line| line.starts_with(&rule)),
                "{rule}"
            );
        }
    }
}

#[test]
fn the_readme_names_each_package_that_is_installed_before_the_tests() {
    let readme = text("README.md");
    let devcontainer: Devcontainer =
        serde_json::from_str(&text(".devcontainer/devcontainer.json")).unwrap();
    for command in commands("ci")
        .iter()
        .chain([&devcontainer.post_create_command])
    {
        for package in packages(command) {
            assert!(readme.contains(&format!("`{package}`")), "{package}");
        }
    }
}

#[test]
fn dependabot_looks_where_the_manifests_are() {
    let dependabot: Dependabot = serde_norway::from_str(&text(".github/dependabot.yml")).unwrap();
    let looked: BTreeSet<(&str, &str)> = dependabot
        .updates
        .iter()
        .map(|update| (&*update.package_ecosystem, &*update.directory))
        .collect();
    let manifests = [
        ("cargo", "/", "Cargo.lock"),
        ("cargo", "/fuzz", "Cargo.lock"),
        ("npm", "/web", "package-lock.json"),
        ("github-actions", "/", ".github/workflows/ci.yml"),
    ];
    for (ecosystem, directory, manifest) in manifests {
        assert!(
            looked.contains(&(ecosystem, directory)),
            "{ecosystem} {directory}"
        );
        let path = Path::new(ROOT).join(directory.trim_start_matches('/'));
        assert!(
            path.join(manifest).is_file(),
            "{directory} has no {manifest}"
        );
    }
    assert_eq!(looked.len(), manifests.len());
}

#[test]
fn crates_web_client_and_changelog_have_one_version() {
    let version = env!("CARGO_PKG_VERSION");
    for file in ["web/package.json", "web/package-lock.json"] {
        let package: serde_json::Value = serde_json::from_str(&text(file)).unwrap();
        assert_eq!(package["version"], version, "{file}");
    }
    let changelog = text("CHANGELOG.md");
    let newest = changelog
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .find(|heading| *heading != "Unreleased")
        .expect("a release");
    assert_eq!(newest.split(' ').next(), Some(version));
}

#[test]
fn rustup_and_the_image_have_one_release_of_rust() {
    let toolchain = text("rust-toolchain.toml");
    let channel = toolchain
        .lines()
        .find_map(|line| line.strip_prefix("channel = "))
        .expect("a channel")
        .trim_matches('"');
    let image = format!("FROM rust:{channel}-");
    assert!(text("deploy/Dockerfile").contains(&image), "{image}");
}
