insert into auth.sign_in_log (
    create_time, activity, reason, user_id, method, address, user_agent, count,
    provider
)
select
    r.create_time, r.activity, r.reason, r.user_id, r.method, r.address::inet, r.user_agent,
    r.count, r.provider
from unnest(
    $1::timestamptz[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[],
    $8::int[], $9::text[]
) as r (create_time, activity, reason, user_id, method, address, user_agent, count, provider)
