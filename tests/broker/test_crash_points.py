"""The program dies at each of its named points (pipeline/crash_point.h); the
next one loses and repeats nothing."""

import os
import pathlib
import signal
import subprocess

import pytest

import upkeep
from harness import QUICK_SESSION
from verdict import judge

PROGRAM = pathlib.Path(os.environ["TOKENSIEVE_BUILD_DIR"]) / "tokensieve_crash"
POINTS = subprocess.run([PROGRAM, "crash-points"], stdout=subprocess.PIPE,
                        text=True, check=True).stdout.split()
# With a name the next one need not wait for the end of the session.
STABLE = {**QUICK_SESSION, "instance": "stable-1"}
UNNAMED = {**QUICK_SESSION, "kafka__producer__transaction.timeout.ms": 2000}


def start(stage, point, nth, **settings):
    program = stage.start(["env", f"TOKENSIEVE_CRASH_AT={point}:{nth}",
                           PROGRAM, "run"], **settings)
    program.may_end()
    return program


def feed_until_dead(stage, program, feed=None):
    for _ in range(20):
        (feed or stage.plant)()
        end = stage.ends(stage.input)
        stage.wait_until(
            lambda: program.has_ended() or stage.committed() == end,
            "the program dies, or commits")
        if program.has_ended():
            return
    raise AssertionError(f"never reached:\n{program.log()}")


def dies_at_work(stage, point, nth):
    stage.create_topics(input_partitions=2)
    program = start(stage, point, nth, **STABLE)
    feed_until_dead(stage, program)
    stage.start(**STABLE)
    return program


def dies_at_a_refusal(stage, point, nth):
    """The broker takes smaller dead letters than it did at the start."""
    stage.create_topics(input_partitions=2)
    program = start(stage, point, nth, **STABLE)
    stage.plant()
    stage.wait_until_processed()
    upkeep.configure(stage.kafka, stage.dead_letters,
                     {"max.message.bytes": "2000"})

    def feed():
        # Bytes that do not get small by compression, beside tokens.
        stage.produce([b'{"type":"build_log",' + os.urandom(50_000)])
        stage.plant()

    feed_until_dead(stage, program, feed)
    stage.start(**STABLE)
    return program


def dies_at_a_rebalance(stage, point, nth):
    stage.create_topics(input_partitions=2)
    program = start(stage, point, nth, **UNNAMED)
    stage.plant()
    stage.wait_until_processed()
    stage.start(**UNNAMED)
    feed_until_dead(stage, program)
    return program


def dies_at_its_stop(stage, point, nth):
    stage.create_topics(input_partitions=2)
    program = start(stage, point, nth, commit__interval="9s", **STABLE)
    stage.plant()
    stage.wait_until_processed()
    # Repeats are in no hurry to be committed.
    stage.produce(stage.planted)
    stage.wait_until(lambda: stage.has_open_transaction(stage.sightings),
                     "the repeats are written")
    program.ask_to_stop()
    program.exit_status()
    stage.start(**STABLE)
    return program


SCENES = {
    "in-assign": dies_at_work,
    "after-catch-up": dies_at_work,
    "after-poll": dies_at_work,
    "mid-scan": dies_at_work,
    "after-produce": dies_at_work,
    "before-offsets": dies_at_work,
    "before-commit": dies_at_work,
    "after-delivery": dies_at_work,
    "after-commit": dies_at_work,
    "before-abort": dies_at_a_refusal,
    "after-abort": dies_at_a_refusal,
    "before-rewind": dies_at_a_refusal,
    "after-rewind": dies_at_a_refusal,
    "in-revoke": dies_at_a_rebalance,
    "after-revoke": dies_at_a_rebalance,
    "before-last-commit": dies_at_its_stop,
}
# Passed once a start: later passages would take as many rebalances.
ONCE = {"in-assign", "after-catch-up"}
# The broker holds a record of a transaction that is open.
ABORTS = {"after-delivery"}
PASSAGES = [(point, nth) for point in POINTS
            for nth in ((1, 4) if SCENES[point] is dies_at_work
                        and point not in ONCE else (1,))]


@pytest.mark.parametrize("point,nth", PASSAGES)
def test_a_death_loses_and_repeats_nothing(stage, point, nth):
    program = SCENES[point](stage, point, nth)
    assert program.exit_status() == -signal.SIGABRT
    assert f"crash point {point}" in program.log()
    stage.plant()
    stage.wait_until_processed()
    found = judge(stage)
    found.check()
    assert found.aborted > 0 or point not in ABORTS


@pytest.mark.parametrize("point", ["after-delivery", "before-commit",
                                   "after-commit"])
def test_at_least_once_a_death_loses_nothing(stage, point):
    stage.create_topics(input_partitions=2)
    settings = {**STABLE, "delivery": "at_least_once"}
    program = start(stage, point, 2, **settings)
    feed_until_dead(stage, program)
    assert f"crash point {point}" in program.log()
    stage.start(**settings)
    stage.plant()
    stage.wait_until_processed()
    found = judge(stage)
    assert (found.lost, found.unplanted) == ([], [])


def test_a_point_that_does_not_exist_is_no_success(stage):
    assert start(stage, "after-pol", 1).exit_status() == 2
