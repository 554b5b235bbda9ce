//! Files for the import: reads them and makes the plan.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| kreis_standalone::fuzz_targets::file(bytes));
