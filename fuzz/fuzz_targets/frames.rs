//! Bodies of gRPC-Web, binary and base64, in pieces of any size.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: (u8, &[u8])| kreis_gateway::fuzz_targets::body(body.0, body.1));
