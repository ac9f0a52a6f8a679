"""What operators do to topics and groups while tokensieve runs, or is down."""

import json
import subprocess
import sys

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import ConfigResource, NewPartitions

from harness import ROOT, wait_until

sys.path.insert(0, str(ROOT / "deploy/kafka"))
import distribution


def run_tool(kafka, main_class, *arguments):
    """One of Kafka's own tools, as the cluster's administrator."""
    settings = kafka.directory / "admin.properties"
    login = ["--command-config", settings] if settings.exists() else []
    done = subprocess.run(
        [*distribution.java_command(main_class),
         "--bootstrap-server", kafka.bootstrap, *login, *arguments],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def delete_records(stage, before):
    """As retention does: `before` maps a partition of the input to its new
    first offset."""
    wanted = stage.directory / "delete-records.json"
    wanted.write_text(json.dumps({"version": 1, "partitions": [
        {"topic": stage.input, "partition": partition, "offset": offset}
        for partition, offset in before.items()]}))
    run_tool(stage.kafka, "org.apache.kafka.tools.DeleteRecordsCommand",
             "--offset-json-file", wanted)


def commit(stage, offsets):
    """Sets the offsets of the group, which has no members."""
    client = Consumer({**stage.kafka.client, "group.id": stage.group})
    client.commit(offsets=[TopicPartition(stage.input, partition, offset)
                           for partition, offset in offsets.items()],
                  asynchronous=False)
    client.close()


def delete_topic(kafka, topic):
    (deleted,) = kafka.admin.delete_topics([topic]).values()
    deleted.result()
    wait_until(lambda: topic not in kafka.admin.list_topics(timeout=10).topics,
               f"{topic} is gone")


def configure(kafka, topic, settings):
    """Sets the topic's own settings, to these alone."""
    (changed,) = kafka.admin.alter_configs([
        ConfigResource("topic", topic, set_config=settings)]).values()
    changed.result()


def add_partitions(stage, total, topic=None):
    topic = topic or stage.input
    (added,) = stage.kafka.admin.create_partitions(
        [NewPartitions(topic, total)]).values()
    added.result()
    wait_until(lambda: len(stage.kafka.partitions(topic)) == total,
               f"{total} partitions")
    stage.renew_producer()
