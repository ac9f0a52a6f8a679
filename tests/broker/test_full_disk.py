"""A broker's disk is full: what cannot be appended waits, is neither lost nor
repeated, and comes when there is room again.

A limit on the size of the broker's files stands in for the disk. The append
fails in the middle of its bytes and with EFBIG, where a full disk says ENOSPC;
Kafka does not tell them apart.
"""

import re
import resource

import tokens
from harness import QUICK_SESSION
from test_http import start

# The output must be the largest file of all to be the one that is full.
FIRST, SECOND = range(3000), range(3000, 3300)


def folder(kafka):
    return kafka.directory / "broker-1"


def no_room_for(stage, topic):
    """Nothing more can be appended to it, until the broker is restarted."""
    sizes = {path.parent.name: path.stat().st_size
             for name in ("__*", f"{stage.name}.*")
             for path in folder(stage.kafka).glob(f"data*/{name}/*.log")}
    size = sizes[f"{topic}-0"]
    assert size == max(sizes.values())
    # What the broker has said so far; it is to say more.
    (folder(stage.kafka) / "log").write_text("")
    pid = int((folder(stage.kafka) / "pid").read_text())
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size + 100, hard))


def append_failed(stage, topic):
    said = (folder(stage.kafka) / "log").read_text(errors="replace")
    return (f"Error while appending records to {topic}-0" in said
            and "File too large" in said)


def add_disk(kafka):
    """An empty one, which new partitions are put on."""
    first, second = (folder(kafka) / name for name in ("data", "data-2"))
    second.mkdir()
    identity = (first / "meta.properties").read_text()
    (second / "meta.properties").write_text(
        re.sub("directory.id=.*", f"directory.id={'B' * 21}A", identity))
    settings = folder(kafka) / "server.properties"
    settings.write_text(settings.read_text().replace(
        f"log.dirs={first}", f"log.dirs={first},{second}"))
    kafka.command("restart", "1")


def fill(stage):
    """A program that finds the disk full behind its first requests."""
    program, http = start(stage, **QUICK_SESSION)
    stage.produce(tokens.granular_of(*FIRST))
    stage.wait_until_processed()
    with program.frozen():
        stage.produce(tokens.granular_of(*SECOND))
        no_room_for(stage, stage.requests)
    stage.wait_until(lambda: append_failed(stage, stage.requests),
                     "the disk is full")
    return program, http


def all_is_requested_once(stage):
    stage.wait_until_processed()
    assert stage.requested() == tokens.granular_of(*FIRST, *SECOND)


def test_a_broker_that_dies_of_its_full_disk(stage):
    stage.create_topics()
    program, http = fill(stage)
    stage.wait_until(lambda: "broker_down" in http.reasons(), "it is told")
    stage.wait_until(lambda: "partitions lost" in program.log(),
                     "neither transaction nor membership are left")
    stage.kafka.command("restart", "1")
    all_is_requested_once(stage)


def test_one_disk_of_two_is_full(stage):
    """The broker lives on; the partitions of that disk have no leader."""
    stage.create_topics()
    first = stage.start()
    stage.wait_until(lambda: "assigned" in first.log(),
                     "the broker's own topics are there")
    first.stop()
    add_disk(stage.kafka)
    stage.requests += "-on-the-other"
    stage.kafka.create(stage.requests, 1)
    program, http = fill(stage)
    stage.wait_until(lambda: "recovering" in program.log(),
                     "the transaction is given up")
    assert stage.kafka.partitions(stage.requests) == []
    assert "broker_down" not in http.reasons()
    stage.kafka.command("restart", "1")
    all_is_requested_once(stage)
