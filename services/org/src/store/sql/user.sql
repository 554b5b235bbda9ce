select
    u.id,
    u.first_name,
    u.last_name,
    u.display_name,
    u.email,
    u.gatekeeper,
    u.active,
    coalesce(a.has_password, false) as "has_password!",
    coalesce(a.is_linked, false) as "is_linked!",
    u.language,
    coalesce((
        select json_agg(json_build_object('circle_id', c.id, 'name', c.name) order by c.name_key)
        from org.members m
        join org.circles c on c.id = m.circle_id
        where m.user_id = u.id
    ), '[]') as "circles!: Json<Vec<UserCircleRow>>",
    u.create_time,
    u.update_time,
    u.version
from org.users u
left join auth.account_states a on a.user_id = u.id
where u.id = $1 and u.kind = 'person'
