select id, value, nothing_to_report, comment, version
from kpi.kpi_values
where id = $1
for update
