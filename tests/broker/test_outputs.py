"""Output topics that refuse, vanish or take small records only, and the cheaper
guarantee."""

import itertools
import os

import contract
import tokens
import upkeep


# --- Dead letters that are too large ------------------------------------------
def test_a_dead_letter_that_does_not_fit_says_where_the_original_is(stage):
    for topic in (stage.input, stage.requests, stage.sightings):
        stage.kafka.create(topic, 1)
    stage.kafka.create(stage.dead_letters, 1, **{"max.message.bytes": "10000"})
    broken = b'{"type":"build_log",'
    large = broken + tokens.granular(1).encode() + b"x" * 50_000
    small_key, large_key = b"the key", b"k" * 20_000
    stage.produce([large], key=small_key)
    stage.produce([large], key=large_key)
    stage.produce([broken], key=large_key)
    stage.produce([broken], key=small_key)
    stage.start()
    stage.wait_until_processed()

    found = {}
    for record in stage.read(stage.dead_letters):
        said = contract.headers(record)
        found[said["dlq-offset"]] = (record.key(), record.value(),
                                     said.get("dlq-truncated"))
    assert found == {"0": (small_key, b"", str(len(large))),
                     "1": (None, b"", str(len(large))),
                     "2": (None, b"", str(len(broken))),
                     "3": (small_key, broken, None)}
    # The request comes all the same, and nothing was tried twice.
    assert stage.requested() == tokens.granular_of(1)
    assert len(stage.read(stage.dead_letters, "read_uncommitted")) == 4


def test_a_limit_that_is_lowered_meanwhile_loses_nothing(stage):
    stage.create_topics()
    program = stage.start()
    stage.produce([b'{"type":"build_log",'])
    stage.wait_until_processed()
    # What the producer asked for at start holds no longer.
    upkeep.configure(stage.kafka, stage.dead_letters,
                     {"max.message.bytes": "2000"})
    # Bytes that do not get small by compression.
    large = b'{"type":"build_log",' + os.urandom(50_000)
    stage.produce([large, tokens.granular(1)])
    stage.wait_until_processed()
    dead = [contract.headers(record)
            for record in stage.read(stage.dead_letters)]
    assert [said.get("dlq-truncated") for said in dead] == [
        None, str(len(large))]
    assert stage.requested() == tokens.granular_of(1)
    assert "refuses a record" in program.log()


def test_what_the_broker_always_refuses_ends_with_4(stage):
    stage.create_topics()
    program = stage.start()
    stage.produce([tokens.granular(1)])
    stage.wait_until_processed()
    # Not even a notice fits any more.
    upkeep.configure(stage.kafka, stage.dead_letters,
                     {"max.message.bytes": "80"})
    stage.produce([b'{"type":"build_log",', tokens.granular(2)])
    assert program.exit_status() == 4
    assert "max.message.bytes" in program.log()
    # Put right, it goes on where it was.
    upkeep.configure(stage.kafka, stage.dead_letters,
                     {"max.message.bytes": "100000"})
    stage.start()
    stage.wait_until_processed()
    assert stage.requested() == tokens.granular_of(1, 2)
    assert len(stage.read(stage.dead_letters)) == 1


def test_a_dead_letter_without_the_original_has_neither_value_nor_key(stage):
    stage.create_topics()
    broken = b'{"type":"build_log",'
    stage.produce([broken], key=b"the key")
    stage.start(output__dead_letter_value="none")
    stage.wait_until_processed()
    (dead,) = stage.read(stage.dead_letters)
    assert (dead.key(), dead.value()) == (None, b"")
    assert contract.headers(dead)["dlq-truncated"] == str(len(broken))


# --- Outputs that vanish ------------------------------------------------------
def test_an_output_that_is_deleted_and_made_again_loses_nothing(stage):
    stage.create_topics()
    program = stage.start()
    stage.produce([tokens.granular(1)])
    stage.wait_for_requests(1)
    stage.wait_until_processed()
    upkeep.delete_topic(stage.kafka, stage.requests)
    stage.produce([tokens.granular(2), "clean"])
    stage.wait_until(
        lambda: f"output topic {stage.requests}: " in program.log(),
        "it is told")
    assert "create it with" in program.log()
    stage.kafka.create(stage.requests, 1)
    stage.wait_for_requests(2)
    stage.wait_until_processed()


# --- At least once ------------------------------------------------------------
CHEAPER = {"delivery": "at_least_once"}


def test_at_least_once_a_kill_before_the_commit_loses_nothing(
        stage):
    stage.create_topics(input_partitions=2)
    numbers = itertools.count()
    program = stage.start(**CHEAPER)
    fed = []

    def is_ahead():
        committed = stage.committed()
        delivered = sum(stage.ends(stage.requests).values())
        return committed and delivered > sum(committed.values())

    def delivered_and_not_committed():
        fed.extend(itertools.islice(numbers, 50))
        stage.produce(tokens.granular(n) for n in fed[-50:])
        with program.frozen():
            # Twice: a commit may have been under way when it froze.
            if is_ahead() and is_ahead():
                program.kill()
                return True
        return False
    stage.wait_until(delivered_and_not_committed, "a kill between the two")
    stage.start(**CHEAPER)
    stage.wait_until_processed()
    # What stood on its topic already is not requested again, but seen again.
    assert stage.requested() == tokens.granular_of(*fed)
    assert stage.read(stage.sightings), "the kill came behind the commit"


def test_at_least_once_a_stop_repeats_nothing(stage):
    stage.create_topics(input_partitions=2)
    expected = tokens.granular_of(*range(600))
    for begin in range(0, 600, 200):
        stage.produce(expected[begin:begin + 200])
        program = stage.start(**CHEAPER)
        stage.wait_until(
            lambda least=begin: len(stage.read(stage.requests)) > least,
            "the first of them")
        program.stop()
    stage.start(**CHEAPER)
    stage.wait_until_processed()
    assert stage.requested() == expected


def test_at_least_once_the_death_of_the_broker_loses_nothing(stage):
    stage.create_topics(input_partitions=2)
    program = stage.start(**CHEAPER)
    stage.produce(tokens.granular(n) for n in range(300))
    stage.wait_until(lambda: stage.read(stage.requests), "the first of them")
    stage.kafka.command("kill", "1")
    stage.wait_until(lambda: "Connection refused" in program.log(),
                     "it has noticed")
    stage.kafka.command("restart", "1")
    stage.produce(tokens.granular(n) for n in range(300, 400))
    stage.wait_until_processed()
    assert sorted(set(stage.requested())) == tokens.granular_of(*range(400))
