"""One request a token, also across restarts and from one instance to the
next: what was requested is read back from the request topic."""

import itertools
import json
import time

import pytest
from confluent_kafka import Producer

import tokens
from test_exactly_once import kill_with_an_open_transaction


def test_a_restart_repeats_no_request(stage):
    stage.create_topics(input_partitions=2, output_partitions=3)
    known = [tokens.granular(n) for n in range(20)]
    stage.produce(known)
    program = stage.start()
    stage.wait_until_processed()
    program.stop()

    new = [tokens.granular(n) for n in range(20, 25)]
    stage.produce(known + new)
    stage.start()
    stage.wait_until_processed()
    assert stage.requested() == sorted(known + new)
    # Else nothing was seen twice, and this test would prove nothing.
    assert sorted(said["token"]["fingerprint"]
                  for said in stage.read_json(stage.sightings)) == sorted(
                      tokens.fingerprint(token) for token in known)


def test_a_registry_and_a_confidence_are_remembered(stage):
    stage.create_topics()
    legacy = "5afe0000-0001-4000-8000-5eed5eed5eed"
    at_registry = f"//npm.corp.example/:_authToken={legacy}"
    variable = f"NPM_TOKEN={legacy}"  # medium, and names no registry
    stage.produce([variable])
    program = stage.start()
    stage.wait_until_processed()
    program.stop()
    # A new registry and a rise in confidence are a new request...
    stage.produce([variable, at_registry])
    program = stage.start()
    stage.wait_until_processed()
    program.stop()
    # ... once.
    stage.produce([variable, at_registry])
    stage.start()
    stage.wait_until_processed()
    assert [(said["registry"], said["confidence"])
            for said in stage.read_json(stage.requests)] == [
                (None, "medium"), ("npm.corp.example/", "high")]


def test_a_request_of_another_instance_is_known(stage):
    stage.create_topics()
    stage.produce([tokens.granular(1)])
    first = stage.start()
    stage.wait_until_processed()
    # The second has nothing to read until the first is gone.
    stage.start()
    stage.produce([tokens.granular(2)])
    stage.wait_until_processed()
    first.stop()
    stage.produce([tokens.granular(1), tokens.granular(2)])
    stage.wait_until_processed()
    assert stage.requested() == tokens.granular_of(1, 2)


def test_repeats_across_kills_are_requested_once(stage):
    stage.create_topics(input_partitions=2)
    numbers = itertools.count(1)
    expected = []
    for _ in range(2):
        program = stage.start(instance="stable-1")
        expected += kill_with_an_open_transaction(stage, program, numbers)
        # Some of them were in the transaction that dies.
        stage.produce(expected)
    stage.start(instance="stable-1")
    stage.wait_until_processed()
    assert stage.requested() == sorted(expected)
    assert (len(stage.requested("read_uncommitted"))
            > len(expected)), "no transaction was aborted"


@pytest.mark.parametrize("delivery", ["exactly_once", "at_least_once"])
@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_token_cut_by_a_restart_is_found_once(stage, end, delivery):
    def chunk(text):
        return {"type": "build_log", "stream": "8812/test", "text": text}

    def start():
        program = stage.start(instance="stable-1", delivery=delivery)
        stage.wait_until_processed()
        return program

    stage.create_topics()
    token, other = tokens.granular(1), tokens.granular(2)
    ((_, first),) = stage.produce([chunk("npm ci\nx " + token[:20])])
    getattr(start(), end)()
    assert stage.requested() == []  # and the first half is committed
    stage.produce([chunk(token[20:] + "\n")])
    getattr(start(), end)()
    # Both halves are replayed, and complete nothing any more.
    stage.produce([chunk(other + "\n")])
    start()
    assert stage.requested() == [token, other]
    assert stage.read(stage.sightings) == []
    request = next(said for said in stage.read_json(stage.requests)
                   if said["token"]["value"] == token)
    assert request["origin"]["offset"] == first
    assert (request["leak"]["line"], request["leak"]["column"]) == (2, 3)
    assert request["id"] == tokens.request_id(request)


def test_behind_its_window_a_token_is_requested_again(stage):
    stage.create_topics()
    window = 3
    stage.produce([tokens.granular(1)])
    program = stage.start(detection__window=f"{window}s")
    stage.wait_until_processed()
    program.stop()
    (request,) = stage.read(stage.requests)
    requested_at = request.timestamp()[1] / 1000
    stage.wait_until(lambda: time.time() > requested_at + window,
                     "the window is over")
    stage.produce([tokens.granular(1)])
    stage.start(detection__window=f"{window}s")
    stage.wait_until_processed()
    assert stage.requested() == [tokens.granular(1)] * 2


def test_a_transaction_that_never_ends_holds_nothing_up_for_ever(stage):
    stage.create_topics()
    # Somebody's transaction stays open on the request topic, so the end of
    # what is committed there stays before its end.
    foreign = Producer({**stage.kafka.client, "transactional.id": stage.name,
                        "transaction.timeout.ms": 120_000})
    foreign.init_transactions(30)
    foreign.begin_transaction()
    foreign.produce(stage.requests, json.dumps({"schema": "none"}))
    foreign.flush(30)
    assert stage.has_open_transaction(stage.requests)

    stage.produce([tokens.granular(1)])
    program = stage.start(
        kafka__producer={"transaction.timeout.ms": 2000})
    stage.wait_until_processed()
    assert "not read to its end" in program.log()
    foreign.abort_transaction(30)
    stage.wait_until(lambda: stage.requested() == [tokens.granular(1)],
                     "the request is visible")
