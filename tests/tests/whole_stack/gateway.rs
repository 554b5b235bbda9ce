//! Browsers, proxies, and calls that no correct client makes.

mod behind_proxies;
mod browsers;
mod grpc_clients;
mod hostile_bodies;
mod hostile_callers;
mod hostile_calls;
mod hostile_connections;
mod hostile_http;
mod hostile_streams;
mod routing;
mod trusted_proxies;
