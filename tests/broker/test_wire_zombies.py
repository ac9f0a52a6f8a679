"""A process that is frozen, or only late, with a frame of it on the wire."""

import pytest

from harness import QUICK_SESSION
from verdict import judge
from wire_proxy import END_TXN, PRODUCE, TXN_OFFSET_COMMIT

BEHIND_PROXY = True
TRANSACTION = "kafka__producer__transaction.timeout.ms"
FRAMES = pytest.mark.parametrize(
    "api", [PRODUCE, TXN_OFFSET_COMMIT, END_TXN],
    ids=["produce", "offset-commit", "end-transaction"])


def start_and_hold(stage, proxy, api, transaction_ms):
    """A program in the middle of a commit."""
    program = stage.start_and_settle(**proxy.route(), **QUICK_SESSION,
                                     **{TRANSACTION: transaction_ms})
    return program, stage.plant_and_hold(proxy, api)


def wait_until_timed_out(stage, before):
    """Nobody writes but the broker: the markers of an aborted transaction."""
    stage.wait_until(lambda: stage.ends(stage.requests) != before
                     and not stage.has_open_transaction(stage.requests),
                     "the broker aborts the transaction")


def wait_until_both_work(stage):
    stage.wait_until(lambda: stage.kafka.assignments(stage.group) == [1, 1],
                     "the frozen one is a member again")
    stage.plant()
    stage.wait_until_processed()


@FRAMES
def test_a_frame_of_a_frozen_member_comes_after_its_successor(stage, proxy,
                                                              api):
    program, held = start_and_hold(stage, proxy, api, transaction_ms=40000)
    with program.frozen():
        stage.start(**QUICK_SESSION)
        stage.wait_until(lambda: stage.kafka.assignments(stage.group) == [2],
                         "another one takes over")
        # Offsets that are part of an open transaction hold the successor: it
        # waits for this very frame.
        if api != END_TXN:
            stage.wait_until_processed()
        held.release()
        if api == END_TXN:
            stage.wait_until_processed()
    wait_until_both_work(stage)

    found = judge(stage)
    found.check()
    # What EndTxn commits came before the successor, and is good.
    assert found.aborted > 0 or api == END_TXN


@FRAMES
def test_a_frame_of_a_frozen_process_comes_after_its_transaction(stage, proxy,
                                                                 api):
    program, held = start_and_hold(stage, proxy, api, transaction_ms=2000)
    before = stage.ends(stage.requests)
    with program.frozen():
        wait_until_timed_out(stage, before)
        stage.start(**QUICK_SESSION)
        stage.wait_until_processed()
        held.release()
    wait_until_both_work(stage)

    found = judge(stage)
    found.check()
    # Records that were held themselves were never written.
    assert found.aborted > 0 or api == PRODUCE
    assert "recovering" in program.log()


@pytest.mark.parametrize("api", [PRODUCE, END_TXN],
                         ids=["produce", "end-transaction"])
def test_a_frame_comes_out_of_a_silence_after_its_transaction(stage, proxy,
                                                              api):
    program, held = start_and_hold(stage, proxy, api, transaction_ms=2000)
    before = stage.ends(stage.requests)
    # A client gives up as soon as its broker, which looks every 10 s only: so
    # that the broker does it, nothing else must get through.
    proxy.silence()
    wait_until_timed_out(stage, before)
    held.release()
    proxy.heal()
    stage.plant()
    stage.wait_until_processed()

    found = judge(stage)
    found.check()
    assert found.aborted > 0 or api == PRODUCE
    assert "recovering" in program.log()


def test_a_frozen_process_whose_name_was_taken_is_fenced(stage, proxy):
    program = stage.start_and_settle(**proxy.route(), **QUICK_SESSION,
                                     instance="taken")
    held = stage.plant_and_hold(proxy, END_TXN)
    with program.frozen():
        successor = stage.start(**QUICK_SESSION, instance="taken")
        stage.wait_until_processed()
        held.release()
        # Either may end: which of them the group fences twice is chance.
        for twin in (program, successor):
            twin.may_end()
    stage.wait_until(lambda: program.has_ended() or successor.has_ended(),
                     "one of them ends")
    stage.plant()
    stage.wait_until_processed()

    found = judge(stage)
    found.check()
    assert found.aborted > 0
    ended = program if program.has_ended() else successor
    assert ended.exit_status() == 3
    assert "instance name taken" in ended.log()
