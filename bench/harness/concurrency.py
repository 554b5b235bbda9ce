"""More and more clients at once, through the gateway: calls per second must not
fall once they have reached their peak, and memory must stay within its bounds."""

from . import messages
from .load import ROUNDS, h2load, median
from .service import PATHS

CLIENTS = (1, 8, 64, 512, 4_096)
SECONDS = 3
KEEPS = 0.8
MAX_MEMORY = 256


def measure(house):
    message = messages.number(1, 1)
    processes = (house.gateway, house.kpi)
    found = {clients: [] for clients in CLIENTS}
    peaks = {clients: 0.0 for clients in CLIENTS}
    for _ in range(ROUNDS):
        for clients in CLIENTS:
            for process in processes:
                process.forget_peak()
            found[clients].append(h2load(house.ports["gateway"], PATHS["GetKpi"], message,
                                         clients=clients, seconds=SECONDS, token=house.token))
            most = max(process.memory("VmHWM") for process in processes)
            peaks[clients] = max(peaks[clients], most)
    rates = {clients: median(each) for clients, each in found.items()}
    peak = max(rates, key=rates.get)
    rows = []
    for clients, rate in rates.items():
        row = {"what": f"{clients} clients: calls per second", "measured": rate, "unit": "/s",
               "beside": f"at most {peaks[clients]:.0f} MiB per process"}
        if clients >= peak:
            kept = rate / rates[peak]
            row |= {"ratio": kept, "target": f"≥ {KEEPS} of the peak, ≤ {MAX_MEMORY} MiB",
                    "met": kept >= KEEPS and peaks[clients] <= MAX_MEMORY}
        rows.append(row)
    return rows
