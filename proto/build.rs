//! Compiles the contract with protox, so that building needs nothing but cargo.

use std::{env, error::Error, fs, path::PathBuf};

const FILES: [&str; 18] = [
    "kreis/access/v1/access.proto",
    "kreis/access/v1/error_reason.proto",
    "kreis/auth/v1/auth_service.proto",
    "kreis/auth/v1/error_reason.proto",
    "kreis/auth/v1/sign_in_log_service.proto",
    "kreis/auth/v1/single_sign_on_service.proto",
    "kreis/auth/v1/token_service.proto",
    "kreis/kpi/v1/change_log_service.proto",
    "kreis/kpi/v1/error_reason.proto",
    "kreis/kpi/v1/kpi.proto",
    "kreis/kpi/v1/kpi_service.proto",
    "kreis/kpi/v1/kpi_value_service.proto",
    "kreis/kpi/v1/state.proto",
    "kreis/org/v1/change_log_service.proto",
    "kreis/org/v1/circle_service.proto",
    "kreis/org/v1/error_reason.proto",
    "kreis/org/v1/service_account_service.proto",
    "kreis/org/v1/user_service.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=kreis");

    let mut compiler = protox::Compiler::new(["."])?;
    compiler
        .include_imports(true)
        .include_source_info(true)
        .open_files(FILES)?;

    // protox keeps our own method option in the encoded set; the prost types drop it.
    let descriptor_set =
        PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?).join("kreis.bin");
    fs::write(descriptor_set, compiler.encode_file_descriptor_set())?;

    tonic_prost_build::configure().compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}
