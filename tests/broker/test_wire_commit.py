"""A commit that is held, cut or unanswered on the wire, at a chosen frame."""

import pytest

from harness import QUICK_SESSION
from verdict import judge
from wire_proxy import (ADD_OFFSETS, ADD_PARTITIONS, END_TXN, FETCH,
                        FIND_COORDINATOR, HEARTBEAT, INIT_PRODUCER_ID,
                        JOIN_GROUP, OFFSET_FETCH, PRODUCE, TXN_OFFSET_COMMIT)

BEHIND_PROXY = True


@pytest.mark.parametrize("api", [ADD_OFFSETS, TXN_OFFSET_COMMIT],
                         ids=["add-offsets", "offset-commit"])
def test_a_commit_that_a_rebalance_overtakes_is_refused(stage, proxy, api):
    program = stage.start_and_settle(**proxy.route(), **QUICK_SESSION)
    held = stage.plant_and_hold(proxy, api)
    # The second one makes a new generation while the commit is on its way.
    # The first one lets its partitions go when it has waited long enough.
    stage.start(**QUICK_SESSION)
    stage.wait_until(lambda: stage.kafka.assignments(stage.group) == [1, 1],
                     "the generation moves on")
    held.release()
    stage.plant()
    stage.wait_until_processed()

    found = judge(stage)
    found.check()
    assert found.aborted > 0, "the commit was not refused"
    assert "cannot send offsets" in program.log()


@pytest.mark.parametrize("stop", ["request", "answer"])
def test_a_commit_whose_outcome_is_unknown_counts_once(stage, proxy, stop):
    stage.start_and_settle(**proxy.route())
    hold = proxy.hold if stop == "request" else proxy.hold_answer
    before = stage.committed()
    held = hold(END_TXN)
    stage.plant()
    held.wait_until_held()
    if stop == "answer":
        # The broker is done, and nobody knows.
        stage.wait_until(lambda: stage.committed() not in ({}, before),
                         "the commit comes through")
    held.cut()
    stage.plant()
    stage.wait_until_processed()
    judge(stage).check()


# A stable name ends the transaction of its predecessor; without one it has to
# time out.
@pytest.mark.parametrize("stop,instance", [
    ("request", "stable-1"), ("request", ""), ("answer", "stable-1")])
def test_a_kill_when_the_outcome_is_unknown_counts_once(stage, proxy, stop,
                                                        instance):
    settings = {**QUICK_SESSION, "instance": instance,
                "kafka__producer__transaction.timeout.ms": 2000}
    program = stage.start_and_settle(**proxy.route(), **settings)
    hold = proxy.hold if stop == "request" else proxy.hold_answer
    held = hold(END_TXN)
    stage.plant()
    held.wait_until_held()
    program.kill()
    held.cut()
    stage.start(**settings)
    stage.plant()
    stage.wait_until_processed()
    found = judge(stage)
    found.check()
    assert found.aborted > 0 or stop == "answer"


@pytest.mark.parametrize("stop", ["request", "answer"])
def test_a_connection_that_breaks_at_any_frame_costs_nothing(stage, proxy,
                                                             stop):
    stage.start_and_settle(**proxy.route(), **QUICK_SESSION)
    hold = proxy.hold if stop == "request" else proxy.hold_answer
    for api in (FETCH, HEARTBEAT, ADD_PARTITIONS, PRODUCE, ADD_OFFSETS,
                TXN_OFFSET_COMMIT, END_TXN):
        held = hold(api)
        stage.plant(5)
        held.wait_until_held()
        held.cut()
        stage.wait_until_processed()
    judge(stage).check()


@pytest.mark.parametrize("stop", ["request", "answer"])
def test_a_connection_that_breaks_at_a_start_costs_nothing(stage, proxy, stop):
    stage.create_topics(input_partitions=2)
    hold = proxy.hold if stop == "request" else proxy.hold_answer
    for api in (INIT_PRODUCER_ID, FIND_COORDINATOR, JOIN_GROUP, OFFSET_FETCH):
        held = hold(api)
        program = stage.start(**proxy.route(), **QUICK_SESSION)
        stage.plant(5)
        held.wait_until_held()
        held.cut()
        stage.wait_until_processed()
        program.stop()
    judge(stage).check()
