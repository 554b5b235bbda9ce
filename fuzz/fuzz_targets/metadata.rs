//! Headers of a call, one on each line: deadline, token, and the client's address.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| kreis_gateway::fuzz_targets::metadata(bytes));
