select id, value, nothing_to_report, comment, version
from kpi.kpi_values
where kpi_id = $1 and year = $2 and month = $3
for update
