//! Results as response messages, errors as statuses. Each function is named after its RPC.

mod changes;
mod circles;
mod error;
mod users;

pub(in crate::wire) use self::{changes::CHANGES, circles::CIRCLES, users::USERS};

pub(crate) use changes::list_changes;
pub(crate) use circles::{
    add_circle_member, create_circle, delete_circle, get_circle, list_circles,
    remove_circle_member, update_circle,
};
pub(crate) use users::{
    create_user, deactivate_user, get_me, get_user, invite_user, list_users, reactivate_user,
    update_user,
};
