"""What it costs to learn at a start which tokens were requested before."""

import dataclasses
import time

from suite import drain
from suite.consumers import Options, Tokensieve


@dataclasses.dataclass(frozen=True)
class Followed:
    requests: int
    cpu_per_request: float      # seconds
    seconds_per_request: float  # until ready


def follow(site, start_up_cpu):
    load = drain.Load(event_bytes=1024, hit_every=1, total=30_000_000)
    topic, records, _ = drain.fill(site, load)
    outputs = site.outputs()
    writer = Tokensieve(site, topic, Options(), outputs=outputs)
    try:
        drain.watch(writer, records)
        writer.stop()
    finally:
        writer.process.kill()
    empty = site.cluster.create(site.fresh("empty"), load.partitions)
    plain = _start(site, empty, site.outputs())
    informed = _start(site, empty, outputs)
    site.cluster.delete(topic, empty)
    return Followed(
        requests=records,
        cpu_per_request=max(informed[0] - start_up_cpu, 0) / records,
        seconds_per_request=max(informed[1] - plain[1], 0) / records)


def _start(site, topic, outputs):
    """(CPU seconds altogether, seconds until ready) of a start."""
    program = Tokensieve(site, topic, Options(), outputs=outputs)
    try:
        program.wait_until_assigned()
        ready = time.monotonic() - program.process.started
        return program.stop().cpu, ready
    finally:
        program.process.kill()
