"""Load generators: h2load repeats one request, our own `calls` sends many different ones, and pgbench
runs only the statements."""

import json
import re
import resource
import statistics
import struct
import subprocess
import tempfile

from . import messages
from .system import RELEASE

ROUNDS = 3


def median(values):
    return statistics.median(values)


def h2load(port, path, message, *, clients, streams=1, requests=None, seconds=None, token=None,
           web=False, http1=False):
    """Sends a number of requests, or sends for a number of seconds after every client has
    connected. Returns calls per second. Fails if a request gets no response."""
    kind = "application/grpc-web+proto" if web else "application/grpc"
    headers = [f"content-type: {kind}", "te: trailers"]
    if web:
        headers[1] = "x-grpc-web: 1"
    if token is not None:
        headers.append(f"authorization: Bearer {token}")
    how_long = ["-n", str(requests)] if seconds is None else ["-D", str(seconds), "--warm-up-time", "2"]
    with tempfile.NamedTemporaryFile() as body:
        body.write(messages.framed(message))
        body.flush()
        command = ["h2load", *how_long, "-c", str(clients), "-m", str(streams), "-d", body.name]
        for header in headers:
            command += ["-H", header]
        command += ["--h1"] if http1 else []
        command.append(f"http://127.0.0.1:{port}{path}")
        done = subprocess.run(command, check=True, text=True, capture_output=True,
                              preexec_fn=raise_open_files_limit)
    total, succeeded, failed = (int(re.search(rf"(\d+) {what}", done.stdout)[1])
                                for what in ("total", "succeeded", "failed"))
    if failed or (requests is not None and succeeded != requests) or not succeeded:
        raise RuntimeError(f"{path}: {total - succeeded} of {total} had no response\n{done.stdout}")
    return float(re.search(r"([\d.]+) req/s", done.stdout)[1])


def raise_open_files_limit():
    """Raises the limit on open files, so that each client can have a connection."""
    maximum = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (maximum, maximum))


class Requests:
    """A file of different messages for `calls`."""

    def __init__(self, all_messages):
        self._file = tempfile.NamedTemporaryFile()
        for message in all_messages:
            self._file.write(struct.pack(">I", len(message)) + message)
        self._file.flush()
        self.name = self._file.name


def calls_command(url, path, requests, *, clients, seconds):
    return [str(RELEASE / "calls"), url, path, str(clients), str(seconds), requests.name]


def calls(url, path, requests, *, clients, seconds, token=None):
    """Returns calls per second, and the median and 99th percentile in microseconds."""
    command = calls_command(url, path, requests, clients=clients, seconds=seconds)
    return outcome(subprocess.run(command, env=with_token(token), check=True, text=True,
                                  capture_output=True))


def with_token(token):
    return {} if token is None else {"TOKEN": token}


def outcome(done, allow_failures=False):
    found = json.loads(done.stdout)
    if found["failed"] and not allow_failures:
        raise RuntimeError(f"{found['failed']} calls failed: {done.stderr}")
    return {**found, "rate": found["calls"] / found["seconds"]}


def pgbench(system, database, script, *, clients, seconds):
    """Returns transactions per second of a script with prepared statements."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        command = [system.program("pgbench"), "-h", str(system.sockets), "-U", "kreis_kpi", "-n",
                   "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds),
                   "-f", file.name, database]
        done = subprocess.run(command, check=True, text=True, capture_output=True)
    return float(re.search(r"tps = ([\d.]+)", done.stdout)[1])


def call_at_fixed_rate(port, path, message, *, clients, per_second, seconds, token):
    """Returns the 99th percentile of the duration of a call, in microseconds."""
    with tempfile.NamedTemporaryFile() as body, tempfile.NamedTemporaryFile("r") as log:
        body.write(messages.framed(message))
        body.flush()
        command = ["h2load", "-D", str(seconds), "-c", str(clients), "--rps", str(per_second / clients),
                   "-d", body.name, f"--log-file={log.name}"]
        for header in ("content-type: application/grpc", "te: trailers", f"authorization: Bearer {token}"):
            command += ["-H", header]
        subprocess.run([*command, f"http://127.0.0.1:{port}{path}"], check=True, capture_output=True)
        lines = [line.split("\t") for line in log.read().splitlines()]
    if any(status != "200" for _, status, _ in lines) or len(lines) < per_second * seconds * 0.9:
        raise RuntimeError(f"{path}: not every call at {per_second} per second got a response")
    return statistics.quantiles([int(micros) for _, _, micros in lines], n=100)[98]
