-- Each activity is read by its index, so that a rare one is found as fast as a frequent one.
select
    l.id,
    l.create_time,
    l.activity,
    l.user_id as "user_id?",
    u.display_name as "user_name?",
    coalesce(u.kind = 'service', false) as "is_service_account!",
    l.actor_id as "actor_id?",
    p.display_name as "actor_name?",
    l.method,
    l.reason,
    l.session_id,
    host(l.address) as address,
    l.user_agent,
    l.provider,
    l.count
from unnest($1::text[]) as chosen (activity)
cross join lateral (
    select
        e.id, e.create_time, e.activity, e.user_id, e.actor_id, e.method, e.reason, e.session_id,
        e.address, e.user_agent, e.provider, e.count
    from auth.sign_in_log e
    where
        e.activity = chosen.activity
        and e.create_time >= $2
        and (e.create_time, e.id) < ($3, $4)
    order by e.create_time desc, e.id desc
    limit $5
) l
left join org.directory u on u.user_id = l.user_id
left join org.directory p on p.user_id = l.actor_id
order by l.create_time desc, l.id desc
limit $5
