"""Signing in, which costs work on purpose, and what it does to everybody else."""

import subprocess

from . import messages
from .load import ROUNDS, Requests, calls, calls_command, median, outcome, with_token
from .service import PATHS
from .system import EMAIL, PASSWORD

LOGIN = "/kreis.auth.v1.AuthService/Login"
SECONDS = 5
FLOOD = 8
CLIENTS = 2
TARGET = 1.2


def measure(house):
    url = house.url("gateway")
    login = messages.text(1, EMAIL) + messages.text(2, PASSWORD)
    logins, others = Requests([login] * FLOOD), Requests([messages.number(1, kpi) for kpi in range(1, 81)])

    def other_calls():
        return calls(url, PATHS["GetKpi"], others, clients=CLIENTS, seconds=SECONDS, token=house.token)

    other_calls()
    quiet, flooded, rates = [], [], []
    for _ in range(ROUNDS):
        quiet.append(other_calls()["p99"])
        command = calls_command(url, LOGIN, logins, clients=FLOOD, seconds=SECONDS + 1)
        flood = subprocess.Popen(command, env=with_token(None), text=True, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE)
        flooded.append(other_calls()["p99"])
        said = flood.communicate()
        rates.append(outcome(subprocess.CompletedProcess(command, 0, *said), failures=True)["rate"])
    ratio = median(flooded) / median(quiet)
    return [
        {"what": f"logins per second, {FLOOD} at once", "measured": median(rates), "unit": "/s", "beside": ""},
        {"what": "99th percentile of other calls during a flood of logins", "measured": median(flooded),
         "unit": "µs", "beside": f"{median(quiet):.0f} µs without", "ratio": ratio,
         "target": f"≤ {TARGET} × without", "met": ratio <= TARGET},
    ]
