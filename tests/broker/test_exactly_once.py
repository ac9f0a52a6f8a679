"""Whatever dies, a read_committed reader sees each request once."""

import itertools

import pytest

import tokens

KILLS = 3


def kill_with_an_open_transaction(stage, program, numbers):
    """Feeds the program until it is frozen in the middle of a transaction
    that the broker holds open, and ends it there. Returns the tokens fed.

    A kill at random proves little: it seldom meets an open transaction.
    """
    fed = []
    for _ in range(200):
        batch = [tokens.granular(number)
                 for number in itertools.islice(numbers, 50)]
        fed += batch
        stage.produce(batch)
        for _ in range(20):
            with program.frozen():
                # Twice: a commit on its way when it froze still ends well.
                if (stage.has_open_transaction(stage.requests)
                        and stage.has_open_transaction(stage.requests)):
                    program.kill()
                    return fed
        program.check()
    raise AssertionError("no transaction was ever found open")


# A stable name frees the readers at once: the next process has the same
# transactional id. Without one they wait for the transaction to time out.
@pytest.mark.parametrize("instance", ["stable-1", ""])
def test_a_kill_in_a_transaction_loses_and_repeats_nothing(stage, instance):
    stage.create_topics(input_partitions=2)
    numbers = itertools.count(1)
    expected = []
    for _ in range(KILLS):
        program = stage.start(instance=instance)
        expected += kill_with_an_open_transaction(stage, program, numbers)
    stage.start(instance=instance)
    stage.wait_until_processed()

    records = stage.read(stage.requests)
    found = stage.requested()
    assert found == sorted(expected)

    # Else nothing was aborted, and this test would prove nothing.
    committed = {record.key(): record.value() for record in records}
    everything = stage.read(stage.requests, "read_uncommitted")
    assert len(everything) > len(records), "no transaction was aborted"
    # A replay says the same, to the byte.
    for record in everything:
        assert record.value() == committed[record.key()]


def test_at_least_once_loses_nothing(stage):
    stage.create_topics(input_partitions=2)
    expected = {tokens.granular(n) for n in range(500)}
    stage.produce(sorted(expected))
    program = stage.start(delivery="at_least_once")
    stage.wait_until(lambda: stage.read(stage.requests), "a request")
    program.kill()
    stage.start(delivery="at_least_once")
    stage.wait_until_processed()
    found = {said["token"]["value"]
             for said in stage.read_json(stage.requests)}
    assert found == expected
