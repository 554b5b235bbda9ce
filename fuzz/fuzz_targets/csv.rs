//! Files that are imported, up to the plan.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| kreis_standalone::fuzzed::file(bytes));
