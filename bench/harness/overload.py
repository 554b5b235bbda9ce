"""Overload: half of the calls are reads and half are writes. They are sent at a fixed rate, even
if earlier calls have no response yet, each with a deadline of two seconds. The number of
successful calls must not fall far below the peak. The clients run on the same cores as the
servers, so their processor time is measured too. `taskset --cpu-list 0 bench/run overload` keeps the
servers on one core; the clients then run on the others and take no time from them."""

import json
import os
import resource
import subprocess

from .load import Requests, with_token
from .service import PATHS, requests_for
from .system import RELEASE

CONNECTIONS = 50
DEADLINE_MS = 2_000
SECONDS = 8
# Calls per second that are tried to find the peak.
TRIED = (1_000, 1_500, 2_000, 2_500, 3_000, 4_000)
# Multiples of the peak to send, and the part of the peak that must succeed.
OFFERED = {2: 0.9, 3: None, 5: None, 10: 0.75}
MAX_MEMORY = 256
# The largest allowed 99th percentile, as a multiple of that at 80 % of the peak.
SLOWER = 2


def on_other_cores():
    """The beginning of a command that runs on the cores that the servers may not use."""
    others = set(range(os.cpu_count() or 1)) - os.sched_getaffinity(0)
    return ["taskset", "--cpu-list", ",".join(map(str, sorted(others)))] if others else []


class Offering:
    def __init__(self, house, kpis):
        self._house = house
        asked = requests_for(kpis)
        names = ("GetKpi", "CorrectKpiValue, with its log")
        self._requests = [Requests(asked[name]) for name in names]
        self._kinds = [part for name, requests in zip(names, self._requests)
                       for part in (PATHS[name], requests.name)]

    def offer(self, rate, seconds=SECONDS):
        """The outcomes of calls at this rate, and the processor time of clients and servers."""
        address = f"127.0.0.1:{self._house.ports['gateway']}"
        command = [*on_other_cores(), str(RELEASE / "offered"), address, CONNECTIONS, rate, seconds, DEADLINE_MS,
                   *self._kinds]
        before = self._spent()
        done = subprocess.run([str(word) for word in command], env=with_token(self._house.token),
                              check=True, text=True, capture_output=True)
        spent = {who: after - before[who] for who, after in self._spent().items()}
        found = json.loads(done.stdout)
        return {**found, "rate": found["well"] / seconds, "cores": ", ".join(
            f"{who} {time / seconds:.1f}" for who, time in spent.items())}

    def _spent(self):
        """Processor time so far, in seconds."""
        return {"clients": sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]),
                "gateway": self._house.gateway.cpu(), "kpi": self._house.kpi.cpu()}


def measure(house, kpis):
    offering = Offering(house, kpis)
    processes = (house.gateway, house.kpi)
    tried = {rate: offering.offer(rate) for rate in TRIED}
    best = max(tried, key=lambda rate: tried[rate]["rate"])
    peak = tried[best]["rate"]
    calm = offering.offer(0.8 * peak)
    rows = [
        {"what": "peak: calls per second", "measured": peak, "unit": "/s",
         "beside": f"{best} /s offered"},
        {"what": "99th percentile at 80 % of the peak", "measured": calm["p99"], "unit": "µs",
         "beside": f"{calm['rate']:.0f} /s completed"},
    ]
    for times, kept in OFFERED.items():
        for process in processes:
            process.forget_peak()
        found = offering.offer(times * peak)
        memory = max(process.memory("VmHWM") for process in processes)
        part, slower = found["rate"] / peak, found["p99"] / calm["p99"]
        row = {"what": f"{times} × the peak offered: calls per second", "measured": found["rate"], "unit": "/s",
               "beside": f"{found['refused']} refused, {found['late']} late, {found['failed']} failed; "
                         f"p99 {found['p99'] / 1000:.0f} ms, {slower:.1f} ×; {memory:.0f} MiB; "
                         f"cores: {found['cores']}",
               "ratio": part}
        if kept is not None:
            row |= {"target": f"≥ {kept} of the peak, p99 ≤ {SLOWER} ×, ≤ {MAX_MEMORY} MiB",
                    "met": part >= kept and slower <= SLOWER and memory <= MAX_MEMORY}
        rows.append(row)
    after = offering.offer(0.8 * peak)
    enough = 0.95 * calm["rate"]
    seconds = enumerate(after["by_second"])
    back = next((second for second, done in seconds if done >= enough), SECONDS)
    rows.append({"what": "time until 80 % of the peak is completed again", "measured": back, "unit": "s",
                 "beside": f"{after['refused']} refused, {after['late']} late", "target": "≤ 5 s",
                 "met": back <= 5})
    return rows
