//! Who may call which RPC, as the contract declares it.

use std::{collections::HashMap, sync::Arc};

use kreis_proto::access::v1::Access;
use prost_reflect::{
    DescriptorPool, MethodDescriptor, prost_types::method_options::IdempotencyLevel,
};

/// What the contract says of one RPC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RpcInfo {
    /// Full name, such as `kreis.kpi.v1.KpiService/GetKpi`.
    pub name: Arc<str>,
    /// Package, such as `kreis.kpi.v1`.
    pub package: String,
    /// Full name of the service, such as `kreis.kpi.v1.KpiService`.
    pub service: String,
    /// Who may call it.
    pub access: Access,
    /// Whether it changes nothing, by its `idempotency_level`.
    pub is_read_only: bool,
}

/// Every RPC of the contract by its path, such as
/// `/kreis.kpi.v1.KpiService/GetKpi`. Cheap to clone.
#[derive(Debug, Clone)]
pub struct AccessPolicy {
    rpcs: Arc<HashMap<String, RpcInfo>>,
    open_name: Arc<str>,
    unknown_name: Arc<str>,
}

/// A contract that cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum AccessPolicyError {
    /// The bytes are not a descriptor set, or not of this contract.
    #[error("the descriptor of the contract cannot be read: {0}")]
    Unreadable(String),
    /// An RPC does not say who may call it.
    #[error("{0} does not declare who may call it: add option (kreis.access.v1.access)")]
    Undeclared(String),
}

/// Services that every caller may use, on every server. They hold no data.
const OPEN_SERVICES: [&str; 3] = [
    "/grpc.health.v1.Health/",
    "/grpc.reflection.v1.ServerReflection/",
    "/grpc.reflection.v1alpha.ServerReflection/",
];

impl AccessPolicy {
    /// Reads the policy from the contract that this binary was built with.
    pub fn from_contract() -> Result<Self, AccessPolicyError> {
        Self::from_descriptor_set(kreis_proto::FILE_DESCRIPTOR_SET)
    }

    /// Reads the policy from an encoded `FileDescriptorSet`. An RPC without declared access is an
    /// error.
    pub fn from_descriptor_set(bytes: &[u8]) -> Result<Self, AccessPolicyError> {
        let pool = DescriptorPool::decode(bytes)
            .map_err(|error| AccessPolicyError::Unreadable(error.to_string()))?;
        let option = pool
            .get_extension_by_name("kreis.access.v1.access")
            .ok_or_else(|| {
                AccessPolicyError::Unreadable("kreis.access.v1.access is missing".into())
            })?;
        let mut rpcs = HashMap::new();
        for service in pool.services() {
            for method in service.methods() {
                let path = format!("/{}/{}", service.full_name(), method.name());
                let number = method.options().get_extension(&option).as_enum_number();
                let access = number
                    .and_then(|number| Access::try_from(number).ok())
                    .filter(|access| *access != Access::Unspecified)
                    .ok_or_else(|| AccessPolicyError::Undeclared(path.clone()))?;
                let rpc = RpcInfo {
                    name: path.trim_start_matches('/').into(),
                    package: service.package_name().to_owned(),
                    service: service.full_name().to_owned(),
                    access,
                    is_read_only: is_read_only(&method),
                };
                rpcs.insert(path, rpc);
            }
        }
        Ok(Self {
            rpcs: Arc::new(rpcs),
            open_name: "grpc".into(),
            unknown_name: "unknown".into(),
        })
    }

    /// The RPC at a path of the contract.
    #[must_use]
    pub fn rpc(&self, path: &str) -> Option<&RpcInfo> {
        self.rpcs.get(path)
    }

    /// Every path of the contract with its RPC, in no order.
    pub fn rpcs(&self) -> impl Iterator<Item = (&str, &RpcInfo)> {
        self.rpcs.iter().map(|(path, rpc)| (path.as_str(), rpc))
    }

