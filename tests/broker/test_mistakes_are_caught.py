"""What acquits the program convicts a worker that makes a known mistake."""

import pathlib
import sys

import pytest

from harness import PROGRAM, QUICK_SESSION
from verdict import judge
from wire_proxy import PRODUCE

BEHIND_PROXY = True
SETTINGS = {**QUICK_SESSION,
            # Nothing but what is tested ends a transaction.
            "kafka__producer__transaction.timeout.ms": 40000}
THE_PROGRAM = [PROGRAM, "run"]


def a_worker_with(mistake):
    worker = pathlib.Path(__file__).parent / "broken_worker.py"
    return [sys.executable, "-B", worker, mistake]


def killed_with_records_in_flight(stage, proxy, command):
    # With a name the next one need not wait for the end of the session.
    first = stage.start_and_settle(command=command, instance="stable-1",
                                   **proxy.route(), **SETTINGS)
    held = stage.plant_and_hold(proxy, PRODUCE)
    first.kill()
    held.cut()
    stage.start(command, instance="stable-1", **SETTINGS)
    stage.plant()
    stage.wait_until_processed()
    return judge(stage)


def frozen_with_records_in_flight(stage, proxy, command):
    """Its records arrive when it is a member again, of a generation in which
    another one has read the same input."""
    first = stage.start_and_settle(command=command, **proxy.route(),
                                   **SETTINGS)
    held = stage.plant_and_hold(proxy, PRODUCE)
    with first.frozen():
        stage.start(command, **SETTINGS)
        stage.wait_until(lambda: stage.kafka.assignments(stage.group) == [2],
                         "another one takes over")
        stage.wait_until_processed()
    stage.wait_until(lambda: stage.kafka.assignments(stage.group) == [1, 1],
                     "the frozen one is a member again")
    held.release()
    stage.wait_until(lambda: not stage.has_open_transaction(stage.requests),
                     "its transaction ends")
    stage.plant()
    stage.wait_until_processed()
    return judge(stage)


@pytest.mark.parametrize("scene", [killed_with_records_in_flight,
                                   frozen_with_records_in_flight],
                         ids=["killed", "frozen"])
def test_the_program_is_acquitted(stage, proxy, scene):
    scene(stage, proxy, THE_PROGRAM).check()


def test_offsets_before_records_are_convicted_of_a_loss(stage, proxy):
    found = killed_with_records_in_flight(stage, proxy,
                                          a_worker_with("offsets-first"))
    assert found.lost and not found.doubled
    with pytest.raises(AssertionError):
        found.check()


def test_fresh_metadata_are_convicted_of_a_repeat(stage, proxy):
    found = frozen_with_records_in_flight(stage, proxy,
                                          a_worker_with("fresh-metadata"))
    assert found.doubled and not found.lost
    with pytest.raises(AssertionError):
        found.check()
