"""Three brokers, one of which dies: no request is lost or repeated."""

import pytest

import tokens

KAFKA_OPTIONS = ["--brokers", "3"]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_death_of_a_broker_loses_and_repeats_nothing(stage, number):
    stage.create_topics(input_partitions=3, output_partitions=3)
    stage.start()
    expected = []

    def feed(count):
        fed = [tokens.granular(len(expected) + n) for n in range(count)]
        expected.extend(fed)
        stage.produce(fed)

    feed(100)
    stage.wait_until_processed()
    feed(100)
    stage.kafka.command("kill", str(number))
    feed(100)
    stage.wait_until_processed()
    stage.kafka.command("restart", str(number))
    feed(100)
    stage.wait_until_processed()
    assert stage.requested() == sorted(expected)
