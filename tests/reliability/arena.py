"""Where a scenario plays: topics, a feed that never rests, workers that come
and go, two readers of the outputs, and what is measured meanwhile."""

import contextlib
import dataclasses
import pathlib
import random
import re
import threading
import time

from confluent_kafka import Producer

import harness
from harness import Program, Stage, WAIT_SECONDS, wait_until
from test_http import Http

import invariants
import oracle
import watch
import wire_proxy
import workload

# The sum bounds what a dead member and its transaction may cost, with a few
# seconds to start again in.
SESSION_SECONDS, TRANSACTION_SECONDS, START_SECONDS = 6, 10, 5
# A broker looks for transactions that timed out so seldom; a successor of the
# same name does not have to wait for it.
LOOK_SECONDS = 10
# As nobody would set them: dead members are missed soon.
SETTINGS = {**harness.QUICK_SESSION,
            "input__max_event_bytes": f"{workload.MAX_EVENT_BYTES >> 10}KiB",
            "http__listen": "127.0.0.1:0"}
MEMORY = 256 << 20  # as Stage.configuration says
OUTPUT_PARTITIONS = 2
RECORDS_A_BATCH, BATCH_SECONDS = 12, 0.3


@dataclasses.dataclass
class Arena(Stage):
    """Of one scenario."""

    proxy: object = None
    rng: random.Random = None
    trials: int = 1
    say: object = print
    kinds: dict = None
    # What a worker is; the self-test puts broken ones here.
    command: tuple = (harness.PROGRAM, "run")

    def __post_init__(self):
        super().__post_init__()
        self.inputs = {f"{self.name}.build-logs": 4, f"{self.name}.commits": 2}
        self.work = workload.Workload(self.rng, self.inputs, self.kinds)
        self.faults = {}
        self.trouble = []
        self.secrets = []
        # Numbers for the report that nothing is asked of.
        self.measured = {}
        # Whether one request of a token is promised from one partition to
        # another.
        self.one_instance = False
        self.stall_limit = (SESSION_SECONDS + TRANSACTION_SECONDS
                            + START_SECONDS)
        self.watch = watch.Watch()
        self.feed = None
        self.readers = {}
        self._longest_outage = 0
        for topic, partitions in self.inputs.items():
            self.kafka.create(topic, partitions)
        for topic in self.outputs():
            self.kafka.create(topic, OUTPUT_PARTITIONS)
        kept = self.directory / "seen"
        self._mark()
        self.readers = {isolation: oracle.Reader(self, isolation, kept)
                        for isolation in ("read_committed",
                                          "read_uncommitted")}
        self.feed = Feed(self)

    def begin(self):
        """Lets the input flow, once there is somebody to see what comes of
        it."""
        self._wait_for_marks(1)
        self.feed.start()

    def outputs(self):
        return self.requests, self.sightings, self.dead_letters

    # --- Workers --------------------------------------------------------------
    def worker(self, instance="", command=None, environment=None, **changes):
        settings = {**SETTINGS, "input__topics": list(self.inputs),
                    "instance": instance, **changes}
        started = self.start(command or self.command, environment, **settings)
        started.instance = instance
        self.watch.add(started.pid)
        return started

    def running(self):
        return [program for program in self.programs
                if not program.has_ended()]

    def check(self):
        for program in self.programs:
            program.check()
        self.feed.check()

    def pause(self, shortest, longest):
        """Lets the workers work, for a time that the seed decides. The moment
        of a fault is random; nothing is waited for."""
        time.sleep(self.rng.uniform(shortest, longest))
        self.check()

    def saw(self, fault, count=1):
        """Counts what must not be 0 at the end."""
        self.faults[fault] = self.faults.get(fault, 0) + count

    def said(self, pattern, programs=None):
        """How many lines of the programs' logs match."""
        return sum(len(re.findall(pattern, program.log(), re.IGNORECASE))
                   for program in programs or self.programs)

    def kill_while_writing(self, workers):
        """Kills them all (they go through the proxy) when one of them has
        written records and does not know: none of them ends the
        transaction."""
        held = self.proxy.hold_answer(wire_proxy.PRODUCE)
        held.wait_until_held()
        for worker in workers:
            worker.kill()
        held.cut()
        self.saw("aborted records")

    @contextlib.contextmanager
    def outage(self):
        """What is produced meanwhile cannot be found before its end."""
        began = time.monotonic()
        yield
        self._longest_outage = max(self._longest_outage,
                                   time.monotonic() - began)

    def wait_for_members(self, count):
        self.wait_until(lambda: len(self.kafka.assignments(self.group))
                        == count, f"a settled group of {count}")

    def wait_until_assigned(self, *programs):
        for program in programs:
            self.wait_until(lambda one=program: "assigned" in one.log(),
                            "it has its partitions")

    def recover(self):
        """Waits until all that was acknowledged so far is seen."""
        wanted = {(*one.identity(), one.origin)
                  for one in self.work.occurrences()}
        began = time.monotonic()

        def seen():
            reader = self.readers["read_committed"]
            wanted.difference_update(
                (*one.identity(), one.origin()) for one in
                reader.of("request") + reader.of("sighting"))
            return not wanted
        self.wait_until(seen, "all is found that was produced")
        seconds = round(time.monotonic() - began, 1)
        self.measured["slowest recovery s"] = max(
            self.measured.get("slowest recovery s", 0), seconds)
        return seconds

    # --- The end --------------------------------------------------------------
    def settle(self):
        """The faults are over: waits until all is at rest, and judges."""
        self.say("faults over: probe, drain, stop, read to the end")
        probe_seconds = self._probe()
        offsets, ends = self._drain()
        if self.command[0] == harness.PROGRAM:
            for program in self.running():
                self._search_metrics(program)
        self._stop()
        self._read_to_the_end()
        self._search_logs()
        committed, uncommitted = (
            list(reader.records.values()) for reader in self.readers.values())
        return invariants.judge(invariants.Evidence(
            occurrences=list(self.work.occurrences()),
            dead_letters=self.work.dead_letters(),
            committed=committed, uncommitted=uncommitted,
            offsets=offsets, ends=ends, probe_seconds=probe_seconds,
            stall_limit=self.stall_limit + self._longest_outage,
            one_instance=self.one_instance, faults=self.faults,
            memory_limit=MEMORY,
            peak_memory=self.watch.peak_memory,
            most_files=self.watch.most_files,
            secrets=self.secrets, trouble=self.trouble))

    @contextlib.contextmanager
    def troubled(self):
        """A wait without an end is a finding, and the verdict goes on."""
        try:
            yield
        except AssertionError as error:
            self.trouble.append(str(error).splitlines()[0])

    def _probe(self):
        began = time.monotonic()
        with self.troubled():
            self.feed.stop()
            probes = self.work.probe()
            self.feed.send(probes)
            began = time.monotonic()
            wanted = {record.place() for record in probes}

            def seen():
                self.check()
                return wanted <= {one.origin() for one in self.readers[
                    "read_committed"].of("request")}
            wait_until(seen, "the probe is seen")
        return time.monotonic() - began

    def _drain(self):
        ends, offsets = {}, {}
        with self.troubled():
            ends = {(topic, number): end for topic in self.inputs
                    for number, end in self.ends(topic).items()}

            def at_end():
                self.check()
                offsets.update(
                    ((topic, number), offset) for topic in self.inputs
                    for number, offset in self.committed(topic).items())
                return offsets == ends
            wait_until(at_end, "the group is at the end of its input")
        return offsets, ends

    def _stop(self):
        """In order: nothing of it may abort anything."""
        stopping = self.running()
        for program in stopping:
            program.ask_to_stop()
        for program in stopping:
            with self.troubled():
                status = program.exit_status()
                assert status == 0, f"a stop in order ended with {status}"

    def _read_to_the_end(self):
        self._mark()
        with self.troubled():
            self._wait_for_marks(2)

    def _mark(self):
        for topic in self.outputs():
            for partition in range(OUTPUT_PARTITIONS):
                self.produce([b""], headers={oracle.MARK: topic},
                             partition=partition, topic=topic)

    def _wait_for_marks(self, count):
        places = [(topic, partition) for topic in self.outputs()
                  for partition in range(OUTPUT_PARTITIONS)]
        for reader in self.readers.values():
            reader.wait_for_marks(places, count)

    # --- Secrets --------------------------------------------------------------
    def _search_metrics(self, program):
        with self.troubled():
            http = Http(self, program)
            for path in ("/metrics", "/readyz", "/livez"):
                self._search(path, http.get(path)[1])
        limits = pathlib.Path(f"/proc/{program.pid}/limits").read_text()
        if not re.search(r"Max core file size +0 ", limits):
            self.secrets.append("a core file could be written")

    def _search_logs(self):
        for number, program in enumerate(self.programs):
            self._search(f"the log of run-{number}", program.log())

    def _search(self, place, text):
        if oracle.SECRET.search(text):
            self.secrets.append(f"a token in {place}")

    def close(self):
        if self.feed:
            self.feed.stop()
        for program in self.programs:
            program.kill()
        for reader in self.readers.values():
            reader.close()
        self.watch.close()


