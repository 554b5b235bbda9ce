"""Data for the measurements: ten years of monthly values per KPI, 20 KPIs per circle, and the
change log. Only the number of circles grows. COPY loads it without indexes and triggers; the
indexes are created again afterwards."""

import subprocess

MONTHS = 120
KPIS_PER_CIRCLE = 20
# The first month, counted from year 0: with ten years, the last one is October 2026.
FIRST_MONTH = 2016 * 12 + 10

CIRCLES = """
select g, 'Circle ' || g, 'circle ' || g from generate_series(1, {circles}) g
"""
KPIS = """
select g, (g - 1) / {per_circle} + 1, 'figure ' || g, 'figure ' || g, 'monthly',
    (array['amount', 'chf', 'percentage', 'score'])[g % 4 + 1], 'What is counted here, and how.'
from generate_series(1, {kpis}) g
"""
TARGETS = """
select g, year, 10, 5000 from generate_series(1, {kpis}) g, generate_series(2024, 2026) year
"""
# Values are entered month by month, so values of the same month lie together in the table.
VALUES = """
select m * {kpis} + g + 1, g + 1, (f + m) / 12, (f + m) % 12 + 1, 100 + (g * 7 + m * 13) % 900,
    {user}, stamp, {user}, stamp
from generate_series(0, {months} - 1) m, generate_series(0, {kpis} - 1) g,
    (select {first} as f) first,
    lateral (select make_timestamptz((f + m + 1) / 12, (f + m + 1) % 12 + 1, 2, 8, 0, 0)
        + g * interval '1 millisecond' as stamp) stamp
"""
CHANGES = """
select id, create_time, created_by, kpi_id, (kpi_id - 1) / {per_circle} + 1, 'recorded', id, year,
    month, value
from kpi.kpi_values order by id
"""

COLUMNS = {
    "org.circles": ("id, name, name_key", CIRCLES),
    "kpi.kpis": ("id, circle_id, name, name_key, periodicity, unit, description", KPIS),
    "kpi.targets": ("kpi_id, from_year, initial_value, target_value", TARGETS),
    "kpi.kpi_values": (
        "id, kpi_id, year, month, value, created_by, create_time, updated_by, update_time", VALUES),
    "kpi.changes": (
        "id, create_time, user_id, kpi_id, circle_id, activity, kpi_value_id, year, month, new_value",
        CHANGES),
}
BIG = ("kpi.kpi_values", "kpi.changes")


def fill(system, database, user, values):
    """Fills an empty kreis with about this many values. Returns the number of KPIs."""
    kpis = round(values / MONTHS)
    filled = {
        "kpis": kpis, "circles": (kpis - 1) // KPIS_PER_CIRCLE + 1, "per_circle": KPIS_PER_CIRCLE,
        "months": MONTHS, "first": FIRST_MONTH, "user": user,
    }
    rebuild = [statement for table in BIG for statement in taken_down(system, database, table)]
    for table, (columns, rows) in COLUMNS.items():
        copy(system, database, table, columns, rows.format(**filled))
    for statement in rebuild:
        system.sql(database, f"set maintenance_work_mem = '1GB'; {statement}")
    for table in ("org.circles", "kpi.kpis", *BIG):
        system.sql(database, f"select setval(pg_get_serial_sequence('{table}', 'id'), max(id)) "
                             f"from {table}")
    system.sql(database, "vacuum analyze")
    # Reads the values into memory, where they also are in daily use.
    system.sql(database, "select count(*) from kpi.kpi_values where comment <> ''")
    return kpis


def copy(system, database, table, columns, rows):
    """Copies from one connection to another by COPY, without checking foreign keys row by row."""
    psql = [system.program("psql"), "-qX", "-v", "ON_ERROR_STOP=1", "-h", str(system.sockets),
            "-U", "postgres", "-d", database, "-c"]
    one_line = " ".join(rows.split())
    source = subprocess.Popen([*psql, f"copy ({one_line}) to stdout"], stdout=subprocess.PIPE)
    into = ["set session_replication_role = replica", f"copy {table} ({columns}) from stdin"]
    sink = subprocess.run([*psql, into[0], "-c", into[1]], stdin=source.stdout)
    source.stdout.close()
    if source.wait() or sink.returncode:
        raise RuntimeError(f"{table} could not be filled")


def taken_down(system, database, table):
    """Drops a table's indexes and the constraints that need them. Returns the SQL that restores
    all of them."""
    again = system.sql(database, f"""
        select pg_get_indexdef(indexrelid) from pg_index where indrelid = '{table}'::regclass
        union all
        select format('alter table {table} add constraint %I %s using index %1$I', conname,
            case contype when 'p' then 'primary key' else 'unique' end)
        from pg_constraint where conrelid = '{table}'::regclass and contype in ('p', 'u')
        union all
        select format('alter table %s add constraint %I %s not valid', conrelid::regclass, conname,
            pg_get_constraintdef(oid))
        from pg_constraint where confrelid = '{table}'::regclass and contype = 'f'""")
    system.sql(database, f"""
        do $$ declare found record; begin
            for found in select conname from pg_constraint
                where conrelid = '{table}'::regclass and contype in ('p', 'u')
            loop execute format('alter table {table} drop constraint %I cascade', found.conname);
            end loop;
            for found in select indexrelid::regclass as name from pg_index
                where indrelid = '{table}'::regclass
            loop execute format('drop index %s', found.name);
            end loop;
        end $$""")
    return again.splitlines()
