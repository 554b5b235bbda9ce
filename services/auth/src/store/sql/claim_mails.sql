-- `skip locked` leaves out the mails that another server claims at the same moment. The later
-- `attempt_time` is the lease: until then no server claims the mail again.
with due as (
    select id, user_id, actor_id
    from auth.mails
    where end_time is null and attempt_time <= clock_timestamp()
    order by attempt_time
    limit $1
    for update skip locked
)
update auth.mails m
set attempts = m.attempts + 1, attempt_time = clock_timestamp() + make_interval(secs => $2)
from due
join auth.accounts a on a.user_id = due.user_id
join org.directory d on d.user_id = due.user_id
left join org.directory actor on actor.user_id = due.actor_id
cross join org.organisation o
where m.id = due.id
returning
    m.id,
    m.user_id,
    m.kind,
    m.create_time,
    m.attempts,
    m.give_up_time,
    m.link_hash,
    a.password_hash is not null as "has_password!",
    d.display_name as "display_name!",
    d.email as "email!",
    d.active as "active!",
    d.language,
    actor.display_name as "actor_name?",
    host(m.address) as address,
    o.name as organisation,
    o.time_zone
