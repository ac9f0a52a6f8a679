"""What stands on an output topic, as a read_committed worker sees it."""

import datetime
import json
import threading
import time

from confluent_kafka import (OFFSET_BEGINNING, Consumer, KafkaError,
                             TopicPartition)

from suite.histogram import Histogram


def _reader(site, topic):
    """Of a topic with one partition, from its beginning."""
    reader = Consumer({"bootstrap.servers": site.cluster.bootstrap,
                       "group.id": site.fresh("reader"), "log_level": 0,
                       "isolation.level": "read_committed",
                       "enable.partition.eof": True,
                       "enable.auto.commit": False, "fetch.min.bytes": 1})
    reader.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
    return reader


def read_all(site, topic):
    """The values up to the end, a line each."""
    reader, values = _reader(site, topic), []
    while True:
        for message in reader.consume(1000, timeout=1):
            if message.error() is None:
                values.append(message.value().decode())
            elif message.error().code() == KafkaError._PARTITION_EOF:
                reader.close()
                return "\n".join(values)


class Requests:
    """Reads requests in a thread of its own: how old their events were when
    they became visible, while `measure` is set."""

    def __init__(self, site, topic):
        self.ages = Histogram()
        self.measure = False
        self._reader = _reader(site, topic)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        while not self._stop.is_set():
            for message in self._reader.consume(500, timeout=0.05):
                now = time.time() * 1000
                if self.measure and message.error() is None:
                    self.ages.add(now - produced_at(message))
        self._reader.close()

    def close(self):
        self._stop.set()
        self._thread.join()


def produced_at(request):
    """When its event was produced, milliseconds of Unix time."""
    written = json.loads(request.value())["origin"]["timestamp"]
    return datetime.datetime.fromisoformat(
        written.replace("Z", "+00:00")).timestamp() * 1000
