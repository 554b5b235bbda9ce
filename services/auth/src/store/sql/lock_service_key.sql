select
    k.id, k.user_id, k.expire_time, a.uv, r.writes as "writes!", r.in_force as "in_force!",
    k.first_use_time is null as "is_first_use!",
    -- A session of an older version of the account has ended.
    (
        select s.id from auth.sessions s where s.service_key_id = k.id and s.uv = a.uv
    ) as session
from auth.service_keys k
join auth.revocation_head h on h.epoch = k.epoch
join auth.accounts a on a.user_id = k.user_id
join org.service_account_rights r on r.user_id = k.user_id
where k.key_hash = $1
for update of k
