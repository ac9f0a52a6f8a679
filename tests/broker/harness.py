"""A real Kafka, topics of a test's own, and the program under test.

Nothing here sleeps and hopes: every wait is for a condition, and bounded.
"""

import contextlib
import dataclasses
import json
import os
import pathlib
import re
import signal
import subprocess
import time
import uuid

from confluent_kafka import (OFFSET_BEGINNING, Consumer, KafkaError,
                             KafkaException, Producer, TopicPartition)
from confluent_kafka.admin import AdminClient, NewTopic

import tokens
import wire_proxy

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["TOKENSIEVE_PROGRAM"]
# A dead transaction holds its readers for its time-out (10 s) and up to 10 s
# more, and a dead member its partitions for a session; then there is work.
WAIT_SECONDS = 60
# The least that a broker takes, so that dead members are soon missed.
QUICK_SESSION = {"kafka__session.timeout.ms": 6000,
                 "kafka__heartbeat.interval.ms": 1000}
# What is said while a coordinator or a leader moves, or waits for the end of a
# transaction.
STARTING = (KafkaError._TIMED_OUT, KafkaError._TRANSPORT,
            KafkaError.LEADER_NOT_AVAILABLE,
            KafkaError.NOT_LEADER_FOR_PARTITION,
            KafkaError.NOT_COORDINATOR, KafkaError.COORDINATOR_NOT_AVAILABLE,
            KafkaError.COORDINATOR_LOAD_IN_PROGRESS)


