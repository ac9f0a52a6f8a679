"""What stands on the output topics is what the contract says."""

import collections
import json
import os
import pathlib

import pytest

import contract
import tokens

DATA = pathlib.Path(__file__).resolve().parents[1] / "data"


def cases():
    """Folders of events and expectations: our own, and one of the user's."""
    return [DATA, *filter(None, [os.environ.get("TOKENSIEVE_EXAMPLES")])]


def inputs_of(stage):
    return {(record.partition(), record.offset()): record
            for record in stage.read(stage.input)}


@pytest.mark.parametrize("folder", cases(), ids=str)
def test_the_outputs_are_exactly_the_expected_ones(stage, folder):
    folder = pathlib.Path(folder)
    events = (folder / "events.ndjson").read_bytes().splitlines()
    expectations = [json.loads(line) for line in
                    (folder / "expected.ndjson").read_text().splitlines()]
    assert len(events) == len(expectations) > 0
    stage.create_topics()
    stage.produce(events)

    stage.start()
    stage.wait_until_processed()

    inputs = inputs_of(stage)
    requests = collections.defaultdict(list)
    for record in stage.read(stage.requests):
        said = contract.check_output(record, inputs, "revocation-request")
        requests[said["origin"]["offset"]].append(said)
    contract.check_as_expected(
        requests, {n: e["expect"] for n, e in enumerate(expectations)},
        "requests")
    if folder != DATA:
        return  # others prescribe requests alone
    sightings = collections.defaultdict(list)
    for record in stage.read(stage.sightings):
        said = contract.check_output(record, inputs, "sighting")
        sightings[said["origin"]["offset"]].append(said)
    contract.check_as_expected(
        sightings,
        {n: e.get("sightings", []) for n, e in enumerate(expectations)},
        "sightings")
    dead = [contract.check_dead_letter(record, inputs)
            for record in stage.read(stage.dead_letters)]
    assert sorted(dead) == [(n, e["dead_letter"])
                            for n, e in enumerate(expectations)
                            if "dead_letter" in e]


def test_null_and_empty_values_are_passed_over(stage):
    stage.create_topics()
    token = tokens.granular(1)
    stage.produce([None, b"", {"type": "build_log", "text": token}], key=b"k")
    stage.start()
    stage.wait_until_processed()
    (request,) = stage.read_json(stage.requests)
    assert request["origin"]["offset"] == 2
    assert stage.read(stage.dead_letters) == []


def test_bytes_that_are_not_utf8_are_scanned_and_kept(stage):
    stage.create_topics()
    token = tokens.granular(2).encode()
    claims_json = b'{"type":"build_log","text":"\xff ' + token + b'"}'
    text = b"\xff\xfe\x80 " + tokens.granular(3).encode()
    stage.produce([claims_json, text], key=b"the key")
    stage.start()
    stage.wait_until_processed()
    inputs = inputs_of(stage)
    requests = {said["origin"]["offset"]: said for said in
                (contract.check_output(record, inputs, "revocation-request")
                 for record in stage.read(stage.requests))}
    assert requests[0]["leak"]["column"] == claims_json.index(token) + 1
    assert requests[1]["leak"]["column"] == 5
    dead = [contract.check_dead_letter(record, inputs)
            for record in stage.read(stage.dead_letters)]
    assert dead == [(0, "invalid_utf8")]


def test_documents_of_one_event_are_numbered(stage):
    stage.create_topics()
    first, second = tokens.granular(4), tokens.granular(5)
    stage.produce([json.dumps({"log": f"a {first}"}) + "\n{\"log\":\n"
                   + json.dumps({"log": f"ab {second}"}) + "\n"])
    stage.start()
    stage.wait_until_processed()
    found = {said["token"]["value"]: said["leak"]
             for said in stage.read_json(stage.requests)}
    assert (found[first]["index"], found[first]["field"],
            found[first]["column"]) == (1, "/log", 3)
    assert (found[second]["index"], found[second]["field"],
            found[second]["column"]) == (3, "/log", 4)
    (dead,) = stage.read(stage.dead_letters)
    assert contract.headers(dead)["dlq-reason"] == "invalid_json"


def test_requests_stand_where_kafkas_own_partitioner_puts_their_key(stage):
    stage.create_topics(output_partitions=5)
    stage.produce(tokens.granular(n) for n in range(40))
    stage.start()
    stage.wait_until_processed()
    records = stage.read(stage.requests)
    assert len(records) == 40
    assert len({record.partition() for record in records}) > 1
    for record in records:
        assert record.partition() == contract.murmur2_partition(
            record.key(), 5), record.key()


def test_a_dead_letter_can_leave_the_original_out(stage):
    stage.create_topics()
    broken = b'{"type":"build_log",'
    stage.produce([broken])
    stage.start(output__dead_letter_value="none")
    stage.wait_until_processed()
    (dead,) = stage.read(stage.dead_letters)
    assert not dead.value()
    assert contract.headers(dead)["dlq-truncated"] == str(len(broken))
