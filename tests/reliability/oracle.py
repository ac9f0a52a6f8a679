"""What a reader of the outputs sees, by Kafka's own console consumer: neither
our code nor the library that our code uses.

Two of them run from the beginning of a scenario to its end: one as a worker
reads, one that sees aborted records as well. A token is hashed as soon as its
line is read; what is kept (NDJSON) never holds one.
"""

import collections
import dataclasses
import hashlib
import json
import re
import subprocess
import threading
import time

from harness import wait_until

import distribution
import tokens

CONSUMER = "org.apache.kafka.tools.consumer.ConsoleConsumer"
BYTES = "org.apache.kafka.common.serialization.BytesDeserializer"
# Neither stands unescaped in what BytesDeserializer prints.
FIELD, HEADER = "\x1f", "\x1e"
FORMAT = {"print.timestamp": "true", "print.partition": "true",
          "print.offset": "true", "print.headers": "true", "print.key": "true",
          "key.deserializer": BYTES, "value.deserializer": BYTES,
          "key.separator": FIELD, "headers.separator": HEADER}
SECRET = re.compile(r"npm_SYNTHETIC\d|5afe0000-[0-9a-f]{4}-4000-8000-")
# Not an output: the first and the last record of a partition. The first shows
# that a reader is there, the last that it has read all.
MARK = "reliability-mark"


@dataclasses.dataclass
class Seen:
    """One record of an output."""

    kind: str  # request, sighting, dead-letter or MARK
    partition: int
    offset: int
    headers: dict
    digest: str  # of the value
    size: int
    # What it says, without the token; of requests and sightings.
    said: dict | None
    # Where it disagrees with itself.
    faults: list
    moment: float

    def place(self):
        return self.kind, self.partition, self.offset

    def origin(self):
        """Topic, partition and offset that it says it comes of."""
        if self.said:
            origin = self.said["origin"]
            return origin["topic"], origin["partition"], origin["offset"]
        return (self.headers["dlq-topic"], int(self.headers["dlq-partition"]),
                int(self.headers["dlq-offset"]))

    def identity(self):
        return self.said["token"]["fingerprint"], self.said["registry"]


class Reader:
    """Of all topics of a stage's outputs."""

    def __init__(self, stage, isolation, directory):
        self.isolation = isolation
        # By place: a reader that loses its group reads again.
        self.records = {}
        self._marks = collections.defaultdict(set)
        directory.mkdir(parents=True, exist_ok=True)
        self._kept = open(directory / f"{isolation}.ndjson", "w",
                          encoding="utf-8")
        self._failure = None
        topics = (stage.requests, stage.sightings, stage.dead_letters)
        properties = [option for name, value in FORMAT.items()
                      for option in ("--property", f"{name}={value}")]
        java, *command = distribution.java_command(CONSUMER, heap="192m")
        # Two of them start for each scenario: a quick start, little CPU.
        java = [java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        with open(directory / f"{isolation}.log", "wb") as log:
            self._process = subprocess.Popen(
                [*java, *command, "--bootstrap-server", stage.kafka.bootstrap,
                 "--include", "|".join(map(re.escape, topics)),
                 "--from-beginning", "--isolation-level", isolation,
                 "--consumer-property", "reconnect.backoff.max.ms=500",
                 "--consumer-property", "metadata.max.age.ms=5000",
                 *properties],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                text=True, encoding="latin-1")
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def of(self, kind):
        return [seen for seen in list(self.records.values())
                if seen.kind == kind]

    def wait_for_marks(self, places, count):
        """Until that many marks of each partition were read."""
        def read():
            assert self._failure is None, self._failure
            return all(len(self._marks[place]) >= count for place in places)
        wait_until(read, f"the {self.isolation} reader is at mark {count}")

    def close(self):
        self._process.kill()
        self._process.wait()
        self._thread.join()
        self._kept.close()

    def _read(self):
        try:
            for line in self._process.stdout:
                self._take(parse(line.rstrip("\n")))
        except Exception as error:  # told by who waits for us
            self._failure = f"the {self.isolation} reader: {error!r}"

    def _take(self, seen):
        if seen.kind == MARK:
            self._marks[seen.headers[MARK], seen.partition].add(seen.offset)
            return
        if seen.place() in self.records:
            return
        self.records[seen.place()] = seen
        self._kept.write(json.dumps(dataclasses.asdict(seen)) + "\n")
        self._kept.flush()


def parse(line):
    _, partition, offset, headers, key, value = line.split(FIELD)
    headers = dict(one.split(":", 1) for one in headers.split(HEADER)
                   if ":" in one)
    data = _bytes(value)
    kind = (MARK if MARK in headers
            else "dead-letter" if "dlq-reason" in headers
            else headers.get("ce_type", "").removeprefix("tokensieve.")
            .removesuffix(".v1").replace("revocation-", ""))
    said, faults = (None, []) if kind in (MARK, "dead-letter") else _say(data)
    if said and _bytes(key).decode() != said["token"]["fingerprint"]:
        faults.append("its key is not its fingerprint")
    if SECRET.search(json.dumps([headers, said])):
        faults.append("a token where none may be")
    return Seen(kind, int(partition.split(":")[1]), int(offset.split(":")[1]),
                headers, hashlib.sha256(data).hexdigest(), len(data), said,
                faults, time.monotonic())


def _bytes(text):
    """What BytesDeserializer printed."""
    if text == "null":
        return b""
    return re.sub(rb"\\x([0-9A-F]{2})", lambda m: bytes.fromhex(m[1].decode()),
                  text.encode("latin-1"))


def _say(data):
    said = json.loads(data)
    token, faults = said["token"], []
    value = token.pop("value", None)
    if value is not None and tokens.fingerprint(value) != token["fingerprint"]:
        faults.append("its fingerprint is not its token's")
    if said["id"] != tokens.request_id(said):
        faults.append("its id is not what its place makes")
    return said, faults
