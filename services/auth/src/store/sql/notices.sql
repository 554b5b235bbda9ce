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
from auth.notices n
join auth.sign_in_log l on l.id = n.entry_id
left join org.directory u on u.user_id = l.user_id
left join org.directory p on p.user_id = l.actor_id
where n.user_id = $1
order by l.id desc
