select
    u.id,
    u.display_name as name,
    s.writes,
    s.all_circles,
    coalesce((
        select json_agg(json_build_object('circle_id', c.id, 'name', c.name) order by c.name_key)
        from org.service_account_circles m
        join org.circles c on c.id = m.circle_id
        where m.user_id = u.id
    ), '[]') as "circles!: Json<Vec<UserCircleRow>>",
    o.id as owner_id,
    o.display_name as owner_name,
    not (o.active and o.gatekeeper) as "suspended!",
    coalesce((
        select json_agg(
            json_build_object(
                'id', k.id,
                'hint', k.hint,
                'create_micros', (extract(epoch from k.create_time) * 1000000)::bigint,
                'expire_micros', (extract(epoch from k.expire_time) * 1000000)::bigint,
                'first_use_micros', (extract(epoch from k.first_use_time) * 1000000)::bigint,
                'last_use_micros', (extract(epoch from k.last_use_time) * 1000000)::bigint
            )
            order by k.create_time desc, k.id desc
        )
        from auth.service_key_states k
        where k.user_id = u.id
    ), '[]') as "keys!: Json<Vec<ServiceKeyRow>>",
    u.create_time,
    u.update_time,
    u.version
from org.service_accounts s
join org.users u on u.id = s.user_id
join org.users o on o.id = s.owner_id
where u.active
order by u.display_name_key, u.id
