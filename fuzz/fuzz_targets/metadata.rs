//! Headers of a call, a line each: deadline, token, and where it comes from.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| kreis_chassis::fuzzed::metadata(bytes));
