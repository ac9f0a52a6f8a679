"""Where results go, and the figures that stand for several runs."""

import json
import pathlib
import sys
import time

from suite import machine
from suite.cluster import ROOT


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def spread(values):
    """Median, least and most."""
    return {"median": round(median(values), 4), "min": round(min(values), 4),
            "max": round(max(values), 4), "runs": len(values)}


def folder(keep):
    """bench/results/<date>-<machine> to keep them, else below build/."""
    parent = ROOT / ("bench/results" if keep else "build/bench-results")
    made = parent / f"{machine.today()}-{machine.name()}"
    made.mkdir(parents=True, exist_ok=True)
    return made


def write(directory, kind, found):
    path = directory / f"{kind}.json"
    path.write_text(json.dumps(found, indent=1) + "\n")
    return path


def newest(kind, directory=None):
    """The newest result of a kind, kept or not; or that of a folder."""
    if directory:
        return json.loads((pathlib.Path(directory) / f"{kind}.json").read_text())
    found = sorted((path for parent in ("bench/results", "build/bench-results")
                    for path in (ROOT / parent).glob(f"*/{kind}.json")),
                   key=lambda path: path.stat().st_mtime)
    if not found:
        raise SystemExit(f"no {kind}.json yet: run bench/{kind} first")
    return json.loads(found[-1].read_text())


class Progress:
    """Says on standard error what is being measured."""

    def __init__(self, steps):
        self.steps = steps
        self.step = 0
        self.begin = time.monotonic()

    def next(self, what):
        self.step += 1
        self.note(f"[{self.step}/{self.steps}] {what}")

    def note(self, text):
        elapsed = time.monotonic() - self.begin
        print(f"{elapsed:6.0f} s  {text}", file=sys.stderr, flush=True)
