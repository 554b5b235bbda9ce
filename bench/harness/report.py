"""The results: as a table on the terminal, as Markdown, and as JSON."""

import json
import os
import pathlib
import platform
import time


def machine():
    model = next((line.split(":")[1].strip() for line in
                  pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {"cpu": model, "cores": os.cpu_count(), "memory_gib": round(memory),
            "system": platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()),
            "date": time.strftime("%Y-%m-%d")}


def figure(row):
    measured, unit = row["measured"], row["unit"]
    digits = 0 if measured >= 100 or float(measured).is_integer() else 2
    return f"{measured:,.{digits}f} {unit}".replace(",", " ").strip()


def verdict(row):
    return {True: "met", False: "not met", None: ""}[row.get("met")]


def cells(row):
    ratio = f"{row['ratio']:.2f}" if "ratio" in row else ""
    return [row["what"], figure(row), row["beside"], ratio, row.get("target", ""), verdict(row)]


HEADS = ["", "measured", "beside", "ratio", "target", ""]


def print_part(name, rows):
    print(f"\n{name}", flush=True)
    for row in rows:
        what, measured, beside, ratio, target, met = cells(row)
        print(f"  {what:<58} {measured:>12}  {ratio:>5}  {target:<28} {met:<8} {beside}", flush=True)


def markdown(parts):
    lines = []
    for name, rows in parts.items():
        lines += [f"### {name}", "", "| " + " | ".join(HEADS) + " |",
                  "| --- | --: | --- | --: | --- | --- |"]
        lines += ["| " + " | ".join(cells(row)) + " |" for row in rows]
        lines.append("")
    return "\n".join(lines)


def save(directory, parts, seconds):
    directory.mkdir(parents=True, exist_ok=True)
    everything = {"machine": machine(), "seconds": round(seconds), "parts": parts}
    (directory / "result.json").write_text(json.dumps(everything, indent=2) + "\n")
    (directory / "result.md").write_text(markdown(parts))
