"""Which drains make a capacity run: one thing is changed at a time."""

import dataclasses

from suite.consumers import Options
from suite.drain import Load


@dataclasses.dataclass(frozen=True)
class Cell:
    dimension: str
    value: str
    load: Load
    options: Options = Options()


def cells(quick, total):
    base = Load(total=total)

    def load(dimension, value, **changes):
        return Cell(dimension, value, dataclasses.replace(base, **changes))

    def options(dimension, value, **changes):
        return Cell(dimension, value, base,
                    dataclasses.replace(Options(), **changes))

    sizes = [load("event size", name, event_bytes=size) for name, size in
             (("4 KB", 4096), ("1 KB", 1024), ("64 KB", 65536))]
    hits = [load("hits", f"1 in {every}", hit_every=every)
            for every in (1000, 10)]
    if quick:
        return [*sizes, *hits]
    # Cells of one load stand together: they read the same topic.
    return [
        sizes[0],
        options("threads", "1", threads=1),
        options("delivery", "at least once", delivery="at_least_once"),
        options("memory", "96 MiB", memory_mib=96),
        *sizes[1:], *hits,
        load("compression", "none", compression="none"),
        load("compression", "zstd", compression="zstd"),
        load("partitions", "1", partitions=1),
        load("partitions", "1000", partitions=1000),
        load("streams", "10", streams=10),
        load("streams", "100000", streams=100_000),
    ]
