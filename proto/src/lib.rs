//! The contract of kreis: code generated from the `.proto` files beside it, and
//! their descriptors for reflection and for reading who may call what.

#![expect(
    clippy::pedantic,
    reason = "generated; its documentation is the comments of the contract"
)]

/// Every file of the contract with its imports, comments and options, as an
/// encoded `google.protobuf.FileDescriptorSet`.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/kreis.bin"));

/// Who may call what, and the error reasons that all servers share.
pub mod access {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("kreis.access.v1");
    }
}

/// Signing in and out, keys and revocations.
pub mod auth {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("kreis.auth.v1");
    }
}

/// Users, circles and membership.
pub mod org {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("kreis.org.v1");
    }
}

/// KPIs, their values, and who changed them.
pub mod kpi {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("kreis.kpi.v1");
    }
}
