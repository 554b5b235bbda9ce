select
    u.id,
    u.first_name,
    u.last_name,
    u.display_name,
    u.email,
    u.gatekeeper,
    u.active,
    -- A service account needs no password.
    coalesce(a.has_password, false) or u.kind = 'service' as "has_password!",
    coalesce(a.is_linked, false) as "is_linked!",
    u.language,
    coalesce((
        select json_agg(json_build_object('circle_id', c.id, 'name', c.name) order by c.name_key)
        from org.membership m
        join org.circles c on c.id = m.circle_id
        where m.user_id = u.id
    ), '[]') as "circles!: Json<Vec<UserCircleRow>>",
    u.create_time,
    u.update_time,
    u.version,
    o.name as organisation_name,
    o.time_zone
from org.users u
cross join org.organisation o
left join auth.account_states a on a.user_id = u.id
where u.id = $1
