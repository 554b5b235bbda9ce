select
    c.id,
    c.name,
    coalesce((
        select json_agg(
            json_build_object('user_id', u.id, 'display_name', u.display_name, 'active', u.active)
            order by u.display_name_key
        )
        from org.members m
        join org.users u on u.id = m.user_id
        where m.circle_id = c.id
    ), '[]') as "members!: Json<Vec<CircleMemberRow>>",
    c.create_time,
    c.update_time,
    c.version
from org.circles c
where (c.name_key, c.id) > ($1, $2)
order by c.name_key, c.id
limit $3
