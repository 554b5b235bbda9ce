"""Runs commands of the tests, shows their output, and finds the failed tests."""

import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# cargo lists the failed tests of a program again after `failures:`, indented by four spaces.
CARGO_LIST = "failures:"
CARGO_NAME = re.compile(r"^    (\S+)$")
VITEST_NAME = re.compile(r"^ FAIL  (?:\|\w+\| )?(.+?)(?: \[.*\])?$")
# What a failed test printed follows a line with its name; vitest's is the one above.
CARGO_OUTPUT = re.compile(r"^---- (\S+) stdout ----$")
# The first lines say what was expected and where; the log has the rest.
MAX_OUTPUT_LINES = 10
MAX_OUTPUT_COLUMNS = 200
# Empty lines, rules, and the lines of code around an error.
NO_OUTPUT = re.compile(r"^\s*(⎯.*|\d*\|.*)?$")


class Run:
    """The result of a command: its exit code, its seconds, the failed tests, and the first
    lines that each of them printed, by its name."""

    def __init__(self, code, seconds, failed, output):
        self.code = code
        self.seconds = seconds
        self.failed = failed
        self.output = output

    @property
    def ok(self):
        return self.code == 0

    def told(self, most=5):
        """The names of the first failed tests, at most `most`."""
        more = len(self.failed) - most
        return ", ".join(self.failed[:most]) + (f" and {more} more" if more > 0 else "")


def run(command, folder=".", log=None, quiet=False, **environment):
    """Runs a command in a folder of the repository. Shows its output, unless `quiet`,
    and also writes it to the file `log`, if there is one."""
    began, failed, listing = time.monotonic(), [], False
    output, of = {}, None
    if sys.stdout.isatty() and not quiet:
        environment = {"CARGO_TERM_COLOR": "always", "FORCE_COLOR": "1", **environment}
    with subprocess.Popen(
        command, cwd=ROOT / folder, env={**os.environ, **environment}, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:
        for line in process.stdout:
            plain = COLOUR.sub("", line).rstrip("\n")
            if not quiet:
                print(line, end="", flush=True)
            if log is not None:
                print(plain, file=log, flush=True)
            listing = plain == CARGO_LIST or (listing and plain.startswith("    "))
            name = CARGO_NAME.match(plain) if listing else VITEST_NAME.match(plain)
            if name and name[1] not in failed:
                failed.append(name[1])
            begins = VITEST_NAME.match(plain) or CARGO_OUTPUT.match(plain)
            if begins or plain == CARGO_LIST:
                of = begins and begins[1]
            elif of and not NO_OUTPUT.match(plain) and len(output.setdefault(of, [])) < MAX_OUTPUT_LINES:
                output[of].append(plain[:MAX_OUTPUT_COLUMNS])
    return Run(process.returncode, time.monotonic() - began, failed, output)
