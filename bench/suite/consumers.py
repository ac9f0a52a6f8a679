"""Who reads the load: tokensieve, and the bare consumer beside it."""

import dataclasses
import http.client
import json
import re
import socket
import time

from suite.process import Failed, Process

MIB = 1 << 20


@dataclasses.dataclass(frozen=True)
class Options:
    """How tokensieve is run."""
    memory_mib: int = 512
    threads: int = 0
    delivery: str = "exactly_once"


def client_settings(options):
    """librdkafka's settings of tokensieve's consumer (pipeline/kafka_client.cc),
    for the bare one to be compared with."""
    queue_kib = min(max(options.memory_mib * 1024 // 8, 1024), 1 << 18)
    fetch_bytes = max(options.memory_mib - 48, 0) * MIB // 232
    return {
        "enable.auto.commit": "false", "auto.offset.reset": "earliest",
        "isolation.level": "read_committed",
        "partition.assignment.strategy": "range,roundrobin",
        "check.crcs": "true", "session.timeout.ms": 12000,
        "heartbeat.interval.ms": 3000, "fetch.min.bytes": 1,
        "fetch.max.bytes": min(max(fetch_bytes, 64 << 10), 16 * MIB),
        "message.max.bytes": 1000,
        "queued.max.messages.kbytes": queue_kib,
        "queued.min.messages": 100000, "socket.nagle.disable": "true",
        "log.connection.close": "false",
    }


class Bare:
    name = "bare consumer"

    def __init__(self, site, topic, options, records=None, latency=False):
        command = [site.build / "bench/bare_consumer", "--topic", topic]
        if records:
            command += ["--records", records]
        if latency:
            command += ["--latency"]
        settings = {"bootstrap.servers": site.cluster.bootstrap,
                    "group.id": site.fresh("bare"),
                    **client_settings(options)}
        command += [f"{name}={value}" for name, value in settings.items()]
        self.process = Process(command, site.scratch, site.fresh("bare"))

    def progress(self):
        """Records read so far."""
        line = self.process.last_line()
        if line.startswith("{"):
            return json.loads(line)["records"]
        return int(line.split()[0]) if line else 0

    def result(self, seconds=120):
        """What it says at its end, and its usage."""
        usage = self.process.wait(seconds)
        return json.loads(self.process.last_line()), usage

    def stop(self):
        usage = self.process.stop()
        return json.loads(self.process.last_line()), usage


class Tokensieve:
    name = "tokensieve"

    def __init__(self, site, topic, options, group=None, outputs=None):
        self.outputs = outputs or site.outputs()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [
            site.program, "run",
            "--kafka.bootstrap.servers", site.cluster.bootstrap,
            "--input.topics", topic,
            "--input.group", group or site.fresh("tokensieve"),
            "--input.max_event_bytes", f"{options.memory_mib // 8}MiB",
            "--output.requests", self.outputs["requests"],
            "--output.sightings", self.outputs["sightings"],
            "--output.dead_letters", self.outputs["dead_letters"],
            "--delivery", options.delivery,
            "--memory", f"{options.memory_mib}MiB",
            "--threads", options.threads,
            "--http.listen", f"127.0.0.1:{self.port}",
            "--log.level", "warn"]
        self.process = Process(command, site.scratch, site.fresh("run"))

    def _get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port,
                                                timeout=5)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            if self.process.has_ended():
                raise Failed("tokensieve ended: "
                             + self.process.errors.read_text()) from None
            return 0, ""
        finally:
            connection.close()

    def wait_until_assigned(self):
        """And so that it knows what was requested before."""
        self._wait(lambda: self.metrics().get("partitions_assigned", 0) > 0
                   and self._get("/readyz")[0] == 200)

    @staticmethod
    def _wait(condition, seconds=60):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise Failed(f"tokensieve was not ready in {seconds} s")
            time.sleep(0.02)

    def metrics(self):
        """The plain metrics; those with labels added up."""
        found = {}
        for name, value in re.findall(r"^tokensieve_(\w+)(?:\{.*\})? (\S+)$",
                                      self._get("/metrics")[1], re.M):
            found[name] = found.get(name, 0) + float(value)
        return found

    def progress(self):
        return int(self.metrics().get("records_scanned_total", 0))

    def stop(self):
        return self.process.stop()
