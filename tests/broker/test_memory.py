"""The process stays within `memory`, whatever comes in or does not go out, and
drops nothing for it."""

import base64
import contextlib
import gzip
import json
import os
import threading
import time

import pytest
from confluent_kafka import Producer

import tokens
import upkeep
import wire_proxy
from harness import WAIT_SECONDS
from test_http import start

BEHIND_PROXY = True
MIB = 1 << 20
SMALL = 96 * MIB
# More of both where there is time (tests/README.md).
PARTITIONS = int(os.environ.get("TOKENSIEVE_TEST_PARTITIONS", "200"))
OUTAGE_SECONDS = int(os.environ.get("TOKENSIEVE_TEST_OUTAGE_SECONDS", "60"))
LINE = "2026-11-24T02:07:00Z step 7: fetched 812 modules, none of interest\n"


def produce(stage, records, **settings):
    """Many, or large ones: (key, value, partition) of each."""
    producer = Producer({**stage.kafka.client, "linger.ms": 20,
                         "queue.buffering.max.kbytes": 262144, **settings})
    for key, value, partition in records:
        while True:
            try:
                producer.produce(stage.input, value, key=key,
                                 partition=partition)
                break
            except BufferError:
                producer.poll(0.1)
    assert producer.flush(WAIT_SECONDS) == 0


def check_memory(program, limit):
    peak = program.peak_memory()
    print(f"peak {peak / MIB:.1f} MiB of {limit / MIB:.0f}")
    assert peak <= limit, f"{peak / MIB:.1f} MiB"


def processed(stage, program, wanted, limit, seconds):
    """Until all is committed; then what was requested is what was planted."""
    end = stage.ends(stage.input)
    deadline = time.monotonic() + seconds
    while stage.committed() != end:
        program.check()
        assert time.monotonic() < deadline, program.log()
        time.sleep(0.5)
    assert stage.requested() == sorted(wanted)
    check_memory(program, limit)
    program.stop()


@contextlib.contextmanager
def nothing_is_produced(proxy):
    up_again = threading.Event()

    def swallow():
        while not up_again.is_set():
            held = proxy.hold(wire_proxy.PRODUCE)
            while not (up_again.is_set() or held.is_held()):
                time.sleep(0.01)
            held.cut()

    swallowing = threading.Thread(target=swallow)
    swallowing.start()
    try:
        yield
    finally:
        up_again.set()
        swallowing.join()
        proxy.heal()


def log_chunk(stream, sequence, text):
    return json.dumps({"type": "build_log", "stream": stream,
                       "sequence": sequence, "text": text})


def test_a_hundred_thousand_logs_in_many_partitions(stage):
    stage.create_topics(input_partitions=PARTITIONS)
    logs, planted, records = 100_000, [], []
    for n in range(logs):
        where = n % PARTITIONS
        first, last = LINE * 4, LINE * 4
        if n % 1000 == 0:  # cut by two chunks, one behind the other
            token = tokens.granular(n)
            planted.append(token)
            first, last = first + token[:17], token[17:] + "\n" + last
        records += [(None, log_chunk(f"log {n}", i, text), where)
                    for i, text in enumerate((first, last))]
    produce(stage, records)
    program, http = start(stage, memory="96MiB")
    stage.wait_until(
        lambda: http.metric("records_scanned_total") >= 2 * logs, "all read")
    assert http.metric("log_tails_evicted_total") > 0
    processed(stage, program, planted, SMALL, 60)


def test_short_lines(stage):
    """A record costs the client hundreds of bytes, however short it is."""
    stage.create_topics(input_partitions=4)
    planted = tokens.granular_of(*range(100))
    lines = ["compiled in 12 ms"] * 1_000_000
    lines[::10_000] = planted
    produce(stage, [(None, line, n % 4) for n, line in enumerate(lines)])
    program, _ = start(stage, memory="96MiB")
    processed(stage, program, planted, SMALL, 60)


@pytest.mark.parametrize("compression", ["lz4", "zstd"])
def test_logs_of_little_but_repeats(stage, compression):
    """lz4 makes them 140 times smaller, and the client inflates what a fetch
    brings before it counts it. zstd knows no such bound, so the topic says
    what the broker keeps."""
    stage.create_topics(input_partitions=4)
    upkeep.configure(stage.kafka, stage.input, {"compression.type": "lz4"})
    planted = tokens.granular_of(*range(10))
    logs = [LINE * 60] * 50_000
    logs[::5_000] = planted
    produce(stage, [(None, log, n % 4) for n, log in enumerate(logs)],
            **{"compression.type": compression, "linger.ms": 100})
    program, _ = start(stage, memory="96MiB")
    processed(stage, program, planted, SMALL, 60)


def test_an_output_that_is_down(stage, proxy):
    """Nothing that is produced arrives: records and offsets wait, the input
    stands still at the limit, and goes on where it stood."""
    stage.create_topics(input_partitions=4)
    text = LINE * 1500  # 100 KB
    planted = tokens.granular_of(*range(1000))
    produce(stage, [(None, f"{text}{token}\n", n % 4)
                    for n, token in enumerate(planted)])
    with nothing_is_produced(proxy):
        program, http = start(stage, memory="96MiB", **proxy.route())
        stage.wait_until(
            lambda: http.metric("inflight_bytes")
            >= 0.9 * http.metric("memory_limit_bytes"), "the limit is reached")
        time.sleep(OUTAGE_SECONDS)
        program.check()
        check_memory(program, SMALL)
        assert stage.requested() == []
    processed(stage, program, planted, SMALL, 120)


def test_events_of_64_megabytes(stage):
    stage.create_topics()
    upkeep.configure(stage.kafka, stage.input,
                     {"max.message.bytes": str(80 * MIB)})
    planted = tokens.granular_of(*range(4))
    size = 64 * MIB - 1024
    produce(stage, [(None, json.dumps({
        "type": "build_log",
        "text": LINE * (size // (len(LINE) + 1)) + token}), 0)
        for token in planted],
        **{"message.max.bytes": 80 * MIB, "compression.type": "lz4"})
    program, _ = start(stage, memory="512MiB", input__max_event_bytes="64MiB")
    processed(stage, program, planted, 512 * MIB, 60)


def test_events_beyond_the_bound_are_scanned_and_set_aside(stage):
    stage.create_topics()
    upkeep.configure(stage.kafka, stage.input,
                     {"max.message.bytes": str(80 * MIB)})
    planted = tokens.granular_of(*range(2))
    produce(stage, [(None, LINE * (63 * MIB // len(LINE)) + token, 0)
                    for token in planted],
            **{"message.max.bytes": 80 * MIB, "compression.type": "lz4"})
    program, http = start(stage, memory="96MiB")
    stage.wait_until_processed()
    assert http.metric("dlq_records_total", 'reason="too_large"') == 2
    # Such a record alone is two thirds of it.
    processed(stage, program, planted, 2 * SMALL, 60)


def test_bombs(stage):
    stage.create_topics()
    bomb = gzip.compress(bytes(512 * MIB), 9)
    inside = base64.b64encode(gzip.compress(bytes(64 * MIB), 9)).decode()
    planted = tokens.granular_of(*range(4))
    for token in planted:
        stage.produce([bomb, f"{inside} {token}", f"{LINE}{token}"])
    program, http = start(stage, memory="96MiB")
    stage.wait_until_processed()
    assert http.metric("dlq_records_total", 'reason="decode_limit"') == 8
    processed(stage, program, planted, SMALL, 60)
