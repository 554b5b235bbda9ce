"""`kreis import` of 100,000 values, through the public API."""

import time

from .data import FIRST_MONTH, KPIS_PER_CIRCLE, MONTHS
from .start import Standalone, directory
from .system import EMAIL, PASSWORD

VALUES = 100_000


def measure():
    with directory() as path:
        kreis = Standalone(path)
        try:
            kreis.start()
            kreis.run("user", "add", "--gatekeeper", "--email", EMAIL, "--first-name", "Bea",
                      "--last-name", "Meier")
            table = path / "values.csv"
            write(table)
            signed_in = {"KREIS_SERVER": f"http://127.0.0.1:{kreis.port}", "KREIS_EMAIL": EMAIL,
                         "KREIS_PASSWORD": PASSWORD}
            began = time.monotonic()
            kreis.run("import", str(table), **signed_in)
            took = time.monotonic() - began
        finally:
            kreis.end()
    return [{"what": f"import of {VALUES} values: rows per second", "measured": VALUES / took,
             "unit": "/s", "beside": f"{took:.0f} s in all"}]


def write(table):
    lines = ["circle,kpi,periodicity,range,period_year,period_month,value"]
    for index in range(VALUES):
        kpi, month = divmod(index, MONTHS)
        circle = kpi // KPIS_PER_CIRCLE + 1
        year, month_of_year = divmod(FIRST_MONTH + month, 12)
        value = 100 + (kpi * 7 + month * 13) % 900
        lines.append(f"Circle {circle},figure {kpi + 1},month,0 <= X,{year},{month_of_year + 1},{value}")
    table.write_text("\n".join(lines) + "\n")
