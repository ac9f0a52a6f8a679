"""Where a run takes place: the build, the broker, a scratch folder."""

import contextlib
import itertools
import pathlib
import shutil
import tempfile

from suite import events
from suite.cluster import ROOT, Cluster
from suite.process import Process


class Site:
    def __init__(self, build, logs=None):
        self.build = build
        self.program = build / "tokensieve"
        for needed in (self.program, build / "bench/bare_consumer",
                       build / "bench/load_producer"):
            if not needed.exists():
                raise SystemExit(f"{needed} is missing: cmake --preset release "
                                 "&& cmake --build --preset release")
        self.logs = logs
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="tokensieve-bench-"))
        self._numbers = itertools.count()
        self._files = {}
        self.cluster = Cluster(self.scratch / "kafka")

    def close(self):
        self.cluster.stop()
        shutil.rmtree(self.scratch)

    def fresh(self, name):
        return f"{name}-{next(self._numbers)}"

    def outputs(self):
        """Fresh output topics."""
        made = {name: self.fresh(name)
                for name in ("requests", "sightings", "dead_letters")}
        for topic in made.values():
            self.cluster.create(topic)
        return made

    def events(self, size, total, hit_every=0, streams=1000):
        """(file, events, bytes) of a file of events, made once."""
        key = (size, total, hit_every, streams)
        if key not in self._files:
            path = self.scratch / f"{self.fresh('events')}.ndjson"
            self._files[key] = (path, *events.write(
                path, size, total, hit_every, streams, self.logs))
        return self._files[key]

    def producer(self, topic, partitions, file, compression, **options):
        """Starts load_producer; `options` are its own."""
        command = [self.build / "bench/load_producer", "--topic", topic,
                   "--partitions", partitions, "--events", file]
        for name, value in options.items():
            command += [f"--{name.replace('_', '-')}", value]
        command += [f"bootstrap.servers={self.cluster.bootstrap}",
                    f"compression.type={compression}",
                    "linger.ms=" + ("5" if "rate" in options else "50"),
                    "batch.size=1000000", "message.max.bytes=4000000",
                    "queue.buffering.max.kbytes=65536"]
        return Process(command, self.scratch, self.fresh("load"))


@contextlib.contextmanager
def open_site(build=None, logs=None):
    site = Site(pathlib.Path(build or ROOT / "build/release").resolve(), logs)
    try:
        yield site
    finally:
        site.close()
