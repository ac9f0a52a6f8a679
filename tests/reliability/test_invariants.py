"""Each invariant fails where it is broken, and passes where it is not; no Kafka
is needed."""

import copy
import dataclasses
import hashlib
import json
import pathlib
import random
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
BROKER = HERE.parent / "broker"
sys.path[:0] = [str(HERE), str(BROKER), str(HERE.parents[1] / "deploy/kafka")]

import invariants
import proved_elsewhere
import tokens
import workload
from oracle import FIELD, HEADER, Seen, parse


def record(offset, kind="request", origin=None, name="a"):
    said = {"id": f"{name}@{offset}", "registry": None,
            "token": {"fingerprint": name},
            "origin": {"topic": "in", "partition": 0,
                       "offset": offset if origin is None else origin}}
    return Seen(kind, 0, offset, {}, f"digest {name}", 10, said, [], 2.0)


def dead_letter(offset, reason="too_deep", value="x"):
    headers = {"dlq-reason": reason, "dlq-topic": "in", "dlq-partition": "0",
               "dlq-offset": "7"}
    return Seen("dead-letter", 0, offset, headers,
                hashlib.sha256(value.encode()).hexdigest(), 1, None, [], 2.0)


def evidence():
    """Three tokens, the first of them twice, and a poison."""
    def planted(name, offset):
        return workload.Occurrence(name, None, ("in", 0, offset), offset, 1.0)
    poison = workload.Record("in", 0, "x", reason="too_deep", offset=7)
    committed = [record(0), record(1, name="b"), record(2, name="c"),
                 record(3, "sighting", origin=3), dead_letter(0)]
    return invariants.Evidence(
        occurrences=[planted("a", 0), planted("b", 1), planted("c", 2),
                     planted("a", 3)],
        dead_letters={poison.place(): poison},
        committed=committed, uncommitted=[*committed, record(9, origin=0)],
        offsets={("in", 0): 8}, ends={("in", 0): 8}, probe_seconds=1.0,
        stall_limit=20.0, one_instance=False, faults={"kills": 1},
        memory_limit=2, peak_memory=1, most_files=10, secrets=[], trouble=[])


def failed(found):
    return {verdict.name for verdict in invariants.judge(found)
            if not verdict.passed()}


def test_what_is_right_passes():
    found = evidence()
    # A replay says the same.
    found.uncommitted[-1] = dataclasses.replace(found.committed[0], offset=9)
    assert failed(found) == set()
    assert all("PASS" in verdict.line() for verdict in invariants.judge(found))


def lose(found):
    del found.committed[1]


def lose_a_repeat(found):
    del found.committed[3]


def double(found):
    found.committed.append(record(10, origin=2, name="c"))


def request_a_repeat(found):
    found.committed[3] = record(3)


def invent(found):
    found.committed.append(record(10, name="d"))


def change(found):
    found.uncommitted[-1] = dataclasses.replace(found.committed[0],
                                                digest="other")


def contradict(found):
    found.uncommitted[0].faults.append("its id is another")


def fall_behind(found):
    found.offsets["in", 0] = 7


def lose_a_dead_letter(found):
    del found.committed[-1]


def double_a_dead_letter(found):
    found.committed.append(dead_letter(1))


def mistake_a_reason(found):
    found.committed[-1] = dead_letter(0, "too_large")


def change_a_dead_letter(found):
    found.committed[-1] = dead_letter(0, value="y")


def swap(found):
    for index, offset in ((1, 2), (2, 1)):
        found.committed[index].offset = offset


def stall(found):
    found.committed[0].moment = 22.0


def stall_the_probe(found):
    found.probe_seconds = 11.0


def see_no_fault(found):
    found.faults["kills"] = 0


def be_blind(found):
    del found.uncommitted[:3]


def grow(found):
    found.peak_memory = 3


def leave_files_open(found):
    found.most_files = 1000


def tell(found):
    found.secrets.append("a token in the log")


def end_early(found):
    found.trouble.append("ended with 1")


@pytest.mark.parametrize("mistake,expected", [
    (lose, {"I1"}), (lose_a_repeat, {"I1"}), (double, {"I2"}),
    (request_a_repeat, {"I2"}), (invent, {"I3"}), (change, {"I3"}),
    (contradict, {"I3"}), (fall_behind, {"I4"}), (lose_a_dead_letter, {"I5"}),
    (double_a_dead_letter, {"I5"}), (mistake_a_reason, {"I5"}),
    (change_a_dead_letter, {"I5"}), (swap, {"I6"}), (stall, {"I7"}),
    (stall_the_probe, {"I7"}), (see_no_fault, {"I8"}), (be_blind, {"I8"}),
    (grow, {"I9"}), (leave_files_open, {"I9"}), (tell, {"I10"}),
    (end_early, {"RUN"})],
    ids=lambda one: getattr(one, "__name__", ""))
def test_what_is_wrong_fails(mistake, expected):
    found = copy.deepcopy(evidence())
    mistake(found)
    assert expected <= failed(found)
    if mistake is not double:  # which is out of order as well
        assert failed(found) == expected


def test_a_second_request_across_partitions_is_counted_or_wrong():
    found = evidence()
    found.occurrences[3] = dataclasses.replace(
        found.occurrences[3], origin=("in", 1, 3))
    found.committed[3] = record(3)
    found.committed[3].said["origin"]["partition"] = 1
    found.uncommitted = list(found.committed)
    assert failed(found) == set()
    assert invariants.repeated(found).numbers["again by another instance"] == 1
    found.one_instance = True
    assert failed(found) == {"I2"}


def test_a_line_of_the_reader_is_read_and_its_token_forgotten():
    token = tokens.granular(1)
    said = {"registry": None, "leak": {"index": None, "field": "", "line": 1,
                                       "column": 1},
            "token": {"value": token,
                      "fingerprint": tokens.fingerprint(token)},
            "origin": {"topic": "in", "partition": 1, "offset": 2}}
    said["id"] = tokens.request_id(said)
    value = json.dumps(said).replace("\\", "\\x5C")
    line = FIELD.join([
        "CreateTime:1", "Partition:3", "Offset:4",
        HEADER.join(["ce_type:tokensieve.revocation-request.v1", "a:b:c"]),
        said["token"]["fingerprint"], value])
    seen = parse(line)
    assert (seen.kind, seen.partition, seen.offset) == ("request", 3, 4)
    assert seen.origin() == ("in", 1, 2)
    assert seen.headers["a"] == "b:c" and seen.faults == []
    assert token not in repr(seen)
    other = parse(line.replace(token, tokens.granular(2)))
    assert other.faults == ["its fingerprint is not its token's"]


def test_a_workload_is_made_by_its_seed():
    def made(seed):
        work = workload.Workload(random.Random(seed), {"in": 3})
        return [(one.partition, one.value) for _ in range(20)
                for one in work.batch(10)]
    assert made(1) == made(1) != made(2)


@pytest.mark.parametrize("fault", proved_elsewhere.ELSEWHERE)
def test_what_is_proved_elsewhere_is_there(fault):
    module, name = proved_elsewhere.ELSEWHERE[fault]
    assert f"\ndef {name}(" in (BROKER / f"{module}.py").read_text()