class Feed:
    """Produces the workload, batch by batch, on a thread of its own."""

    def __init__(self, arena):
        self._arena = arena
        self.renew()
        self._stop = threading.Event()
        self._failure = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def renew(self):
        """A new producer knows of partitions that were added. A retry of it
        doubles no record."""
        self._producer = Producer({**self._arena.kafka.client, "linger.ms": 5,
                                   "enable.idempotence": True})

    def start(self):
        self._thread.start()

    def check(self):
        assert self._failure is None, f"the feed: {self._failure}"

    def stop(self):
        """Returns when the second halves of cut tokens are there as well."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
            while self._arena.work.has_halves():
                self.send(self._arena.work.batch(0))
        self.check()

    def send(self, records):
        """Returns when the broker has them."""
        def acknowledged(record):
            def tell(error, message):
                assert error is None, error
                self._arena.work.acknowledge(record, message.offset(),
                                             time.monotonic())
            return tell
        producer = self._producer
        for record in records:
            producer.produce(record.topic, record.value,
                             partition=record.partition,
                             on_delivery=acknowledged(record))
        assert producer.flush(WAIT_SECONDS) == 0, "not acknowledged"

    def _run(self):
        try:
            while not self._stop.wait(BATCH_SECONDS):
                self.send(self._arena.work.batch(RECORDS_A_BATCH))
        except Exception as error:  # told by check
            self._failure = repr(error)
