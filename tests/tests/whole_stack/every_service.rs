//! What holds for each service: who may call, connections, cancelled calls, overload, one statement for a read.

mod access;
mod access_messages;
mod caller_rights;
mod cancelled;
mod connections;
mod held_rows;
mod integrity;
mod overload;
mod page_tokens;
mod statements;
