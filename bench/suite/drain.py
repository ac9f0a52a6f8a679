"""How fast a full topic is read, and what that costs."""

import dataclasses
import time

from suite.consumers import Bare, Options, Tokensieve
from suite.process import Failed

GB = 1e9


@dataclasses.dataclass(frozen=True)
class Load:
    """What stands in the topic."""
    event_bytes: int = 4096
    compression: str = "lz4"
    hit_every: int = 0       # each so many events holds a token; 0: none
    partitions: int = 12
    streams: int = 1000
    # First use of memory costs what 5 % of a drain of 500 MB does.
    total: int = 1_536_000_000


@dataclasses.dataclass(frozen=True)
class Drained:
    cpu_per_gb: float        # seconds, without the start-up
    mb_per_s: float
    events_per_s: float
    peak_mb: float


# Repeated until the topic holds enough; far more than a core's caches.
FILE_BYTES = 24_000_000
POLL_SECONDS = 0.05


def fill(site, load):
    """A fresh topic: (topic, records, bytes)."""
    file, events, size = site.events(
        load.event_bytes, min(FILE_BYTES, load.total), load.hit_every,
        load.streams)
    times = max(1, round(load.total / size))
    topic = site.cluster.create(site.fresh("input"), load.partitions)
    fresh = {"fresh_tokens": 0} if load.hit_every else {}
    site.producer(topic, load.partitions, file, load.compression,
                  records=events * times, **fresh).wait(300)
    return topic, events * times, size * times


def bare(site, topic, records, size, options, start_up):
    said, usage = Bare(site, topic, options, records=records).result()
    return Drained(
        cpu_per_gb=(usage.cpu - start_up) / (size / GB),
        mb_per_s=size / said["seconds"] / 1e6,
        events_per_s=records / said["seconds"], peak_mb=usage.peak_mb)


def tokensieve(site, topic, records, size, options, start_up):
    program = Tokensieve(site, topic, options)
    try:
        first, last = watch(program, records)
        usage = program.stop()
    finally:
        program.process.kill()
    seconds = last[0] - first[0]
    share = (last[1] - first[1]) / records
    return Drained(
        cpu_per_gb=(usage.cpu - start_up) / (size / GB),
        mb_per_s=size * share / seconds / 1e6,
        events_per_s=records * share / seconds, peak_mb=usage.peak_mb)


def watch(program, records, limit=180):
    """(time, records) of the first look that saw some read, or of the last
    that saw none, and of the first that saw all."""
    deadline = time.monotonic() + limit
    first = (time.monotonic(), 0)
    while True:
        now, read = time.monotonic(), program.progress()
        if read == 0:
            first = (now, 0)
        if read >= records:
            return first, (now, read)
        if now > deadline:
            raise Failed(f"{read} of {records} records in {limit} s")
        time.sleep(POLL_SECONDS)


def start_up(site, partitions, repeats):
    """CPU seconds of each that reads an empty topic: what a start and an end
    cost."""
    topic = site.cluster.create(site.fresh("empty"), partitions)
    costs = {"bare": [], "tokensieve": []}
    for _ in range(repeats):
        one = Bare(site, topic, Options())
        time.sleep(1.5)
        costs["bare"].append(one.stop()[1].cpu)
        program = Tokensieve(site, topic, Options())
        program.wait_until_assigned()
        time.sleep(0.2)
        costs["tokensieve"].append(program.stop().cpu)
    site.cluster.delete(topic)
    return {name: sorted(found)[len(found) // 2]
            for name, found in costs.items()}
