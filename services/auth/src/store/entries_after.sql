select
    h.epoch, h.seq as head_seq, h.purged_to,
    base.seq as "base_seq!",
    r.seq as "seq?", r.kind as "kind?", r.key as "key?", r.min_uv as "min_uv?",
    r.not_after as "not_after?", r.create_time as "create_time?"
from auth.revocation_head h
cross join lateral (
    select case when $1::bigint between h.purged_to and h.seq then $1 else h.purged_to end as seq
) base
left join lateral (
    select e.seq, e.kind, e.key, e.min_uv, e.not_after, e.create_time
    from auth.revocations e
    where e.seq > base.seq
    order by e.seq
    limit $2
) r on true
where h.id = 1
order by r.seq
