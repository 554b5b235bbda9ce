"""How fast `kreis` starts, how much memory it takes, and how large the binary is, with its
own Postgres."""

import contextlib
import os
import pathlib
import re
import subprocess
import tempfile
import time

from . import messages
from .load import ROUNDS, Requests, calls, median
from .service import PATHS
from .system import NO_LIMITS, PASSWORD, RELEASE, Process, call

DEMO_USER = "gatekeeper@example.org"
DEMO_PASSWORD = "kreis-demo-only"
BINARIES = ("kreis", "kreis-auth", "kreis-org", "kreis-kpi", "kreis-gateway")


class Standalone:
    """`kreis serve` on a data directory of its own."""

    def __init__(self, directory, *arguments):
        self._directory, self._arguments = directory, arguments

    def start(self):
        """Returns the seconds until it was ready."""
        settings = {"KREIS_DATA_DIR": str(self._directory / "data"), "KREIS_LISTEN": "127.0.0.1:0",
                    **NO_LIMITS}
        began = time.monotonic()
        log = self._directory / "kreis.log"
        log.unlink(missing_ok=True)
        command = [str(RELEASE / "kreis"), "serve", *self._arguments]
        self.process = Process("kreis", command, settings, self._directory)
        while True:
            found = re.search(r"^ready: http://127\.0\.0\.1:(\d+)", log.read_text(), re.M)
            if found:
                self.port = int(found[1])
                return time.monotonic() - began
            if time.monotonic() - began > 120:
                raise TimeoutError(f"kreis was not ready:\n{log.read_text()}")
            time.sleep(0.01)

    def run(self, *arguments, **settings):
        """Runs an operator's command beside the server."""
        environment = {"PATH": os.environ["PATH"], "KREIS_DATA_DIR": str(self._directory / "data"),
                       **settings}
        return subprocess.run([RELEASE / "kreis", *arguments], env=environment, check=True,
                              text=True, capture_output=True, input=f"{PASSWORD}\n")

    def end(self):
        self.process.end()


@contextlib.contextmanager
def directory():
    """A temporary directory that the user of Postgres can traverse."""
    with tempfile.TemporaryDirectory(prefix="kreis-bench-", ignore_cleanup_errors=True) as name:
        path = pathlib.Path(name)
        path.chmod(0o711)
        yield path


def measure():
    first, later, idle, loaded = [], [], [], []
    for _ in range(ROUNDS):
        with directory() as path:
            kreis = Standalone(path, "--demo")
            try:
                kreis.start()
                kreis.end()
                later.append(kreis.start())
                time.sleep(2)
                idle.append(kreis.process.memory())
                login = messages.text(1, DEMO_USER) + messages.text(2, DEMO_PASSWORD)
                token = messages.first_text(call(kreis.port, "/kreis.auth.v1.AuthService/Login", login))
                asked = Requests([messages.number(1, kpi) for kpi in range(1, 9)] * 8)
                calls(f"http://127.0.0.1:{kreis.port}", PATHS["GetKpi"], asked, clients=32, seconds=3,
                      token=token)
                loaded.append(kreis.process.memory("VmHWM"))
            finally:
                kreis.end()
        with directory() as path:
            kreis = Standalone(path)
            try:
                first.append(kreis.start())
            finally:
                kreis.end()
    megabytes = {name: (RELEASE / name).stat().st_size / 2**20 for name in BINARIES}
    beside = ", ".join(f"{name} {size:.0f} MiB" for name, size in megabytes.items() if name != "kreis")
    return [
        {"what": "first start, with a new database", "measured": median(first), "unit": "s", "beside": ""},
        {"what": "later start", "measured": median(later), "unit": "s", "beside": ""},
        {"what": "resident memory, idle", "measured": median(idle), "unit": "MiB",
         "beside": "without Postgres"},
        {"what": "resident memory under load, at most", "measured": median(loaded), "unit": "MiB",
         "beside": "32 clients, without Postgres"},
        {"what": "size of kreis", "measured": megabytes["kreis"], "unit": "MiB", "beside": beside},
    ]
