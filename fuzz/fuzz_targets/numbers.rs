//! Cells with a number: reading and writing one gives the same number.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| kreis_standalone::fuzz_targets::number(text));
