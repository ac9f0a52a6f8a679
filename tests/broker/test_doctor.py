"""`tokensieve doctor` says what a cluster lacks, and leaves no trace."""

import re

import pytest

import tokens
import upkeep
from harness import PROGRAM

KAFKA_OPTIONS = ["--acls"]
DOCTOR = (PROGRAM, "doctor")


def examine(stage, status, **changes):
    """What it says, by level: a list of lines each."""
    program = stage.start(DOCTOR, **changes)
    assert program.exit_status() == status, program.log()
    said = {"ok": [], "note": [], "warn": [], "fail": []}
    for line in program.log().splitlines():
        if matched := re.match(r"(ok|note|warn|fail) +(.*)", line):
            said[matched[1]].append(matched[2])
    return said


def line_of(lines, *words):
    (found,) = [line for line in lines if all(word in line for word in words)]
    return found


def access(kafka, change, operation, *resource):
    upkeep.run_tool(kafka, "org.apache.kafka.tools.AclCommand", "--add",
                    "--force", change, "User:tokensieve", "--operation",
                    operation, *resource)


@pytest.fixture(scope="module", autouse=True)
def rights(kafka):
    """To everything; a test takes some away."""
    access(kafka, "--allow-principal", "All", "--topic", "*", "--group", "*",
           "--transactional-id", "*", "--cluster")


def test_a_healthy_cluster_is_found_healthy(stage):
    stage.create_topics(input_partitions=3)
    stage.produce([tokens.granular(1)], partition=1)
    said = examine(stage, 0)
    assert said["fail"] == []
    # One broker is all that there is.
    assert all("one copy of each record" in line for line in said["warn"])
    line_of(said["ok"], f"input {stage.input}: 3 partitions")
    for right in (f"read {stage.input}", f"read {stage.requests}",
                  f"write {stage.requests}", f"write {stage.sightings}",
                  f"write {stage.dead_letters}"):
        line_of(said["ok"], f"{right}: allowed")
    line_of(said["ok"], "commit its offsets")
    line_of(said["ok"], "begun and aborted")
    line_of(said["ok"], "10000, the brokers allow 900000")
    line_of(said["ok"], f"group {stage.group}: 0 members now; up to 3")
    line_of(said["note"], "clock", "ahead")
    line_of(said["note"], "librdkafka", "#5581")
    line_of(said["note"], f"input {stage.input}", "compression.type=producer")


def test_nothing_that_it_tries_leaves_a_trace_or_disturbs_a_run(stage):
    stage.create_topics()
    program = stage.start()
    stage.plant(1)
    stage.wait_until_processed()
    topics = (stage.input, stage.requests, stage.sightings, stage.dead_letters)
    ends = [stage.ends(topic) for topic in topics]
    said = examine(stage, 0)
    line_of(said["ok"], "1 members now")
    assert [stage.ends(topic) for topic in topics] == ends
    assert stage.committed() == stage.ends(stage.input)
    stage.plant(1)
    stage.wait_until_processed()
    assert stage.requested() == sorted(stage.planted)
    assert "fenced" not in program.log()
    program.stop()


def test_a_missing_topic_is_named_and_not_made(stage):
    stage.kafka.create(stage.input, 1)
    said = examine(stage, 2, input__topics=[stage.input, "absent"])
    line_of(said["fail"], f"requests {stage.requests}", "create-topics")
    line_of(said["fail"], "input absent", "create it")
    assert stage.kafka.partitions(stage.requests) == []


def test_each_missing_right_to_read_is_named(stage):
    stage.create_topics()
    access(stage.kafka, "--deny-principal", "Read", "--topic", stage.input,
           "--topic", stage.requests, "--group", stage.group)
    said = examine(stage, 2)
    assert len(said["fail"]) == 3, said
    line_of(said["fail"], f"read {stage.input}", "no right", "create-topics")
    line_of(said["fail"], f"read {stage.requests}", "no right")
    line_of(said["fail"], f"group {stage.group}", "no right")


def test_each_missing_right_to_write_is_named(stage):
    stage.create_topics()
    access(stage.kafka, "--deny-principal", "Write", "--topic",
           stage.sightings, "--transactional-id", f"{stage.group}-doctor")
    said = examine(stage, 2)
    assert len(said["fail"]) == 2, said
    line_of(said["fail"], f"write {stage.sightings}", "no right")
    line_of(said["fail"], f"begin with {stage.group}-", "no right")


def test_settings_that_lose_requests_are_failures(stage):
    stage.create_topics()
    upkeep.configure(stage.kafka, stage.requests, {
        "cleanup.policy": "compact,delete", "retention.ms": "3600000"})
    upkeep.configure(stage.kafka, stage.dead_letters,
                     {"unclean.leader.election.enable": "true"})
    said = examine(stage, 2)
    line_of(said["fail"], "cleanup.policy=compact,delete")
    line_of(said["fail"], "retention.ms=3600000", "detection.window")
    line_of(said["warn"], stage.dead_letters, "unclean.leader.election")


def test_a_transaction_that_the_broker_would_not_hold_is_a_failure(stage):
    stage.create_topics()
    said = examine(stage, 2, **{
        "kafka__producer": {"transaction.timeout.ms": 3_600_000}})
    assert len(said["fail"]) == 2, said
    line_of(said["fail"], "is above", "(900000)")


def test_members_without_partitions_are_told(stage):
    stage.create_topics()
    for _ in range(2):
        stage.start()
    stage.wait_until(lambda: len(stage.kafka.assignments(stage.group)) == 2,
                     "both are members")
    said = examine(stage, 0)
    line_of(said["warn"], "2 members", "1 have nothing to do")


def test_a_broker_stamped_record_tells_the_clock(stage):
    stage.create_topics()
    upkeep.configure(stage.kafka, stage.input,
                     {"message.timestamp.type": "LogAppendTime"})
    stage.produce([b"a line"])
    said = examine(stage, 0)
    line_of(said["ok"], "clock", "of the broker's")


def test_where_nobody_answers_it_says_what_it_met(stage):
    said = examine(stage, 2, **{"kafka__bootstrap.servers": "127.0.0.1:1"})
    (only,) = said["fail"]
    assert "127.0.0.1:1" in only and "refused" in only
    said = examine(stage, 2, **{"kafka__sasl.password": "wrong-password"})
    (only,) = said["fail"]
    assert "kafka.sasl.password" in only
    assert "wrong-password" not in "".join(sum(said.values(), []))
