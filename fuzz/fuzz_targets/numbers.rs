//! Cells with a number: what is read and written again is the same.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| kreis_standalone::fuzzed::number(text));
