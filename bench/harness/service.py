"""kpi beside two peers: a bare tonic and sqlx service with the same statements, and pgbench
with only the statements. Clients and requests are the same."""

import random

from . import messages
from .data import MONTHS
from .load import Requests, calls, median, pgbench
from .system import RELEASE, ROOT, free_port, wait_for

CLIENTS = 8
SECONDS = 2
# More rounds than elsewhere, because the figures to compare are close together.
ROUNDS = 5
TARGET = 0.8
SQL = ROOT / "services/kpi/src/store/sql"

PATHS = {
    "GetKpi": "/kreis.kpi.v1.KpiService/GetKpi",
    "ListKpiValues, 110 rows": "/kreis.kpi.v1.KpiValueService/ListKpiValues",
    "ListChanges, a page": "/kreis.kpi.v1.ChangeLogService/ListChanges",
    "CorrectKpiValue, with its log": "/kreis.kpi.v1.KpiValueService/CorrectKpiValue",
}


def requests_for(kpis):
    """Many different requests of each kind, the same in each run."""
    chance = random.Random(4)
    ids = [chance.randint(1, kpis) for _ in range(4_000)]
    # Each pass gives every value another number than the pass before.
    values = [chance.randint(1, kpis * MONTHS) for _ in range(1_000)]
    values = list(dict.fromkeys(values))
    return {
        "GetKpi": [messages.number(1, kpi) for kpi in ids],
        "ListKpiValues, 110 rows": [messages.number(1, 110) + messages.number(4, kpi) for kpi in ids],
        "ListChanges, a page": [messages.number(1, 50)],
        "CorrectKpiValue, with its log": [
            messages.number(1, value) + messages.double(2, number + 0.5)
            for number in range(1, 6) for value in values],
    }


def scripts_for(kpis, user):
    """The statements of each call, for pgbench, with pgbench variables as parameters."""
    def statement(name, *values):
        text = (SQL / f"{name}.sql").read_text()
        for place in range(len(values), 0, -1):
            text = text.replace(f"${place}", str(values[place - 1]))
        lines = [line for line in text.splitlines() if not line.startswith("--")]
        return "\n".join(lines) + ";\n"

    a_kpi = f"\\set kpi random(1, {kpis})\n"
    a_value = f"\\set value random(1, {kpis * MONTHS})\n\\set number random(1, 900)\n"
    a_value += f"\\set kpi (:value - 1) % {kpis} + 1\n\\set circle (:kpi - 1) / 20 + 1\n"
    return {
        "GetKpi": a_kpi + statement("kpi", ":kpi"),
        "ListKpiValues, 110 rows": a_kpi + statement(
            "kpi_values_of_kpi", "0", "0", "0", "9999", "12", "111", ":kpi"),
        "ListChanges, a page": statement(
            "changes", "'1970-01-01'", "'9999-01-01'", "9223372036854775807", "51"),
        "CorrectKpiValue, with its log": a_value + "begin;\n"
        + statement("writable_kpi_of_value", ":value", user)
        + statement("locked_kpi_value", ":value")
        + statement("set_kpi_value", ":value", ":number", user, "false", "''")
        + statement("log_value_change", user, ":kpi", ":circle", "'corrected'", ":value",
                    "2020", "1", "1", ":number", "''")
        + "commit;\n",
    }


def start_bare(system, database, user):
    """Starts the bare service. Returns it with its URL."""
    port = free_port()
    bare = system.start("bare", [RELEASE / "kreis-bench-bare"], LISTEN=f"127.0.0.1:{port}",
                        DATABASE_URL=system.url(database, "kreis_kpi"), USER_ID=str(user))
    wait_for("127.0.0.1", port)
    return bare, f"http://127.0.0.1:{port}"


def measure(system, house, database, kpis, user):
    bare, bare_url = start_bare(system, database, user)
    peers = {"kreis": (house.url("kpi"), house.token), "bare": (bare_url, None)}
    scripts = scripts_for(kpis, user)
    rows = []
    for name, wanted in requests_for(kpis).items():
        asked = Requests(wanted * (CLIENTS if len(wanted) == 1 else 1))
        found = {peer: [] for peer in (*peers, "pgbench")}
        for round_ in range(ROUNDS + 1):
            for peer, (url, token) in peers.items():
                seconds = SECONDS if round_ else 1
                rate = calls(url, PATHS[name], asked, clients=CLIENTS, seconds=seconds, token=token)["rate"]
                found[peer].append(rate)
            found["pgbench"].append(
                pgbench(system, database, scripts[name], clients=CLIENTS, seconds=1))
        # The first round is a warm-up.
        kreis, limit, alone = (median(found[peer][1:]) for peer in ("kreis", "bare", "pgbench"))
        rows.append({
            "what": f"{name}: calls per second", "measured": kreis, "unit": "/s",
            "beside": f"bare {limit:.0f} /s, pgbench {alone:.0f} /s", "ratio": kreis / limit,
            "ratio_to_pgbench": kreis / alone, "target": f"≥ {TARGET} of bare",
            "met": kreis / limit >= TARGET,
        })
    bare.end()
    return rows
