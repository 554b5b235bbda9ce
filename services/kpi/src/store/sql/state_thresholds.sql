select
    t.version, t.on_track_from, t.slightly_behind_from, t.user_id,
    d.display_name as "display_name?", t.create_time
from kpi.state_thresholds t
left join org.directory d on d.user_id = t.user_id
order by t.version desc
limit 1
