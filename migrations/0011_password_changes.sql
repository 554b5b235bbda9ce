-- A user can change their own password.

alter table org.changes
    drop constraint activity_is_known,
    add constraint activity_is_known check (activity in (
        'user_created', 'user_updated', 'user_invited', 'user_deactivated', 'user_reactivated',
        'password_reset_invited', 'invitation_accepted', 'password_set', 'password_changed',
        'circle_created', 'circle_updated', 'circle_deleted', 'member_added', 'member_removed'
    ));

-- Published to auth: logs that a user changed their own password.
create function org.log_password_change(user_id bigint) returns void
language sql security definer
set search_path = pg_catalog, pg_temp
begin atomic
    insert into org.changes (actor_id, activity, user_id)
    values (log_password_change.user_id, 'password_changed', log_password_change.user_id);
end;

revoke execute on function org.log_password_change(bigint) from public;
grant execute on function org.log_password_change(bigint) to kreis_auth;
