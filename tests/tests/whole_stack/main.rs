//! The whole system, as its users meet it: a folder for each service, a module for each feature.

mod auth;
mod every_service;
mod gateway;
mod kpi;
mod operations;
mod org;
