//! kreis-gateway
