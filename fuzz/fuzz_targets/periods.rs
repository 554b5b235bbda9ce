//! Periods and their neighbours.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|period: (i32, i32, u8)| kreis_kpi::fuzz_targets::period(period.0, period.1, period.2));
