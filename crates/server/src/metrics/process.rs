//! Metrics of the process itself, with the names that Prometheus defines
//! (<https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics>).

use std::{
    fs,
    time::{SystemTime, UNIX_EPOCH},
};

use nix::{
    sys::{
        resource::{Resource, UsageWho, getrlimit, getrusage},
        time::TimeValLike,
    },
    unistd::{SysconfVar, sysconf},
};

use super::observed::{MetricKind, ObservedMetrics, count};

/// Registers the metrics of the process. A value that the system does not provide is reported as
/// "not a number".
pub(super) fn register_metrics(observed: &ObservedMetrics) {
    let began = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(f64::NAN, |since| since.as_secs_f64());
    let gauge = |name, help, read: fn() -> Option<f64>| {
        observed.add(name, help, MetricKind::Gauge, Vec::new(), move || {
            read().unwrap_or(f64::NAN)
        });
    };
    gauge(
        "process_resident_memory_bytes",
        "Resident memory",
        resident_bytes,
    );
    gauge("process_open_fds", "Open file descriptors", open_files);
    gauge(
        "process_max_fds",
        "Most file descriptors that may be open",
        most_files,
    );
    observed.add(
        "process_start_time_seconds",
        "When the process began, in seconds of Unix time",
        MetricKind::Gauge,
        Vec::new(),
        move || began,
    );
    observed.add(
        "process_cpu_seconds",
        "CPU time spent, of user and system, in seconds",
        MetricKind::Counter,
        Vec::new(),
        || cpu_seconds().unwrap_or(f64::NAN),
    );
}

#[expect(clippy::cast_precision_loss, reason = "exact for a hundred years")]
fn cpu_seconds() -> Option<f64> {
    let usage = getrusage(UsageWho::RUSAGE_SELF).ok()?;
    let spent = usage.user_time() + usage.system_time();
    Some(spent.num_microseconds() as f64 / 1e6)
}

/// The second field of `statm`, in pages (proc(5)).
fn resident_bytes() -> Option<f64> {
    let statm = fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = statm.split(' ').nth(1)?.parse().ok()?;
    let page = u64::try_from(sysconf(SysconfVar::PAGE_SIZE).ok()??).ok()?;
    Some(count(pages * page))
}

fn open_files() -> Option<f64> {
    Some(count(fs::read_dir("/proc/self/fd").ok()?.count() as u64))
}

fn most_files() -> Option<f64> {
    Some(count(getrlimit(Resource::RLIMIT_NOFILE).ok()?.0))
}
