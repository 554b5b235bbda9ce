select
    h.epoch, h.seq as head_seq, h.purged_to,
    last.create_time as "last_made?",
    base.seq as "base_seq!", base.made as "base_made?",
    r.seq as "seq?", r.kind as "kind?", r.key as "key?", r.min_uv as "min_uv?",
    r.not_after as "not_after?", r.create_time as "create_time?"
from auth.revocation_head h
left join auth.revocations last on last.seq = h.seq
cross join lateral (
    select b.seq, (select e.create_time from auth.revocations e where e.seq = b.seq) as made
    from (
        select case when $1::bigint between h.purged_to and h.seq then $1 else h.purged_to end as seq
    ) b
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
