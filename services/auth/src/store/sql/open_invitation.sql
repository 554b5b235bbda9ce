select
    d.display_name as "display_name!",
    d.email as "email!",
    a.password_hash is not null as "has_password!",
    link.expire_time as "expire_time!"
from (
    select user_id, expire_time, null::bigint as uv
    from auth.invitations
    where token_hash = $1
    union all
    select user_id, expire_time, uv
    from auth.password_resets
    where token_hash = $1
) link
join auth.accounts a on a.user_id = link.user_id and a.uv = coalesce(link.uv, a.uv)
join org.directory d on d.user_id = link.user_id
where link.expire_time > clock_timestamp() and d.active
