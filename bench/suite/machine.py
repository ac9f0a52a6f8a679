"""The machine and the versions of a run, without names of anybody's."""

import datetime
import os
import pathlib
import re
import subprocess

from suite.cluster import ROOT


def _first(path, pattern):
    found = re.search(pattern, pathlib.Path(path).read_text(), re.M)
    return found.group(1).strip() if found else "unknown"


def processor():
    return re.sub(r"\(R\)|\(TM\)|CPU|Processor|\d+-Core|@.*", "",
                  _first("/proc/cpuinfo", r"^model name\s*:(.*)$")).strip()


def cores():
    return len(os.sched_getaffinity(0))


def name():
    """As in the name of a folder with results: 2-core-epyc."""
    return f"{cores()}-core-{processor().split()[-1].lower()}"


def describe():
    def output(*command):
        done = subprocess.run(command, capture_output=True, text=True,
                              check=False, cwd=ROOT)
        return done.stdout.strip()

    return {
        "name": name(), "cores": cores(), "processor": processor(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE")
                           * os.sysconf("SC_PHYS_PAGES") / 1e9),
        "system": _first("/etc/os-release", r'^PRETTY_NAME="(.*)"'),
        "kernel": os.uname().release,
        "librdkafka": output("pkg-config", "--modversion", "rdkafka"),
        "commit": output("git", "rev-parse", "--short", "HEAD"),
        "load_before": [round(one, 1) for one in os.getloadavg()],
    }


def today():
    return datetime.date.today().isoformat()
