select
    k.id, k.circle_id, k.periodicity, k.unit, k.minimum, k.maximum, k.active,
    (select time_zone from org.organisation) as "time_zone!",
    exists (
        select from org.membership m where m.circle_id = k.circle_id and m.user_id = $2
    ) as "member!"
from kpi.kpis k
where k.id = $1
for share of k