def wait_until(condition, what, seconds=WAIT_SECONDS):
    """Returns the first true value of `condition()`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"not in {seconds} s: {what}"
        time.sleep(0.05)


class LocalKafka:
    """The cluster that deploy/local-kafka runs for the tests of one file."""

    def __init__(self, directory, *options):
        self.directory = directory
        self.bootstrap = self.command("start", *options)
        # What tests connect with; brokers come and go, so little is logged.
        self.client = {**self.login("admin"), "log_level": 2,
                       "reconnect.backoff.max.ms": 500}
        self.admin = AdminClient(self.client)

    def proxied_port(self):
        """Where a proxy connects to (`start --proxy`)."""
        plan = json.loads((self.directory / "cluster.json").read_text())
        return plan["proxy"]["to"]

    def login(self, user):
        """The client properties of a user, if there is access control."""
        found = {"bootstrap.servers": self.bootstrap}
        settings = self.directory / f"{user}.properties"
        if settings.exists():
            text = settings.read_text()
            password = re.search(r'password="(\w+)"', text)
            protocol = re.search(r"security.protocol=(\w+)", text)
            found |= {"security.protocol": protocol.group(1),
                      "sasl.mechanism": "PLAIN", "sasl.username": user,
                      "sasl.password": password.group(1)}
            if protocol.group(1) == "SASL_SSL":
                found["ssl.ca.location"] = str(self.directory / "ca.pem")
            if own := re.search(r"ssl.keystore.location=(.+)", text):
                # The key is in the same file.
                found |= dict.fromkeys(
                    ("ssl.certificate.location", "ssl.key.location"),
                    own.group(1))
        return found

    def command(self, *arguments):
        return self._command(self.directory, *arguments)

    @classmethod
    def stop(cls, directory):
        cls._command(directory, "stop", "--delete")

    @staticmethod
    def _command(directory, *arguments):
        done = subprocess.run(
            [ROOT / "deploy/local-kafka", "--dir", directory, *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
            check=True)
        return done.stdout.strip()

    def create(self, topic, partitions, **settings):
        (created,) = self.admin.create_topics(
            [NewTopic(topic, partitions, config=settings)]).values()
        created.result()
        # A topic is known to the controller before each broker knows it, and
        # a new client asks the one broker that it is told of.
        for broker in self.bootstrap.split(","):
            wait_until(
                lambda to=broker: partitions == len(self.partitions(
                    topic, AdminClient({**self.client,
                                        "bootstrap.servers": to}))),
                f"{broker} knows {topic}")

    def partitions(self, topic, admin=None):
        known = (admin or self.admin).list_topics(topic, timeout=10)
        described = known.topics[topic]
        if described.error:
            return []
        return sorted(number for number, one in described.partitions.items()
                      if one.leader >= 0)

    def assignments(self, group):
        """How many partitions each member of a settled group has."""
        for found in self._describe(group):
            if found.state == "Stable":
                return sorted(len(_assigned(member.assignment))
                              for member in found.members)
        return []

    def has_no_members(self, group):
        """Whether the coordinator has given up whoever was there."""
        return any(found.state == "Empty" for found in self._describe(group))

    def _describe(self, group):
        try:
            return self.admin.list_groups(group, timeout=10)
        except KafkaException as error:
            # The first member of all makes the coordinator's topic.
            assert error.args[0].code() in STARTING, error
            return []


def _assigned(assignment):
    """The partitions in a member's assignment (Kafka's consumer protocol)."""
    position = 2

    def number(size):
        nonlocal position
        position += size
        return int.from_bytes(assignment[position - size:position], "big")

    found = []
    for _ in range(number(4) if assignment else 0):
        length = number(2)
        topic = assignment[position:position + length].decode()
        position += length
        found += [(topic, number(4)) for _ in range(number(4))]
    return found


@dataclasses.dataclass
class Stage:
    """The topics, the group and the running programs of one test."""

    kafka: LocalKafka
    directory: pathlib.Path
    name: str = dataclasses.field(
        default_factory=lambda: uuid.uuid4().hex[:8])
    programs: list = dataclasses.field(default_factory=list)
    planted: list = dataclasses.field(default_factory=list)

    def __post_init__(self):
        self.input = f"{self.name}.input"
        self.requests = f"{self.name}.requests"
        self.sightings = f"{self.name}.sightings"
        self.dead_letters = f"{self.name}.dead-letters"
        self.group = f"{self.name}-group"
        self.renew_producer()

    def renew_producer(self):
        """A new one knows of partitions that were added."""
        self._producer = Producer({**self.kafka.client, "linger.ms": 5,
                                   "message.max.bytes": 8 << 20})

    def create_topics(self, input_partitions=1, output_partitions=1):
        self.kafka.create(self.input, input_partitions)
        for topic in (self.requests, self.sightings, self.dead_letters):
            self.kafka.create(topic, output_partitions)

    # --- Input ----------------------------------------------------------------
    def produce(self, values, key=None, headers=None, partition=None,
                topic=None):
        """To the input, or to another topic. Returns when the broker has all
        of them; (partition, offset) of each."""
        places = []

        def delivered(error, message):
            assert error is None, error
            places.append((message.partition(), message.offset()))

        for value in values:
            if isinstance(value, dict):
                value = json.dumps(value)
            where = {} if partition is None else {"partition": partition}
            self._producer.produce(topic or self.input, value, key=key,
                                   headers=headers, on_delivery=delivered,
                                   **where)
        assert self._producer.flush(WAIT_SECONDS) == 0
        return sorted(places)

    def plant(self, count=20):
        """Produces as many tokens that were never there, to each partition of
        the input."""
        for partition in self.kafka.partitions(self.input):
            begin = len(self.planted)
            fresh = [tokens.granular(n) for n in range(begin, begin + count)]
            self.planted += fresh
            self.produce(fresh, partition=partition)

    def plant_and_hold(self, proxy, api):
        """Plants until a frame of the commit that comes of it is stopped. The
        records have been written before it, or are what it holds; then no
        offsets have. Plants more, which the program reads and cannot write
        yet: if it loses its partitions, it has to drop them."""
        # A producer sends records and offsets on two ways, so it is chance
        # which come first. Of a transaction where the others do, the frame
        # goes on; of the next one it may stop. A Produce proves that the
        # partitions were added; their own frame does not, for the broker may
        # have to be asked again, behind the frame that is held.
        def in_order(before):
            if api == wire_proxy.PRODUCE:
                return wire_proxy.TXN_OFFSET_COMMIT not in before
            return wire_proxy.PRODUCE in before

        held = proxy.hold(api, when=in_order)

        def planted_and_held():
            # The first request of a burst is committed at once, its offsets
            # beside it; what comes within 20 ms of that commit waits for the
            # next one, and the offsets with it.
            for _ in range(10):
                self.plant(1)
            return held.is_held()

        self.plant()
        self.wait_until(planted_and_held, f"in the right order: {held.name}")
        if api != wire_proxy.PRODUCE:
            self.wait_until(lambda: self.has_open_transaction(self.requests),
                            "the records are written")
        self.plant()
        # The first fetch from now on has them, the second proves that the
        # first was answered.
        enough = proxy.seen(wire_proxy.FETCH) + 2
        self.wait_until(lambda: proxy.seen(wire_proxy.FETCH) >= enough,
                        "the program reads on")
        return held

    # --- Output ---------------------------------------------------------------
    def read(self, topic, isolation="read_committed"):
        """All records of a topic, up to the end that this isolation sees."""
        reader = self._consumer(isolation)
        partitions = self.kafka.partitions(topic)
        reader.assign([TopicPartition(topic, p, OFFSET_BEGINNING)
                       for p in partitions])
        records, at_end = [], set()
        deadline = time.monotonic() + WAIT_SECONDS
        while len(at_end) < len(partitions):
            assert time.monotonic() < deadline, f"no end of {topic}"
            message = reader.poll(1)
            if message is None:
                continue
            if message.error() is None:
                records.append(message)
            elif message.error().code() == KafkaError._PARTITION_EOF:
                at_end.add(message.partition())
            else:
                raise KafkaException(message.error())
        reader.close()
        return records

    def read_json(self, topic, isolation="read_committed"):
        return [json.loads(record.value())
                for record in self.read(topic, isolation)]

    def requested(self, isolation="read_committed"):
        """The tokens that were requested, once for each request."""
        return sorted(said["token"]["value"]
                      for said in self.read_json(self.requests, isolation))

    def wait_for_requests(self, *numbers):
        """Until the synthetic tokens of these numbers are requested, and
        nothing else."""
        wanted = tokens.granular_of(*numbers)
        self.wait_until(lambda: self.requested() == wanted,
                        f"requests of {numbers}")

    def ends(self, topic, isolation="read_uncommitted"):
        """The end of each partition: under read_committed the first offset
        that an open transaction holds back."""
        reader = self._consumer(isolation)

        def end(number):
            try:
                _, found = reader.get_watermark_offsets(
                    TopicPartition(topic, number), 10)
            except KafkaException as error:
                assert error.args[0].code() in STARTING, error
                return None
            return (found,)
        found = {}
        for number in self.kafka.partitions(topic):
            (found[number],) = wait_until(lambda: end(number),
                                          f"{topic} [{number}] has a leader")
        reader.close()
        return found

    def has_open_transaction(self, topic):
        return (self.ends(topic, "read_committed")
                != self.ends(topic, "read_uncommitted"))

    # --- Progress -------------------------------------------------------------
    def committed(self, topic=None):
        """The group's committed offset of each partition of the input, or of
        another topic."""
        topic = topic or self.input
        reader = self._consumer("read_committed")
        wanted = [TopicPartition(topic, p)
                  for p in self.kafka.partitions(topic)]
        try:
            found = {p.partition: max(p.offset, 0)
                     for p in reader.committed(wanted, timeout=10)}
        except KafkaException as error:
            # An open transaction holds the group's offsets: not committed.
            assert error.args[0].code() in STARTING, error
            found = {}
        reader.close()
        return found

    def wait_until(self, condition, what):
        """As the function of this name, while the programs run."""
        def checked():
            for program in self.programs:
                program.check()
            return condition()
        return wait_until(checked, what)

    def wait_until_processed(self):
        """Until the group has committed all that the input holds."""
        end = self.ends(self.input)
        self.wait_until(lambda: self.committed() == end,
                        f"the group commits {end}")

    def _consumer(self, isolation):
        return Consumer({
            **self.kafka.client,
            "group.id": self.group, "isolation.level": isolation,
            "enable.auto.commit": False, "enable.partition.eof": True,
            # Never joins the group: it is assigned by hand, or only asks.
            "auto.offset.reset": "error"})

    # --- The program ----------------------------------------------------------
    def configuration(self, **changes):
        """A configuration for this test; `changes` are laid over it, where
        `input__start="latest"` is the key `input.start`, and None none."""
        settings = {
            "kafka": self.kafka.login("tokensieve"),
            "input": {"topics": [self.input], "group": self.group},
            "output": {"requests": self.requests, "sightings": self.sightings,
                       "dead_letters": self.dead_letters},
            "commit": {"interval": "200ms"},
            "memory": "256MiB",
            "threads": 2,
            "http": {"listen": ""},
        }
        for path, value in changes.items():
            *parents, last = path.split("__")
            place = settings
            for parent in parents:
                place = place.setdefault(parent, {})
            place[last] = value
            if value is None:
                del place[last]
        return settings

    def start(self, command=(PROGRAM, "run"), environment=None, **changes):
        program = Program(self.directory / f"run-{len(self.programs)}",
                          self.configuration(**changes), command, environment)
        self.programs.append(program)
        return program

    def start_and_settle(self, **changes):
        """A program that has its two partitions and nothing left to do."""
        self.create_topics(input_partitions=2)
        program = self.start(**changes)
        self.plant()
        self.wait_until_processed()
        return program

    def close(self):
        for program in self.programs:
            program.kill()
        for program in self.programs:
            program.check_secrets()


class Program:
    """A `tokensieve run`, or another command that takes its configuration."""

    def __init__(self, directory, configuration, command, environment=None):
        directory.mkdir()
        # JSON is YAML. It may hold a password, so nobody else may read it.
        self._configuration = directory / "tokensieve.yaml"
        self._configuration.touch(mode=0o600)
        self._configuration.write_text(json.dumps(configuration, indent=1))
        self._log = directory / "log"
        self._exit_expected = False
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(
                [*command, "--config", self._configuration],
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def log(self):
        return self._log.read_text(errors="replace")

    @property
    def pid(self):
        return self._process.pid

    def peak_memory(self):
        """The most bytes that were resident so far."""
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) * 1024

    def check(self):
        """Fails if it ended unasked."""
        status = self._process.poll()
        assert status is None or self._exit_expected, (
            f"ended with {status}:\n{self.log()}")

    def check_secrets(self):
        text = self.log()
        for secret in ("npm_SYNTHETIC0", "-4000-8000-"):
            assert secret not in text, f"a token in the log:\n{text}"

    def may_end(self):
        """Its end is no failure from now on."""
        self._exit_expected = True

    def has_ended(self):
        return self._process.poll() is not None

    def exit_status(self):
        """Waits for its end."""
        self.may_end()
        try:
            return self._process.wait(WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still runs:\n{self.log()}") from None

    def stop(self):
        """SIGTERM; it must end in order. What has said nothing yet may not
        have begun to handle signals."""
        wait_until(lambda: self.log() or self.has_ended(), "it has begun")
        self.ask_to_stop()
        assert self.exit_status() == 0, self.log()

    def ask_to_stop(self):
        self.may_end()
        self._process.send_signal(signal.SIGTERM)

    def kill(self):
        self.may_end()
        self._process.kill()
        self._process.wait()

    @contextlib.contextmanager
    def frozen(self):
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGCONT)
