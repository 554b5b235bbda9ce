select
    c.id,
    c.create_time,
    c.actor_id as "actor_id?",
    p.display_name as "actor_name?",
    o.id as "owner_id?",
    o.display_name as "owner_name?",
    c.activity,
    c.user_id as "user_id?",
    u.display_name as "user_name?",
    c.circle_id,
    c.circle_name,
    c.field,
    c.old_text,
    c.new_text,
    c.provider
from org.changes c
left join org.users p on p.id = c.actor_id
left join org.service_accounts s on s.user_id = c.actor_id
left join org.users o on o.id = s.owner_id
left join org.users u on u.id = c.user_id
where
    c.circle_id = $5
    and c.create_time >= $1
    and (c.create_time, c.id) < ($2, $3)
order by c.create_time desc, c.id desc
limit $4
