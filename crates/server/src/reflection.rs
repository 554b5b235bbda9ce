//! gRPC server reflection.

use tonic::service::RoutesBuilder;

use crate::bind_error::BindError;

/// Adds reflection, v1 and v1alpha, of the files in an encoded descriptor set, of health,
/// and of the details of errors (`google.rpc`).
pub fn add_reflection(routes: &mut RoutesBuilder, descriptor_set: &[u8]) -> Result<(), BindError> {
    let builder = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(descriptor_set)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
    };
    let error = |error: tonic_reflection::server::Error| BindError::Reflection(error.to_string());
    routes.add_service(builder().build_v1().map_err(error)?);
    routes.add_service(builder().build_v1alpha().map_err(error)?);
    Ok(())
}
