"""Signing in, which is expensive on purpose, and its effect on other calls."""

import contextlib
import subprocess
import sys

from . import messages
from .load import ROUNDS, Requests, call_at_fixed_rate, calls_command, median, outcome, with_token
from .service import PATHS
from .system import EMAIL, PASSWORD

LOGIN = "/kreis.auth.v1.AuthService/Login"
SECONDS = 4
FLOOD = 8
CLIENTS, PER_SECOND = 4, 1_000
TARGET = 1.2


def measure(house):
    login = messages.text(1, EMAIL) + messages.text(2, PASSWORD)
    logins = Requests([login] * FLOOD)
    command = calls_command(house.url("gateway"), LOGIN, logins, clients=FLOOD,
                            seconds=SECONDS)
    quiet, flooded, beside_a_loop, rates = [], [], [], []
    for _ in range(ROUNDS):
        quiet.append(other_calls(house))
        with subprocess.Popen(command, env=with_token(None), text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as flood:
            flooded.append(other_calls(house))
            said = flood.communicate()
        rates.append(outcome(subprocess.CompletedProcess(command, 0, *said), allow_failures=True)["rate"])
        with busy_loop():
            beside_a_loop.append(other_calls(house))
    ratio = median(flooded) / median(quiet)
    return [
        {"what": f"logins per second, {FLOOD} at once", "measured": median(rates), "unit": "/s", "beside": ""},
        {"what": "99th percentile of other calls during a flood of logins", "measured": median(flooded),
         "unit": "µs", "ratio": ratio, "target": f"≤ {TARGET} × without", "met": ratio <= TARGET,
         "beside": f"{median(quiet):.0f} µs without; "
                   f"{median(beside_a_loop):.0f} µs beside an endless loop of idle priority"},
    ]


def other_calls(house):
    return call_at_fixed_rate(house.ports["gateway"], PATHS["GetKpi"], messages.number(1, 1),
                              clients=CLIENTS, per_second=PER_SECOND, seconds=SECONDS,
                              token=house.token)


@contextlib.contextmanager
def busy_loop():
    """Runs an endless loop at idle priority. It shows the effect of any other work on this
    machine."""
    with subprocess.Popen(["chrt", "--idle", "0", sys.executable, "-c", "while True: pass"]) as loop:
        try:
            yield
        finally:
            loop.kill()
