"""The processes that are measured: a Postgres, the servers of kreis, and their peers. They listen
on loopback or in a temporary directory, and end with the context."""

import base64
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from . import messages

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Cargo's target directory.
TARGET = pathlib.Path(subprocess.check_output([ROOT / "tools/target-directory"], text=True).strip())
# All clients of the bench use one address, and most of them one user.
NO_LIMITS = {f"KREIS_{what}": "10000" for what in
             ("CONNECTIONS_PER_ADDRESS", "CALLS_PER_ADDRESS", "CALLS_PER_USER")}
# h2load retries a refused call at once, and counts the refusal as a response.
NO_REFUSALS = {"KREIS_CALLS_AT_ONCE": "10000"}
RELEASE = pathlib.Path(os.environ.get("KREIS_RELEASE", TARGET / "release"))
PASSWORD = "kreis-bench-only"
EMAIL = "bench@example.org"
TICKS = os.sysconf("SC_CLK_TCK")
SERVICES = ("auth", "org", "kpi")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def cpu(pid):
    """Processor time of a process so far, in seconds, with all its threads."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Process:
    """A server process that the bench measures."""

    def __init__(self, name, command, settings, directory):
        self.log = directory / f"{name}.log"
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **settings}
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.name, self.pid = name, self._child.pid

    def cpu(self):
        """Processor time so far, in seconds, with all its threads."""
        return cpu(self.pid)

    def memory(self, what="VmRSS"):
        """Resident memory in MiB; with VmHWM its peak."""
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(what):
                return int(line.split()[1]) / 1024
        return 0.0

    def forget_peak(self):
        pathlib.Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def end(self):
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(15)
        if self._child.poll() is None:
            self._child.kill()
            self._child.wait()


class System:
    """A Postgres, and the servers that are started with it."""

    def __enter__(self):
        self._stack = contextlib.ExitStack()
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="kreis-bench-"))
        self._stack.callback(shutil.rmtree, self.directory, ignore_errors=True)
        self.directory.chmod(0o711)
        self._bin = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        with contextlib.ExitStack() as unless_ready:
            unless_ready.callback(self._stack.close)
            self._begin_postgres()
            unless_ready.pop_all()
        return self

    def __exit__(self, *fault):
        self._stack.close()

    def _as_postgres(self, *command):
        lowered = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        subprocess.run([*lowered, *map(str, command)], check=True, stdout=subprocess.DEVNULL,
                       cwd=self.directory)

    def _begin_postgres(self):
        self.sockets = self.directory / "postgres"
        self.sockets.mkdir()
        if os.getuid() == 0:
            shutil.chown(self.sockets, "postgres")
        data = self.sockets / "data"
        self._as_postgres(self._bin / "initdb", "-D", data, "-U", "postgres", "-A", "trust",
                          "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums")
        # Postgres's manual suggests a quarter of the memory as a starting value.
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        settings = {
            "listen_addresses": "''", "unix_socket_directories": f"'{self.sockets}'",
            "max_connections": "300", "shared_buffers": f"{memory // 4 // 1024}kB", "max_wal_size": "8GB",
            "maintenance_work_mem": "1GB", "autovacuum": "off",
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._as_postgres(self._bin / "pg_ctl", "-D", data, "-s", "-w", "-o", options,
                          "-l", self.sockets / "log", "start")
        self._stack.callback(self._as_postgres, self._bin / "pg_ctl", "-D", data, "-s", "-m",
                             "immediate", "stop")

    def url(self, database, user="postgres"):
        return f"postgres://{user}@localhost/{database}?host={self.sockets}"

    def sql(self, database, text, user="postgres"):
        """Runs SQL and returns its output, without headers."""
        command = [str(self._bin / "psql"), "-qAtX", "-v", "ON_ERROR_STOP=1", "-h",
                   str(self.sockets), "-U", user, "-d", database]
        done = subprocess.run(command, input=text, check=True, text=True, capture_output=True)
        return done.stdout.strip()

    def postgres_cpu(self):
        """Processor time of all running processes of Postgres so far, in seconds."""
        first = (self.sockets / "data/postmaster.pid").read_text().split()[0]
        children = pathlib.Path(f"/proc/{first}/task/{first}/children").read_text().split()
        found = 0.0
        for pid in (first, *children):
            # A process may have ended by now.
            with contextlib.suppress(FileNotFoundError):
                found += cpu(pid)
        return found

    def program(self, name):
        return str(self._bin / name)

    def start(self, name, command, **settings):
        process = Process(name, [str(part) for part in command], settings, self.directory)
        self._stack.callback(process.end)
        return process

    def migrate(self, database):
        """Migrates a new database and adds one gatekeeper. Returns their id."""
        self.sql("postgres", f"create database {database}")
        settings = {"KREIS_DATABASE_URL": self.url(database), "PATH": os.environ["PATH"]}
        settings |= {f"KREIS_{name.upper()}_PASSWORD": "of-this-cluster" for name in SERVICES}
        kreis = RELEASE / "kreis"
        subprocess.run([kreis, "migrate"], env=settings, check=True, capture_output=True)
        add = [kreis, "user", "add", "--gatekeeper", "--email", EMAIL, "--first-name", "Bea",
               "--last-name", "Meier"]
        subprocess.run(add, env=settings, input=f"{PASSWORD}\n", text=True, check=True,
                       capture_output=True)
        return int(self.sql(database, "select min(id) from org.users"))


class House:
    """The four servers on one database, each as a process, as in containers."""

    def __init__(self, system, database, *, refuses=False):
        self._system, self._database = system, database
        self._calls_at_once = {} if refuses else NO_REFUSALS
        self._key = system.directory / "signing-key.pem"
        if not self._key.exists():
            subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", self._key],
                           check=True, capture_output=True)
        names = [*SERVICES, "tokens", "gateway", *(f"{name}-metrics" for name in SERVICES)]
        self.ports = {name: free_port() for name in names}
        self.auth, self.org, self.kpi = (self._service(name) for name in SERVICES)
        self.gateway = self._gateway()
        until(lambda: healthy(self.ports["gateway"]))
        until(lambda: healthy(self.ports["kpi"]))
        self.token = sign_in(self.ports["gateway"])

    def end(self):
        """Stops the servers. Postgres keeps running."""
        for process in filter(None, (self.gateway, self.kpi, self.org, self.auth)):
            process.end()

    def url(self, name):
        return f"http://127.0.0.1:{self.ports[name]}"

    def public_key(self):
        """The 32 bytes of the Ed25519 key, base64url."""
        command = ["openssl", "pkey", "-in", self._key, "-pubout", "-outform", "DER"]
        der = subprocess.run(command, check=True, capture_output=True).stdout
        return base64.urlsafe_b64encode(der[-32:]).decode().rstrip("=")

    def _common(self):
        return {
            "KREIS_SERVICE_SECRET": "0123456789abcdef0123456789abcdef",
            "KREIS_TOKEN_SERVICE": self.url("tokens"),
            "KREIS_LOG_FORMAT": "json",
            # The bench signs in once and renews nothing.
            "KREIS_ACCESS_TOKEN_SECONDS": "900",
            **self._calls_at_once,
        }

    def _service(self, name):
        listen = {
            "KREIS_LISTEN": f"127.0.0.1:{self.ports[name]}",
            "KREIS_TOKEN_LISTEN": f"127.0.0.1:{self.ports['tokens']}",
            "KREIS_METRICS_LISTEN": f"127.0.0.1:{self.ports[name + '-metrics']}",
            "KREIS_SIGNING_KEY_FILES": str(self._key),
            "KREIS_DATABASE_URL": self._system.url(self._database, f"kreis_{name}"),
        }
        binary = RELEASE / f"kreis-{name}"
        return self._system.start(f"{name}-{self._database}", [binary], **self._common(), **listen)

    def _gateway(self):
        listen = {"KREIS_LISTEN": f"127.0.0.1:{self.ports['gateway']}",
                  "KREIS_METRICS_LISTEN": f"127.0.0.1:{free_port()}"}
        listen |= {f"KREIS_{name.upper()}_SERVICE": self.url(name) for name in SERVICES}
        listen |= NO_LIMITS
        binary = RELEASE / "kreis-gateway"
        return self._system.start("gateway", [binary], **self._common(), **listen)

    def calls_answered(self):
        """Number of calls that kpi has handled, and how many of them ended without OK."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports["kpi-metrics"], timeout=5)
        connection.request("GET", "/metrics")
        return messages.counted(connection.getresponse().read().decode())


