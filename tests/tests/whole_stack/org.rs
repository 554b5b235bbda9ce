//! Users, circles and their change log.

mod changes;
mod circles;
mod deactivation;
mod gatekeepers;
mod languages;
mod races;
mod user_list;
mod users;
