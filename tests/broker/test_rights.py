"""On a cluster with access control, the rights that deploy/create-topics gives
are enough, and less is noticed at start."""

import subprocess

import pytest

import contract
import tokens
import upkeep
from harness import PROGRAM, ROOT

KAFKA_OPTIONS = ["--acls"]


def create_topics(stage, *options):
    done = subprocess.run(
        [ROOT / "deploy/create-topics", "--bootstrap", stage.kafka.bootstrap,
         "--command-config", stage.kafka.directory / "admin.properties",
         "--input", stage.input, "--requests", stage.requests,
         "--sightings", stage.sightings, "--dead-letters", stage.dead_letters,
         "--group", stage.group, *options],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_rights_that_create_topics_gives_are_enough(stage):
    create_topics(stage, "--principal", "User:tokensieve", "--partitions", "2")
    assert stage.kafka.partitions(stage.input) == [0, 1]
    token = tokens.granular(1)
    broken = b'{"type":"build_log",'
    stage.produce([token, f"again {token}", broken], partition=0)

    doctor = stage.start((PROGRAM, "doctor"))
    assert doctor.exit_status() == 0, doctor.log()
    program = stage.start()
    stage.wait_until_processed()

    assert len(stage.read(stage.requests)) == 1
    assert len(stage.read(stage.sightings)) == 1
    (dead,) = stage.read(stage.dead_letters)
    assert contract.headers(dead)["dlq-reason"] == "invalid_json"
    program.stop()


def test_without_the_right_to_read_its_requests_it_says_so_and_goes_on(stage):
    # The rights of the two topics exchanged: it may write to both, and read
    # the wrong one.
    create_topics(stage, "--principal", "User:tokensieve",
                  "--requests", stage.sightings,
                  "--sightings", stage.requests)
    stage.produce([tokens.granular(1)])
    program = stage.start()
    stage.wait_until_processed()
    assert len(stage.read(stage.requests)) == 1
    assert (f"request topic {stage.requests}" in program.log()
            and "the right to read" in program.log())
    program.stop()


def test_a_dry_run_creates_nothing_and_shows_the_retention(stage):
    said = create_topics(stage, "--principal", "User:nobody", "--dry-run",
                         "--window", "24h", "--outage", "2d")
    assert f"retention.ms={3 * 24 * 3600 * 1000}" in said
    assert "cleanup.policy=delete" in said
    assert stage.kafka.partitions(stage.requests) == []


def test_without_rights_a_start_fails_and_names_the_topic(stage):
    create_topics(stage)
    program = stage.start()
    assert program.exit_status() == 2
    assert stage.requests in program.log() or stage.input in program.log()


def access(stage, change, who, operation, *resource):
    upkeep.run_tool(stage.kafka, "org.apache.kafka.tools.AclCommand", change,
                    "--force", who, "User:tokensieve", "--operation",
                    operation, *resource)


@pytest.mark.parametrize("right, settings", [
    (None, {}), (None, {"input__start": "latest"}), ("Describe", {})])
def test_without_the_right_to_read_the_group_it_ends_with_4(
        stage, right, settings):
    stage.create_topics()
    access(stage, "--add", "--allow-principal", "All", "--topic", stage.name,
           "--resource-pattern-type", "prefixed")
    access(stage, "--add", "--allow-principal", "All", "--transactional-id",
           stage.group, "--resource-pattern-type", "prefixed")
    if right:
        access(stage, "--add", "--allow-principal", right, "--group",
               stage.group)
    program = stage.start(**settings)
    assert program.exit_status() == 4
    assert f"group {stage.group}: this client may not" in program.log()
    assert "deploy/create-topics" in program.log()


def test_an_output_that_becomes_read_only_ends_with_4_and_loses_nothing(
        stage):
    stage.create_topics()
    access(stage, "--add", "--allow-principal", "All", "--topic", "*",
           "--group", "*", "--transactional-id", "*")
    program = stage.start()
    stage.produce([tokens.granular(1)])
    stage.wait_until_processed()
    read_only = ["--deny-principal", "Write", "--topic", stage.requests]
    access(stage, "--add", *read_only)
    stage.produce([tokens.granular(2)])
    assert program.exit_status() == 4
    assert "authorization failed" in program.log().lower()
    assert stage.requests in program.log()
    # Nor does a start pass over it.
    program = stage.start()
    assert program.exit_status() == 4
    stage.wait_until(lambda: stage.committed() == {0: 1}, "its offset stands")

    access(stage, "--remove", *read_only)
    stage.start()
    stage.wait_until_processed()
    assert stage.requested() == [
                      tokens.granular(1), tokens.granular(2)]
