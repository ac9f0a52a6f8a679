"""Records that were deleted before they were read, and topics that were made
anew, are never passed over in silence."""

import pytest

import tokens
import upkeep


def lose_records_while_down(stage, deleted_before=20):
    """Partition 0 is committed at 10 and begins at 20; the other lost
    nothing."""
    stage.create_topics(input_partitions=2)
    stage.produce((tokens.granular(n) for n in range(10)), partition=0)
    program = stage.start()
    stage.wait_until_processed()
    program.stop()
    stage.produce((tokens.granular(n) for n in range(10, 30)), partition=0)
    upkeep.delete_records(stage, {0: deleted_before})


def test_a_partition_that_lost_records_stops_and_the_others_go_on(stage):
    lose_records_while_down(stage)
    program = stage.start()
    stage.wait_until(lambda: "on_lost" in program.log(), "the loss is told")
    stage.produce([tokens.granular(100)], partition=1)
    stage.wait_for_requests(*range(10), 100)
    # The whole range, and once.
    (line,) = [line for line in program.log().splitlines()
               if "on_lost" in line]
    assert f"{stage.input} [0]: " in line
    assert "10 to 19" in line
    assert stage.committed() == {0: 10, 1: 1}
    program.stop()

    # Told again after a restart, also under `latest`.
    program = stage.start(input__start="latest")
    stage.wait_until(lambda: "10 to 19" in program.log(), "told again")
    program.stop()

    # An operator decides where to go on.
    upkeep.commit(stage, {0: 20})
    stage.start()
    stage.wait_for_requests(*range(10), *range(20, 30), 100)


def test_continue_goes_on_behind_the_lost_records_and_tells_them_once(stage):
    lose_records_while_down(stage)
    program = stage.start(input__on_lost="continue")
    stage.wait_for_requests(*range(10), *range(20, 30))
    (line,) = [line for line in program.log().splitlines()
               if "10 to 19" in line]
    assert f"{stage.input} [0]: " in line
    program.stop()
    program = stage.start(input__on_lost="continue")
    stage.produce([tokens.granular(100)], partition=0)
    stage.wait_for_requests(*range(10), *range(20, 30), 100)
    assert "10 to 19" not in program.log()


def lose_records_while_running(stage, program):
    """Deletes records in front of a program that is frozen and behind.
    Returns the first offset that is left."""
    with program.frozen():
        # More than a fetch that was under way can bring.
        for _ in range(8):
            stage.produce(["x" * 900_000] * 8, partition=0)
        end = stage.ends(stage.input)[0]
        stage.produce([tokens.granular(50)], partition=0)
        upkeep.delete_records(stage, {0: end})
    return end


@pytest.mark.parametrize("policy", ["stop", "continue"])
def test_records_lost_in_front_of_a_running_program(stage, policy):
    stage.create_topics(input_partitions=2)
    program = stage.start(input__on_lost=policy, memory="32MiB")
    stage.produce((tokens.granular(n) for n in range(10)), partition=0)
    stage.wait_for_requests(*range(10))
    stage.wait_until_processed()
    end = lose_records_while_running(stage, program)
    stage.wait_until(lambda: f" to {end - 1}" in program.log(),
                     "the loss is told")
    stage.produce([tokens.granular(100)], partition=1)
    if policy == "continue":
        stage.wait_for_requests(*range(10), 50, 100)
    else:
        stage.wait_for_requests(*range(10), 100)
        program.stop()
        upkeep.commit(stage, {0: end})
        stage.start()
        stage.wait_for_requests(*range(10), 50, 100)
    assert program.log().count(f" to {end - 1}") == 1


@pytest.mark.parametrize("policy", ["stop", "continue"])
def test_an_offset_beyond_the_end_is_lost_as_well(stage, policy):
    stage.create_topics(input_partitions=2)
    stage.produce((tokens.granular(n) for n in range(5)), partition=0)
    upkeep.commit(stage, {0: 100})
    program = stage.start(input__on_lost=policy, input__start="latest")
    stage.wait_until(lambda: "beyond" in program.log(), "it is told")
    stage.produce([tokens.granular(100)], partition=0)
    if policy == "continue":
        # The log is another one: from its beginning.
        stage.wait_for_requests(*range(5), 100)
    else:
        stage.produce([tokens.granular(101)], partition=1)
        stage.wait_until(lambda: stage.committed() == {0: 100, 1: 1}
                         or stage.requested(), "the other partition goes on")
        assert stage.committed()[0] == 100
    (line,) = [line for line in program.log().splitlines()
               if "beyond" in line]
    assert f"{stage.input} [0]: " in line and "100" in line and "5" in line


FAST = {"kafka__topic.metadata.refresh.interval.ms": "500"}


@pytest.mark.parametrize("start", ["earliest", "latest"])
@pytest.mark.parametrize("noticed", [True, False])
def test_a_topic_made_anew_is_read_from_its_beginning(stage, start, noticed):
    stage.create_topics(input_partitions=2)
    program = stage.start(input__start=start, **FAST)
    stage.wait_until(lambda: stage.kafka.assignments(stage.group) == [2],
                     "it has its partitions")
    fed = 0

    # Under `latest` the first may come before it looks up the end.
    def found_new():
        nonlocal fed
        for partition in (0, 1):
            stage.produce([tokens.granular(fed)], partition=partition)
            fed += 1
        return len(stage.requested()) >= 6
    stage.wait_until(found_new, "requests")
    stage.wait_until_processed()
    before = stage.requested()

    upkeep.delete_topic(stage.kafka, stage.input)
    if noticed:
        stage.wait_until(lambda: "does not exist" in program.log(),
                         "the topic is missed")
    stage.kafka.create(stage.input, 2)
    # If it was noticed, the new log may reach beyond the old offsets.
    fresh = range(1000, 1000 + (fed if noticed else 1))
    for partition in (0, 1):
        stage.produce((tokens.granular(n + 5000 * partition) for n in fresh),
                      partition=partition)
    expected = sorted([*before, *tokens.granular_of(*fresh),
                       *tokens.granular_of(*(n + 5000 for n in fresh))])
    stage.wait_until(lambda: stage.requested() == expected,
                     "all of the new topic")
    told = program.log()[program.log().index("assigned"):]
    assert "Unknown topic" in told or "does not have offset" in told
    assert f"{stage.input}: 2 partitions without an offset" in told
