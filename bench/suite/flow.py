"""What happens while events keep coming: does a lag grow, how late is a
request, what does it cost at a given rate."""

import contextlib
import dataclasses
import time

from suite import search
from suite.consumers import Bare, Options, Tokensieve
from suite.drain import GB, Load
from suite.histogram import Histogram
from suite.process import Failed
from suite.requests import Requests

SAMPLES_A_SECOND = 5


@dataclasses.dataclass(frozen=True)
class Held:
    rate: float            # events a second that were asked for
    produced: float        # that came
    held: bool             # without a growing lag


@contextlib.contextmanager
def flowing(site, consumers, load, topic, rate):
    """A producer at `rate`, once the consumers read what it brings."""
    file, *_ = site.events(load.event_bytes, 8_000_000, load.hit_every,
                           load.streams)
    fresh = {"fresh_tokens": 5_000_000} if load.hit_every else {}
    # Until each has its partitions: a record in each shows it.
    first = load.partitions * 16
    site.producer(topic, load.partitions, file, load.compression,
                  records=first, **fresh).wait(60)
    deadline = time.monotonic() + 60
    while sum(one.progress() for one in consumers) < first:
        if time.monotonic() > deadline:
            raise Failed("the consumers do not read")
        time.sleep(0.05)
    fresh = {"fresh_tokens": 0} if load.hit_every else {}
    producer = site.producer(topic, load.partitions, file, load.compression,
                             rate=rate, **fresh)
    try:
        yield producer
    finally:
        producer.kill()


def produced(producer):
    return int((producer.last_line() or "0").split()[0])


def holds(site, make, load, rate, seconds):
    """Does what `make(topic)` starts keep up with `rate` events a second?"""
    topic = site.cluster.create(site.fresh("flow"), load.partitions)
    consumer = make(topic)
    try:
        with flowing(site, [consumer], load, topic, rate) as producer:
            time.sleep(1)
            before = consumer.progress() - produced(producer)
            lags, begin, count = [], time.monotonic(), produced(producer)
            while time.monotonic() < begin + seconds:
                time.sleep(1 / SAMPLES_A_SECOND)
                lags.append(produced(producer) - consumer.progress() + before)
            came = (produced(producer) - count) / (time.monotonic() - begin)
        consumer.process.stop()
    finally:
        consumer.process.kill()
    site.cluster.delete(topic)
    # What the producer could not bring proves nothing of the consumer.
    return Held(rate, came, came > 0.9 * rate
                and not search.is_growing(lags, came, seconds))


def highest_rate(site, name, load, high, steps, seconds, report):
    """The highest rate that is held, in events a second, below `high`, and the
    trials that led there."""
    def make(topic):
        if name == "bare":
            return Bare(site, topic, Options())
        made = Tokensieve(site, topic, Options())
        made.wait_until_assigned()
        return made

    def trial(rate):
        one = holds(site, make, load, rate, seconds)
        trials.append(one)
        report(one)
        return one.held

    trials = []
    return search.highest(trial, high / 16, high, steps), trials


@dataclasses.dataclass(frozen=True)
class Paced:
    """What a rate costs, and how late requests are."""
    events_per_s: float
    mb_per_s: float
    instances: int
    hit_every: int           # each so many events holds a token; 0: none
    transactions_per_s: float    # of each instance, on average
    cpu_per_gb: float
    cpu_cores: float
    rss_mb: float            # of each instance, on average
    requests: int
    latency_ms: dict         # empty without requests
    bare_latency_ms: dict    # of reading alone, by a bare consumer beside it
    bare_cpu_per_gb: float


def paced(site, rate, seconds, instances, hit_every):
    """Tokensieve, in some instances, and a bare consumer beside it read
    `rate` events a second for some time."""
    load = Load(hit_every=hit_every)
    topic = site.cluster.create(site.fresh("paced"), load.partitions)
    outputs = site.outputs()
    group = site.fresh("paced")
    programs = []
    bare = Bare(site, topic, Options(), latency=True)
    requests = Requests(site, outputs["requests"])
    try:
        for _ in range(instances):
            programs.append(Tokensieve(site, topic, Options(), group, outputs))
        for one in programs:
            one.wait_until_assigned()
        with flowing(site, [bare], load, topic, rate):
            time.sleep(2)
            requests.measure = True
            begin = time.monotonic()
            before = _totals(programs)
            bare_before = bare.process.cpu(), bare.progress()
            time.sleep(seconds)
            after = _totals(programs)
            elapsed = time.monotonic() - begin
            bare_after = bare.process.cpu(), bare.progress()
            requests.measure = False
            rss = [one.process.memory()[0] for one in programs]
        said, _ = bare.stop()
        for one in programs:
            one.stop()
    finally:
        requests.close()
        for one in [*programs, bare]:
            one.process.kill()
    site.cluster.delete(topic, *outputs.values())
    cpu, events, size, transactions = (last - first for first, last
                                       in zip(before, after))
    ages = Histogram()
    for age, count in said["ages_ms"]:
        ages.add(age, count)
    bare_size = (bare_after[1] - bare_before[1]) * size / events
    return Paced(
        events_per_s=events / elapsed, mb_per_s=size / elapsed / 1e6,
        instances=instances, hit_every=load.hit_every,
        transactions_per_s=transactions / elapsed / instances,
        cpu_per_gb=cpu / (size / GB),
        cpu_cores=cpu / elapsed, rss_mb=sum(rss) / len(rss),
        requests=requests.ages.total,
        latency_ms=requests.ages.summary() if load.hit_every else {},
        bare_latency_ms=ages.summary(),
        bare_cpu_per_gb=(bare_after[0] - bare_before[0]) / (bare_size / GB))


def _totals(programs):
    """CPU seconds, events, bytes and transactions of all."""
    metrics = [one.metrics() for one in programs]
    return (sum(one.process.cpu() for one in programs),
            sum(one["records_scanned_total"] for one in metrics),
            sum(one["bytes_scanned_total"] for one in metrics),
            sum(one.get("transactions_total", 0) for one in metrics))


def idle_cores(site, seconds):
    """Of an instance that nothing comes to."""
    topic = site.cluster.create(site.fresh("idle"), Load().partitions)
    program = Tokensieve(site, topic, Options())
    try:
        program.wait_until_assigned()
        time.sleep(2)
        begin, before = time.monotonic(), program.process.cpu()
        time.sleep(seconds)
        cores = (program.process.cpu() - before) / (time.monotonic() - begin)
        program.stop()
    finally:
        program.process.kill()
    site.cluster.delete(topic)
    return cores
