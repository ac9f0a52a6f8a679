"""Stand-ins for the program that make the mistakes which the broker tests are
there to find. `broken_worker.py MISTAKE --config FILE`:

offsets-first    commits the offsets before the requests are delivered
no-transactions  commits the offsets behind them, each on its own
fresh-metadata   asks for the group metadata at each commit, so that the
                 coordinator takes what belongs to an older generation
prints-token     writes what it finds to its log
"""

import argparse
import json
import re
import uuid

from confluent_kafka import Consumer, Producer, TopicPartition

import tokens

PATIENCE_SECONDS = 30


class Worker:
    def __init__(self, settings, mistake):
        self.mistake = mistake
        self.requests = settings["output"]["requests"]
        group = settings["input"]["group"]
        client = {**settings["kafka"], "log_level": 2}
        producer = client.pop("producer", {})
        self.transactions = mistake == "fresh-metadata"
        if self.transactions:
            producer["transactional.id"] = f"{group}-{uuid.uuid4()}"
        self.consumer = Consumer({
            **client, "group.id": group,
            "group.instance.id": settings.get("instance", ""),
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed"})
        self.producer = Producer({**client, **producer})
        self.forget()
        self.consumer.subscribe(settings["input"]["topics"])

    def forget(self):
        self.undelivered = 0
        self.positions = {}

    def on_delivery(self, error, _):
        if error is None:
            self.undelivered -= 1

    def run(self):
        if self.transactions:
            self.producer.init_transactions(PATIENCE_SECONDS)
        while True:
            # Polled all the time, so that the group goes on.
            message = self.consumer.poll(0.02)
            if message is not None and message.error() is None:
                self.take(message)
            elif self.positions:
                self.finish()

    def take(self, message):
        if not self.positions and self.transactions:
            self.producer.begin_transaction()
        where = message.topic(), message.partition()
        self.positions[where] = message.offset() + 1
        if self.mistake == "offsets-first":
            self.consumer.commit(offsets=self.offsets(), asynchronous=False)
        leak = re.search(rb"npm_\w{36}", message.value() or b"")
        if leak is None:
            return
        token = leak[0].decode()
        if self.mistake == "prints-token":
            print("found", token, flush=True)
        self.undelivered += 1
        self.producer.produce(
            self.requests, json.dumps(request(token, message)),
            key=tokens.fingerprint(token),
            headers={"ce_type": "tokensieve.revocation-request.v1"},
            on_delivery=self.on_delivery)

    def offsets(self):
        return [TopicPartition(*where, offset)
                for where, offset in self.positions.items()]

    def finish(self):
        """Commits once the broker has all of them."""
        self.producer.poll(0)
        if self.undelivered:
            return
        if self.transactions:
            self.commit()
        elif self.mistake != "offsets-first":
            self.consumer.commit(offsets=self.offsets(), asynchronous=False)
        self.forget()

    def commit(self):
        self.producer.send_offsets_to_transaction(
            self.offsets(), self.consumer.consumer_group_metadata())
        self.producer.commit_transaction()


def request(token, message):
    """As much of one as a verdict looks at."""
    made = {"token": {"value": token,
                      "fingerprint": tokens.fingerprint(token)},
            "registry": None,
            "leak": {"index": None, "field": "", "line": 1, "column": 1},
            "origin": {"topic": message.topic(),
                       "partition": message.partition(),
                       "offset": message.offset()}}
    return {"id": tokens.request_id(made), **made}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mistake")
    parser.add_argument("--config", type=argparse.FileType(), required=True)
    arguments = parser.parse_args()
    Worker(json.load(arguments.config), arguments.mistake).run()


if __name__ == "__main__":
    main()
