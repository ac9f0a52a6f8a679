"""Input topics that are missing, appear or grow, and members that come back."""

import tokens
import upkeep

# The default is ten seconds.
FAST = {"kafka__topic.metadata.refresh.interval.ms": "500"}


def wait_for_partitions(stage, *counts):
    stage.wait_until(lambda: stage.kafka.assignments(stage.group)
                     == list(counts), f"{counts} partitions")


def create_outputs(stage):
    for topic in (stage.requests, stage.sightings, stage.dead_letters):
        stage.kafka.create(topic, 1)


def test_a_missing_input_is_named_not_created_and_awaited(stage):
    create_outputs(stage)
    absent = f"{stage.name}.absent"
    stage.kafka.create(absent + "-not", 1)
    program = stage.start(input__topics=[stage.input, absent], **FAST)
    stage.wait_until(lambda: f"input topic {absent} " in program.log(),
                     "it is named")
    stage.kafka.create(stage.input, 1)
    stage.produce([tokens.granular(1)])
    stage.wait_for_requests(1)
    assert stage.kafka.partitions(absent) == []
    stage.kafka.create(absent, 1)
    stage.produce([tokens.granular(2)], topic=absent)
    stage.wait_for_requests(1, 2)
    # Once, not at every look.
    assert program.log().count(f"{absent} does not exist") == 1
    assert "create it, correct input.topics" in program.log()


def test_a_pattern_finds_topics_that_are_made_later(stage):
    create_outputs(stage)
    pattern = rf"^{stage.name}\.ci\..*"
    program = stage.start(input__topics=[pattern], input__start="latest",
                          **FAST)
    stage.wait_until(lambda: f"matches {pattern}" in program.log(),
                     "it says that it waits")
    for number, name in enumerate(["logs", "commits"]):
        topic = f"{stage.name}.ci.{name}"
        stage.kafka.create(topic, 2)
        for partition in (0, 1):
            stage.produce([tokens.granular(2 * number + partition)],
                          topic=topic, partition=partition)
        stage.wait_for_requests(*range(2 * number + 2))
    assert program.log().count(f"matches {pattern}") == 1


def test_a_pattern_that_matches_an_output_is_refused(stage):
    stage.create_topics()
    program = stage.start(input__topics=[rf"^{stage.name}\..*"])
    assert program.exit_status() == 2
    assert stage.requests in program.log() or "output.requests" in program.log()


def test_added_partitions_are_read_from_their_beginning_under_latest(stage):
    stage.create_topics(input_partitions=1)
    stage.produce([tokens.granular(1)])
    program = stage.start(input__start="latest", **FAST)
    wait_for_partitions(stage, 1)
    stage.wait_until(lambda: stage.committed() == {0: 1}, "it begins at 1")

    upkeep.add_partitions(stage, 2)
    # Before the program can know of the partition.
    stage.produce([tokens.granular(2)], partition=1)
    stage.wait_for_requests(2)
    program.stop()

    # Nor are they passed over if it was down meanwhile.
    upkeep.add_partitions(stage, 3)
    stage.produce([tokens.granular(3)], partition=2)
    stage.start(input__start="latest")
    stage.wait_for_requests(2, 3)


def test_members_of_a_first_generation_all_begin_at_the_end(stage):
    stage.create_topics(input_partitions=4)
    for partition in range(4):
        stage.produce([tokens.granular(partition)], partition=partition)
    for _ in range(2):
        stage.start(input__start="latest")
    wait_for_partitions(stage, 2, 2)
    stage.wait_until(lambda: stage.committed() == dict.fromkeys(range(4), 1),
                     "all begin at 1")
    assert stage.requested() == []


def members(stage):
    """Who has what, by member id, once the group is settled."""
    (group,) = stage.kafka.admin.list_groups(stage.group, timeout=10)
    return {member.id: member.assignment for member in group.members
            if group.state == "Stable"}


def settled(stage, first, other):
    """What `other` has said once both have their share."""
    count = len(stage.kafka.partitions(stage.input)) // 2
    assigned = f"assigned {count} partition"
    wait_for_partitions(stage, count, count)
    stage.wait_until(lambda: assigned in first.log()
                     and assigned in other.log(), "both know their share")
    return other.log()


def test_a_static_member_comes_back_without_a_rebalance(stage):
    stage.create_topics(input_partitions=4)
    first = stage.start(instance="one")
    other = stage.start(instance="two")
    told = settled(stage, first, other)
    before = members(stage)
    first.stop()
    again = stage.start(instance="one")
    stage.wait_until(lambda: "assigned 2 partitions" in again.log(),
                     "it has its partitions")
    for partition in range(4):
        stage.produce([tokens.granular(partition)], partition=partition)
    stage.wait_for_requests(*range(4))
    # The same partitions, and the other has heard of nothing.
    after = members(stage)
    assert sorted(after.values()) == sorted(before.values())
    assert len(set(before) & set(after)) == 1
    assert other.log() == told


def test_a_killed_static_member_comes_back_without_a_rebalance(stage):
    stage.create_topics(input_partitions=2)
    first = stage.start(instance="one")
    other = stage.start(instance="two")
    told = settled(stage, first, other)
    first.kill()
    stage.start(instance="one")
    for partition in range(2):
        stage.produce([tokens.granular(partition)], partition=partition)
    stage.wait_for_requests(0, 1)
    assert other.log() == told


def test_a_partition_that_only_a_leader_that_came_back_knows_of_is_read(stage):
    """It comes back to its old assignment, and takes the new number of
    partitions for the one that always was."""
    stage.create_topics(input_partitions=2)
    # Longer than the tool takes that adds the partition.
    slow = {**FAST, "kafka__session.timeout.ms": "40000"}
    leader = stage.start(instance="one", **slow)
    wait_for_partitions(stage, 2)
    other = stage.start(instance="two", **slow)
    settled(stage, leader, other)
    leader.kill()
    upkeep.add_partitions(stage, 3)
    stage.start(instance="one", **slow)
    stage.produce([tokens.granular(1)], partition=2)
    stage.wait_for_requests(1)
    wait_for_partitions(stage, 1, 2)
    said = [program.log() for program in stage.programs]
    assert any(f"{stage.input} [2]: no member" in log for log in said)
    # Each says so once.
    assert all(log.count("no member of group") <= 1 for log in said)


def test_a_topic_that_is_made_while_the_only_member_restarts_is_read(stage):
    create_outputs(stage)
    stage.kafka.create(f"{stage.name}.ci.logs", 1)
    named = {"instance": "one", "kafka__session.timeout.ms": "40000",
             "input__topics": [rf"^{stage.name}\.ci\..*"]}
    only = stage.start(**named)
    wait_for_partitions(stage, 1)
    only.kill()
    topic = f"{stage.name}.ci.commits"
    stage.kafka.create(topic, 1)
    again = stage.start(**named)
    stage.produce([tokens.granular(1)], topic=topic)
    stage.wait_for_requests(1)
    assert f"{topic} [0]: no member" in again.log()


def test_a_dynamic_member_leaves_when_it_stops(stage):
    stage.create_topics(input_partitions=4)
    # Nobody could wait for this session to end.
    slow = {"kafka__session.timeout.ms": "300000"}
    first, other = stage.start(**slow), stage.start(**slow)
    wait_for_partitions(stage, 2, 2)
    first.stop()
    wait_for_partitions(stage, 4)
    for partition in range(4):
        stage.produce([tokens.granular(partition)], partition=partition)
    stage.wait_for_requests(*range(4))
    assert "assigned 4 partitions" in other.log()
