select
    d.user_id as "user_id!", d.first_name as "first_name!", d.last_name as "last_name!",
    d.display_name as "display_name!", d.email as "email!", d.gatekeeper as "gatekeeper!",
    d.active as "active!", d.version as "version!", d.create_time as "create_time!",
    d.update_time as "update_time!", a.password_hash, a.uv, d.language,
    coalesce(c.ids, '{}') as "circle_ids!", coalesce(c.names, '{}') as "circle_names!"
from org.directory d
join auth.accounts a on a.user_id = d.user_id
left join lateral (
    select
        array_agg(n.circle_id order by n.name, n.circle_id) as ids,
        array_agg(n.name order by n.name, n.circle_id) as names
    from org.membership m
    join org.circle_names n on n.circle_id = m.circle_id
    where m.user_id = d.user_id
) c on true
where d.user_id = $1 and d.kind = 'person'