def call(port, path, message, token=None):
    """One call by gRPC-Web. Returns the message, or raises the error."""
    headers = {"content-type": "application/grpc-web+proto", "x-grpc-web": "1"}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", path, messages.framed(message), headers)
    response = connection.getresponse()
    message, trailers = messages.unframed(response.read())
    status = response.headers.get("grpc-status") or trailers.get("grpc-status", "?")
    if status != "0":
        said = response.headers.get("grpc-message") or trailers.get("grpc-message", "")
        raise RuntimeError(f"{path}: {status} {said}")
    return message


def sign_in(port):
    login = messages.text(1, EMAIL) + messages.text(2, PASSWORD)
    response = call(port, "/kreis.auth.v1.AuthService/Login", login)
    return messages.first_text(response)


def claims(token):
    """Head and body of a JWT."""
    parts = token.split(".")[:2]
    return [json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in parts]


def healthy(port):
    """Runs `kreis healthcheck`, as containers do."""
    command = [RELEASE / "kreis", "healthcheck", f"http://127.0.0.1:{port}"]
    return subprocess.run(command, capture_output=True).returncode == 0


def wait_for(host, port):
    def reachable():
        with contextlib.suppress(OSError), socket.create_connection((host, port), 1):
            return True
        return False
    until(reachable)


def until(holds, patience=60):
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > patience:
            raise TimeoutError("a server did not come up; its log is in the bench's directory")
        time.sleep(0.1)