    /// The access rule of the RPC at this path; absent if the path leads to no RPC.
    #[must_use]
    pub fn access(&self, path: &str) -> Option<Access> {
        if is_open(path) {
            return Some(Access::Public);
        }
        self.rpc(path).map(|rpc| rpc.access)
    }

    /// Whether the RPC at this path changes nothing. An unknown one may change something.
    #[must_use]
    pub fn is_read_only(&self, path: &str) -> bool {
        self.rpc(path).is_some_and(|rpc| rpc.is_read_only)
    }

    /// Name of the RPC at this path in logs and metrics: its full name, `grpc` for health and
    /// reflection, and `unknown` for every other path. Clients can invent any number of paths, so
    /// their names are not kept.
    #[must_use]
    pub fn name(&self, path: &str) -> Arc<str> {
        match self.rpc(path) {
            Some(rpc) => Arc::clone(&rpc.name),
            None if is_open(path) => Arc::clone(&self.open_name),
            None => Arc::clone(&self.unknown_name),
        }
    }
}

fn is_read_only(method: &MethodDescriptor) -> bool {
    let options = method.method_descriptor_proto().options.as_ref();
    let level = options.and_then(|options| options.idempotency_level);
    level == Some(IdempotencyLevel::NoSideEffects.into())
}

fn is_open(path: &str) -> bool {
    OPEN_SERVICES
        .iter()
        .any(|service| path.starts_with(service))
}

#[cfg(test)]
mod tests {
    use prost_reflect::prost::Message;
    use prost_reflect::prost_types::{
        FileDescriptorProto, FileDescriptorSet, MethodDescriptorProto, ServiceDescriptorProto,
    };

    use super::*;

    #[test]
    fn every_rpc_of_the_contract_says_who_may_call_it() {
        let policy = AccessPolicy::from_contract().unwrap();
        assert_eq!(
            policy.access("/kreis.auth.v1.AuthService/Login"),
            Some(Access::Public)
        );
        assert_eq!(
            policy.access("/kreis.auth.v1.TokenService/AwaitRevocations"),
            Some(Access::Internal)
        );
        assert_eq!(
            policy.access("/kreis.kpi.v1.KpiService/CreateKpi"),
            Some(Access::Gatekeeper)
        );
        assert_eq!(policy.access("/kreis.kpi.v1.KpiService/Nothing"), None);
    }

    #[test]
    fn what_reads_is_known_from_the_contract() {
        let policy = AccessPolicy::from_contract().unwrap();
        let reads = |path| policy.rpc(path).unwrap().is_read_only;
        assert!(reads("/kreis.kpi.v1.KpiService/GetKpi"));
        assert!(!reads("/kreis.kpi.v1.KpiService/CreateKpi"));
        assert!(!reads("/kreis.auth.v1.AuthService/Login"));
    }

    #[test]
    fn an_rpc_without_declared_access_is_refused_by_name() {
        let method = MethodDescriptorProto {
            name: Some("Leak".into()),
            input_type: Some(".kreis.kpi.v1.GetKpiRequest".into()),
            output_type: Some(".kreis.kpi.v1.GetKpiResponse".into()),
            ..Default::default()
        };
        let service = ServiceDescriptorProto {
            name: Some("OpenService".into()),
            method: vec![method],
            ..Default::default()
        };
        let file = FileDescriptorProto {
            name: Some("open.proto".into()),
            package: Some("kreis.open.v1".into()),
            dependency: vec!["kreis/kpi/v1/kpi_service.proto".into()],
            service: vec![service],
            syntax: Some("proto3".into()),
            ..Default::default()
        };
        let mut bytes = kreis_proto::FILE_DESCRIPTOR_SET.to_vec();
        bytes.extend(FileDescriptorSet { file: vec![file] }.encode_to_vec());
        let error = AccessPolicy::from_descriptor_set(&bytes).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("/kreis.open.v1.OpenService/Leak"),
            "{error}"
        );
    }
}
