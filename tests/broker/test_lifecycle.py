"""Starting, stopping and refusing to start."""

import pytest

import tokens
from test_http import Http


def test_a_stop_commits_what_was_read_and_ends_with_0(stage):
    stage.create_topics()
    # Nothing but the stop commits within this interval, but for the start,
    # and a clean event is not committed at once.
    program = stage.start(
        commit__interval="9m", http__listen="127.0.0.1:0",
        kafka__producer={"transaction.timeout.ms": 600_000})
    http = Http(stage, program)
    stage.wait_until(lambda: http.metric("transactions_total",
                                         'result="committed"') == 1,
                     "the start is committed")
    stage.produce(["clean"] * 10)
    stage.wait_until(lambda: http.metric("records_scanned_total") == 10,
                     "they are read")
    assert stage.committed() != stage.ends(stage.input)
    program.stop()
    assert stage.committed() == stage.ends(stage.input)


def test_a_stop_while_the_input_flows_loses_and_repeats_nothing(stage):
    stage.create_topics(input_partitions=2)
    expected = {tokens.granular(n) for n in range(600)}
    values = [f"x {token}" for token in sorted(expected)]
    for begin in range(0, 600, 200):
        stage.produce(values[begin:begin + 200])
        program = stage.start()
        stage.wait_until(
            lambda least=begin: len(stage.read(stage.requests)) > least,
            "the first of them")
        program.stop()
    stage.start()
    stage.wait_until_processed()
    assert stage.requested() == sorted(expected)
    # A stop in order aborts nothing.
    assert len(stage.read(stage.requests, "read_uncommitted")) == 600


def test_a_start_without_committed_offsets_is_earliest_unless_told(stage):
    stage.create_topics()
    stage.produce([tokens.granular(1)])
    stage.start()
    stage.wait_until_processed()
    assert len(stage.read(stage.requests)) == 1


def test_a_start_at_latest_passes_over_what_stands_there(stage):
    stage.create_topics()
    stage.produce([tokens.granular(1)])
    stage.start(input__start="latest")
    stage.wait_until(lambda: stage.kafka.assignments(stage.group) == [1],
                     "the program has its partition")

    # It may look up the end a little after it joined; what comes later than
    # that is found.
    def found_new():
        stage.produce([tokens.granular(2)])
        return stage.read(stage.requests)
    stage.wait_until(found_new, "a request")
    (request,) = stage.read_json(stage.requests)
    assert request["token"]["value"] == tokens.granular(2)


def test_committed_offsets_win_over_latest(stage):
    stage.create_topics()
    stage.produce([tokens.granular(1)])
    program = stage.start()
    stage.wait_until_processed()
    program.stop()
    stage.produce([tokens.granular(2)])
    stage.start(input__start="latest")
    stage.wait_until_processed()
    assert len(stage.read(stage.requests)) == 2


@pytest.mark.parametrize("missing", ["requests", "sightings", "dead_letters"])
def test_a_missing_output_is_named_with_the_remedy(stage, missing):
    absent = getattr(stage, missing)
    stage.kafka.create(stage.input, 1)
    for topic in (stage.requests, stage.sightings, stage.dead_letters):
        if topic != absent:
            stage.kafka.create(topic, 1)
    program = stage.start()
    assert program.exit_status() == 2
    assert absent in program.log()
    assert "create" in program.log()
    assert stage.kafka.partitions(absent) == []


@pytest.mark.parametrize("change,named", [
    ({"input__gruop": "x"}, "gruop"),
    ({"commit__interval": "soon"}, "commit.interval"),
    ({"kafka__group.id": "x"}, "group.id"),
    ({"kafka__bootstrap.severs": "x"}, "bootstrap.severs"),
])
def test_a_mistyped_configuration_ends_with_2_and_names_it(stage, change,
                                                            named):
    program = stage.start(**change)
    assert program.exit_status() == 2
    assert named in program.log()


def test_an_input_that_is_an_output_is_refused(stage):
    stage.create_topics()
    program = stage.start(input__topics=[stage.requests])
    assert program.exit_status() == 2
    assert stage.requests in program.log()


def test_two_instances_share_the_work(stage):
    stage.create_topics(input_partitions=4)
    first, second = stage.start(), stage.start()
    stage.wait_until(lambda: stage.kafka.assignments(stage.group) == [2, 2],
                     "two partitions each")
    for partition in range(4):
        stage.produce((tokens.granular(100 * partition + n)
                       for n in range(25)), partition=partition)
    stage.wait_until_processed()
    first.stop()
    stage.wait_until(lambda: stage.kafka.assignments(stage.group) == [4],
                     "all partitions are the other's")
    for partition in range(4):
        stage.produce((tokens.granular(1000 + 100 * partition + n)
                       for n in range(25)), partition=partition)
    stage.wait_until_processed()
    second.stop()
    expected = [tokens.granular(base + 100 * partition + n)
                for base in (0, 1000) for partition in range(4)
                for n in range(25)]
    assert stage.requested() == sorted(expected)
