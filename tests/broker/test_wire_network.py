"""Networks and brokers that go and come back, twins, and a storm of
rebalances: no request is lost or repeated."""

import time

import pytest

from harness import QUICK_SESSION, WAIT_SECONDS
from verdict import judge
from wire_proxy import END_TXN

BEHIND_PROXY = True


@pytest.mark.parametrize("fault", ["sever", "silence"])
def test_a_network_that_comes_back_loses_and_repeats_nothing(stage, proxy,
                                                             fault):
    program = stage.start_and_settle(**proxy.route(), **QUICK_SESSION)
    held = stage.plant_and_hold(proxy, END_TXN)
    before = proxy.impeded()
    getattr(proxy, fault)()
    stage.wait_until(lambda: stage.kafka.has_no_members(stage.group),
                     "the broker gives the member up")
    assert proxy.impeded() > before
    stage.plant()
    proxy.heal()
    began = time.monotonic()
    stage.wait_until_processed()
    print(f"{fault}: recovered {time.monotonic() - began:.1f} s after")
    judge(stage).check()
    assert "assigned" in program.log()


def test_a_broker_that_was_killed_is_used_again(stage, proxy):
    stage.start_and_settle(**proxy.route(), **QUICK_SESSION)
    held = stage.plant_and_hold(proxy, END_TXN)
    stage.kafka.command("kill", "1")
    # Into nothing: whether the commit came through is for the broker to say.
    held.release()
    stage.kafka.command("restart", "1")
    began = time.monotonic()
    stage.plant()
    stage.wait_until_processed()
    print(f"recovered {time.monotonic() - began:.1f} s after the restart")
    judge(stage).check()


def test_a_stop_that_nobody_answers_ends_all_the_same(stage, proxy):
    program = stage.start_and_settle(
        **proxy.route(), **QUICK_SESSION,
        kafka__producer={"transaction.timeout.ms": 2000})
    stage.plant_and_hold(proxy, END_TXN)
    proxy.silence()
    program.stop()
    proxy.heal()
    stage.start()
    stage.wait_until_processed()
    judge(stage).check()


def test_a_second_signal_does_not_wait_for_the_commit(stage, proxy):
    # One signal alone would wait for longer than this test does.
    name = {"instance": "one", "kafka__producer": {
        "transaction.timeout.ms": 2 * WAIT_SECONDS * 1000}}
    program = stage.start_and_settle(**proxy.route(), **QUICK_SESSION, **name)
    held = stage.plant_and_hold(proxy, END_TXN)
    program.ask_to_stop()
    stage.wait_until(lambda: "stopping" in program.log(), "it was told")
    program.stop()
    held.cut()
    # The transaction is still open; its name frees it.
    assert stage.has_open_transaction(stage.requests)
    stage.start(**name)
    stage.wait_until_processed()
    verdict = judge(stage)
    verdict.check()
    assert verdict.aborted > 0


def test_two_processes_of_one_name_lose_and_repeat_nothing(stage):
    stage.create_topics(input_partitions=2)
    twins = [stage.start(instance="same", **QUICK_SESSION) for _ in range(2)]
    for twin in twins:
        twin.may_end()

    # Each takes the name from the other, until one of them is told twice.
    def one_has_ended():
        stage.plant(5)
        return [twin for twin in twins if twin.has_ended()]
    ended = stage.wait_until(one_has_ended, "a twin ends")
    stage.plant()
    stage.wait_until_processed()
    judge(stage).check()
    assert len(ended) == 1
    assert ended[0].exit_status() == 3
    assert "instance name same" in ended[0].log()


def test_a_storm_of_rebalances_loses_and_repeats_nothing(stage):
    stage.create_topics(input_partitions=2)
    running = []
    for _ in range(8):
        newest = stage.start(**QUICK_SESSION)
        running.append(newest)
        stage.plant(10)
        stage.wait_until(lambda one=newest: "assigned" in one.log(),
                         "the newest has its share")
        stage.plant(10)
        if len(running) > 1:
            running.pop(0).ask_to_stop()
    stage.wait_until_processed()
    judge(stage).check()
    for program in stage.programs[:-1]:
        assert program.exit_status() == 0
    seen = sum(program.log().count("assigned") for program in stage.programs)
    assert seen > len(stage.programs), "no rebalance met a running program"
