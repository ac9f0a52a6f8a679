"""What reads a topic for tokens: tokensieve, and what teams would run
instead. Each reads the same full topic to its end."""

import dataclasses
import re
import shlex
import shutil
import subprocess
import sys

from suite import drain, peers
from suite.cluster import ROOT
from suite.consumers import Options, Tokensieve
from suite.process import Process
from suite.requests import read_all

sys.path.insert(0, str(ROOT / "deploy/kafka"))
import distribution  # noqa: E402

STREAMS = ROOT / "bench/peers/kafka-streams"


@dataclasses.dataclass(frozen=True)
class Topic:
    name: str
    records: int
    bytes: int


@dataclasses.dataclass(frozen=True)
class Piped:
    cpu: float          # seconds, start and end included
    seconds: float
    peak_mb: float
    tokens: set


def tokensieve(site, topic):
    outputs = site.outputs()
    program = Tokensieve(site, topic.name, Options(), outputs=outputs)
    try:
        drain.watch(program, topic.records)
        usage = program.stop()
    finally:
        program.process.kill()
    return _piped(usage, read_all(site, outputs["requests"]))


def kcat_and_rg(site, topic):
    kcat = shlex.join(["kcat", "-C", "-q", "-e", "-b", site.cluster.bootstrap,
                       "-t", topic.name, "-o", "beginning",
                       "-X", "check.crcs=true"])
    rg = shlex.join(["rg", "--text", "--only-matching", peers.GRANULAR])
    # The shell waits for both, so their time is in its own.
    process = Process(["bash", "-c", f"{kcat} | {rg}; exit 0"], site.scratch,
                      site.fresh("kcat"))
    usage = process.wait(300)
    return _piped(usage, process.output.read_text())


def kafka_streams(site, topic):
    jars = distribution.jar_directory(STREAMS / "pom.xml")
    classes = site.scratch / "classes"
    if not classes.exists():
        subprocess.run(["javac", "-cp", f"{jars}/*", "-d", classes,
                        STREAMS / "RegexStream.java"], check=True)
    output = site.cluster.create(site.fresh("matches"))
    process = Process(
        [distribution.java(), "-Xmx512m", "-cp", f"{classes}:{jars}/*",
         "RegexStream", site.cluster.bootstrap, site.fresh("streams"),
         topic.name, output, topic.records, site.scratch / "streams"],
        site.scratch, site.fresh("streams"))
    usage = process.wait(600)
    return _piped(usage, read_all(site, output))


def _piped(usage, text):
    return Piped(usage.cpu, usage.seconds, usage.peak_mb,
                 set(re.findall(peers.GRANULAR, text)))


def available():
    """(name, function) of each, and the names of those that are missing."""
    found, missing = [("tokensieve run", tokensieve)], []
    if shutil.which("kcat") and shutil.which("rg"):
        found.append(("kcat | rg", kcat_and_rg))
    else:
        missing.append("kcat")
    if shutil.which("javac"):
        found.append(("Kafka Streams, exactly_once_v2", kafka_streams))
    else:
        missing.append("javac")
    return found, missing
