"""The real Kafka that the measurements run on (deploy/local-kafka)."""

import pathlib
import subprocess
import time

from confluent_kafka.admin import AdminClient, NewTopic

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Cluster:
    def __init__(self, directory):
        self.directory = directory
        self._command("stop", "--delete")  # what a run that was killed left
        self.bootstrap = self._command("start").strip()
        self._admin = AdminClient({"bootstrap.servers": self.bootstrap,
                                   "log_level": 0})

    def _command(self, *arguments):
        done = subprocess.run(
            [ROOT / "deploy/local-kafka", "--dir", self.directory, *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, check=True)
        return done.stdout

    def create(self, topic, partitions=1):
        (created,) = self._admin.create_topics(
            [NewTopic(topic, partitions, replication_factor=1,
                      # Outputs hold a token's event at most, inputs a MiB.
                      config={"max.message.bytes": str(8 << 20)})]).values()
        created.result()
        deadline = time.monotonic() + 30
        while True:
            known = self._admin.list_topics(topic, timeout=10).topics[topic]
            leaders = [one for one in known.partitions.values()
                       if one.leader >= 0]
            if known.error is None and len(leaders) == partitions:
                return topic
            if time.monotonic() > deadline:
                raise TimeoutError(f"{topic} has no leaders")
            time.sleep(0.05)

    def delete(self, *topics):
        for done in self._admin.delete_topics(list(topics)).values():
            done.result()

    def stop(self):
        self._command("stop", "--delete")
