"""The same calls with more and more values in the database. The time of a call must not
grow with the values of other KPIs."""

import json
import random
import re

from . import messages
from .data import KPIS_PER_CIRCLE
from .load import ROUNDS, Requests, calls, median
from .service import PATHS, SQL, requests_for
from .system import House

SECONDS = 1
TARGET = 1.3
# Rows that a statement may read for each row it returns, and a fixed number in addition.
ROWS_READ_PER_ANSWERED, ROWS_BESIDE = 2, 50
BIG = {"kpi_values", "changes", "kpis"}

MORE_PATHS = {
    "GetCircleProgress": "/kreis.kpi.v1.KpiService/GetCircleProgress",
    "ListKpis, a page": "/kreis.kpi.v1.KpiService/ListKpis",
}


def measure(system, databases):
    """`databases`: name and number of KPIs of each size, smallest first."""
    houses, asked = {}, {}
    for name, kpis in databases:
        houses[name] = House(system, name)
        asked[name] = {call: Requests(wanted) for call, wanted in more_requests(kpis).items()}
    rows = []
    for call, path in {**PATHS, **MORE_PATHS}.items():
        found = {name: [] for name, _ in databases}
        for round_ in range(ROUNDS + 1):
            for name, house in houses.items():
                took = calls(house.url("kpi"), path, asked[name][call], clients=1,
                             seconds=SECONDS, token=house.token)
                found[name].append(took["p50"])
        medians = {name: median(times[1:]) for name, times in found.items()}
        smallest, *_, largest = medians.values()
        middle = list(medians.items())[1:-1]
        rows.append({
            "what": f"{call}: median of one client", "measured": largest, "unit": "µs",
            "beside": ", ".join([f"{smallest:.0f} µs at first",
                                 *(f"{took:.0f} µs with a million" for _, took in middle)]),
            "ratio": largest / smallest, "target": f"≤ {TARGET} × the smallest",
            "met": largest / smallest <= TARGET,
        })
    return rows + plans(system, *databases[-1])


def more_requests(kpis):
    chance = random.Random(5)
    circles = [chance.randint(1, (kpis - 1) // KPIS_PER_CIRCLE) for _ in range(2_000)]
    return {
        **requests_for(kpis),
        "GetCircleProgress": [messages.number(1, circle) for circle in circles],
        "ListKpis, a page": [messages.number(1, 50)],
    }


def plans(system, database, kpis):
    """Whether each statement finds its rows by an index and reads few others, with the session
    settings of kpi."""
    kpi, user = kpis // 2, 1
    statements = {
        "kpi": [kpi],
        "kpi_values_of_kpi": [0, 0, 0, 9999, 12, 111, kpi],
        "changes": ["'1970-01-01'", "'9999-01-01'", 2**63 - 1, 51],
        "writable_kpi_of_value": [kpi, user],
        "locked_kpi_value": [kpi],
        "set_kpi_value": [kpi, 1, user, "false", "''"],
        "log_value_change": [user, kpi, 1, "'corrected'", kpi, 2020, 1, 1, 2, "''"],
        "series_of_circle": [kpi // KPIS_PER_CIRCLE, 2026, 10],
        "kpis": ["''", 0, "'{true,false}'", 51],
    }
    faults = []
    for name, values in statements.items():
        text = (SQL / f"{name}.sql").read_text()
        text = re.sub(r"^--.*$", "", text, flags=re.M)
        arguments = ", ".join(map(str, values))
        explained = system.sql(database, f"""
            begin;
            prepare measured as {text};
            explain (analyze, format json) execute measured({arguments});
            rollback;""", user="kreis_kpi")
        plan = json.loads(explained)[0]["Plan"]
        answered = plan["Actual Rows"] * plan["Actual Loops"]
        for scan in scans(plan):
            read = (scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0)) * scan["Actual Loops"]
            # For a circle, one returned row stands for twelve months of a KPI.
            allowed = answered * 12 * ROWS_READ_PER_ANSWERED + ROWS_BESIDE
            if scan["Node Type"] == "Seq Scan" or read > allowed:
                faults.append(f"{name}: {scan['Node Type']} of {scan['Relation Name']}, {read:.0f} rows")
    return [{
        "what": "statements that find their rows by an index", "unit": "",
        "measured": len(statements) - len({fault.split(":")[0] for fault in faults}),
        "beside": "; ".join(faults), "target": f"all {len(statements)}", "met": not faults,
    }]


def scans(plan):
    if plan.get("Relation Name") in BIG and "Scan" in plan["Node Type"]:
        yield plan
    for child in plan.get("Plans", []):
        yield from scans(child)
