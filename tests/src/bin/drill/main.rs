//! The fault drills. They break kreis on purpose, on this machine only, and measure whether its
//! promises for that case hold. They print a table, and exit with 1 if a promise does not hold.
//!
//! With `--planted`, each drill runs with a fault that removes its protection. Its promise must
//! then fail: a drill that cannot fail proves nothing.

mod bodies;
mod connections;
mod healthy;
mod kills;
mod locked_row;
mod outcome;
mod restore;
mod session_ends;
mod sign_ins;
mod unbounded;
mod writers;

use std::{env, panic::AssertUnwindSafe, pin::Pin, process::ExitCode, time::Duration};

use futures_util::FutureExt;
use tokio::time::timeout;

use self::outcome::{Check, Row, table};

/// Timeout of a drill. Each takes about a minute or less on two cores.
const WAIT_TIMEOUT: Duration = Duration::from_mins(4);

type Checks = Pin<Box<dyn Future<Output = Vec<Check>>>>;

/// A drill, and the fault that removes its protection.
struct Drill {
    name: &'static str,
    what: &'static str,
    fault: &'static str,
    /// The promise that fails with the fault.
    broken: &'static str,
    run: fn(planted: bool) -> Checks,
}

const DRILLS: [Drill; 9] = [
    Drill {
        name: "kill",
        what: "kreis is killed under writes, twenty times",
        fault: "the keys that calls are repeated by are lost at each kill",
        broken: "repeats under the same request_id with another answer than the first",
        run: |planted| Box::pin(kills::of_kreis(planted)),
    },
    Drill {
        name: "postgres-kill",
        what: "Postgres is killed under writes, three times, and stays away for a while",
        fault: "Postgres acknowledges commits before they are on disk",
        broken: "acknowledged writes that are lost",
        run: |planted| Box::pin(kills::of_postgres(planted)),
    },
    Drill {
        name: "locked-row",
        what: "another transaction holds one row, and twelve users write to it, twenty calls of each at once",
        fault: "it holds six rows, so that the bound for each leaves no connection",
        broken: "writes to other KPIs that are refused meanwhile",
        run: |planted| Box::pin(locked_row::drill(planted)),
    },
    Drill {
        name: "restore",
        what: "the database goes back to before a sign-out, without --restored",
        fault: "it does so while no server runs that would know",
        broken: "calls of the session that had signed out, let in",
        run: |planted| Box::pin(restore::drill(planted)),
    },
    Drill {
        name: "bodies",
        what: "10,000 bodies without an end, of 1 MiB, over 50 connections of one address",
        fault: "the bytes and calls that a caller may hold are not bounded",
        broken: "memory of kreis",
        run: |planted| Box::pin(bodies::drill(planted)),
    },
    Drill {
        name: "silent",
        what: "10,100 connections of one address that send nothing",
        fault: "an address may have 10,000 connections",
        broken: "open files of kreis meanwhile, connections among them",
        run: |planted| Box::pin(connections::silent(planted)),
    },
    Drill {
        name: "sign-ins",
        what: "200 wrong sign-ins at once from one address",
        fault: "the address is believed to be a proxy, so that the flood is of many",
        broken: "right sign-ins from other addresses that fail",
        run: |planted| Box::pin(sign_ins::drill(planted)),
    },
    Drill {
        name: "session-ends",
        what: "every end of a session for every kind of token, with one, three and ten gateways",
        fault: "the entries in the list of revocations name other sessions and users",
        broken: session_ends::BROKEN,
        run: |planted| Box::pin(session_ends::drill(planted)),
    },
    Drill {
        name: "unread",
        what: "1,100 connections of one address ask for files and read nothing; 1,000 files may be open",
        fault: "an address may have 10,000 connections",
        broken: "open files of kreis meanwhile, connections among them",
        run: |planted| Box::pin(connections::unread(planted)),
    },
];

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments == [unbounded::COMMAND] {
        unbounded::serve().await;
        return ExitCode::SUCCESS;
    }
    let (options, names): (Vec<_>, Vec<_>) = arguments
        .into_iter()
        .partition(|argument| argument.starts_with('-'));
    let planted = options == ["--planted"];
    let known = |name: &String| DRILLS.iter().any(|drill| drill.name == name);
    if !(options.is_empty() || planted) || !names.iter().all(known) {
        eprintln!("usage: drill [--planted] [NAME…], of");
        for drill in DRILLS {
            eprintln!("  {:14} {}", drill.name, drill.what);
        }
        return ExitCode::from(2);
    }
    let wanted = |drill: &&Drill| names.is_empty() || names.iter().any(|name| name == drill.name);
    run(DRILLS.iter().filter(wanted), planted).await
}

/// Runs drills one after the other and prints the result of each promise.
async fn run(drills: impl Iterator<Item = &Drill>, planted: bool) -> ExitCode {
    let (mut rows, mut surprises) = (Vec::new(), Vec::new());
    for drill in drills {
        eprintln!("{}: {}", drill.name, drill.what);
        if planted {
            eprintln!("{}: with a fault: {}", drill.name, drill.fault);
        }
        // If a drill panics, the others still run.
        let checks = AssertUnwindSafe(timeout(WAIT_TIMEOUT, (drill.run)(planted))).catch_unwind();
        let Ok(Ok(checks)) = checks.await else {
            surprises.push(format!("{} did not come to its end", drill.name));
            continue;
        };
        let mut of_the_fault = checks.iter().filter(|check| check.promise == drill.broken);
        if planted && of_the_fault.all(|check| check.held) {
            surprises.push(format!(
                "{}: “{}” held in spite of the fault",
                drill.name, drill.broken
            ));
        }
        if !planted && !checks.iter().all(|check| check.held) {
            surprises.push(format!("{} did not hold", drill.name));
        }
        rows.extend(checks.into_iter().map(|check| Row {
            drill: drill.name,
            check,
        }));
    }
    println!("{}", table(&rows));
    for surprise in &surprises {
        println!("{surprise}");
    }
    if surprises.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
