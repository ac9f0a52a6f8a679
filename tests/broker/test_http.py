"""What the program tells over HTTP while a real Kafka comes and goes."""

import itertools
import re
import shutil
import subprocess
import urllib.error
import urllib.request

import tokens

SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$")


class Http:
    """The HTTP side of a running program."""

    def __init__(self, stage, program):
        (self.address,) = stage.wait_until(
            lambda: re.findall(r"http: listening on (\S+)", program.log()),
            "the program listens")

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://{self.address}{path}",
                                        timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def is_ready(self):
        return self.get("/readyz") == (200, "ready\n")

    def reasons(self):
        status, text = self.get("/readyz")
        return [] if status == 200 else text.splitlines()

    def metrics(self):
        """Sample values by name and by what stands in the braces."""
        status, text = self.get("/metrics")
        assert status == 200
        assert "npm_" not in text and "5afe0000" not in text
        matches = [SAMPLE.match(line) for line in text.splitlines()
                   if not line.startswith("#")]
        return {(m[1], m[2] or ""): float(m[3]) for m in matches}

    def metric(self, name, labels=""):
        return self.metrics()[f"tokensieve_{name}", labels]

    def lag(self):
        """(records, seconds) over all partitions."""
        found = self.metrics()
        return tuple(
            sum(value for (name, _), value in found.items()
                if name == f"tokensieve_consumer_lag_{unit}")
            for unit in ("records", "seconds"))


def start(stage, **changes):
    program = stage.start(http__listen="127.0.0.1:0", **changes)
    return program, Http(stage, program)


def test_readiness_tells_assignment_and_a_broker_that_is_away(stage):
    stage.create_topics(input_partitions=2)
    program, http = start(stage)
    stage.wait_until(http.is_ready, "the program is ready")
    assert http.metric("partitions_assigned") == 2
    assert http.get("/livez") == (200, "alive\n")

    stage.kafka.command("kill", "1")
    stage.wait_until(lambda: "broker_down" in http.reasons(),
                     "it says that the broker is away")
    assert http.metric("not_ready", 'reason="broker_down"') == 1
    assert http.get("/livez")[0] == 200

    stage.kafka.command("restart", "1")
    stage.produce([tokens.granular(1)])
    stage.wait_until_processed()
    stage.wait_until(http.is_ready, "the program is ready again")
    assert len(stage.read(stage.requests)) == 1
    program.stop()


def test_a_member_without_a_partition_is_ready_and_waits(stage):
    stage.create_topics(input_partitions=1)
    members = [start(stage)[1] for _ in range(2)]
    stage.wait_until(lambda: stage.kafka.assignments(stage.group) == [0, 1],
                     "one of two has the partition")
    for http in members:
        stage.wait_until(http.is_ready, "each is ready")
    assert sorted(http.metric("partitions_assigned")
                  for http in members) == [0, 1]


def test_metrics_agree_with_what_the_topics_hold(stage):
    stage.create_topics(input_partitions=2)
    _, http = start(stage)
    values = [f"x {tokens.granular(n)}" for n in range(40)]
    values += [f"again {tokens.granular(n)}" for n in range(10)]
    values += [f"//npm.corp.example/:_authToken={tokens.legacy(1)}", "clean",
               '{"type":"build_log",', '["', ""]
    stage.produce(values, partition=0)
    stage.wait_until_processed()

    found = http.metrics()

    def metric(name, labels=""):
        return found[f"tokensieve_{name}", labels]
    assert metric("records_consumed_total") == len(values)
    assert metric("bytes_consumed_total") == sum(map(len, values))
    assert metric("records_scanned_total") == len(values)
    assert metric("records_empty_total") == 1
    assert metric("requests_produced_total") == len(
        stage.read(stage.requests)) == 41
    assert metric("sightings_produced_total") == len(
        stage.read(stage.sightings)) == 10
    assert metric("dlq_records_total", 'reason="invalid_json"') == len(
        stage.read(stage.dead_letters)) == 2
    assert metric("tokens_found_total",
                  'kind="granular",checksum="valid"') == 50
    assert metric("tokens_found_total", 'kind="legacy",checksum="none"') == 1
    assert metric("detection_latency_seconds_count") == 41
    assert metric("known_requests") == 41
    assert metric("transactions_total", 'result="committed"') == metric(
        "transaction_duration_seconds_count") > 0
    assert metric("transactions_total", 'result="aborted"') == 0
    assert metric("rebalances_total", 'kind="assigned"') == 1
    assert metric("inflight_bytes") == 0
    if shutil.which("promtool"):
        subprocess.run(["promtool", "check", "metrics"], check=True,
                       input=http.get("/metrics")[1], text=True)


def test_lag_rises_while_nothing_is_committed_and_falls_to_nothing(stage):
    stage.create_topics(input_partitions=2)
    # Offsets alone are committed only when this interval is over, and nothing
    # else is to be committed.
    program, http = start(stage, commit__interval="5s")
    stage.wait_until(http.is_ready, "the program is ready")
    stage.wait_until(lambda: http.lag() == (0, 0), "the lag is known")
    counter = itertools.count()

    def lags():
        stage.produce([f"clean {next(counter)}"])
        records, seconds = http.lag()
        return records > 0 and seconds > 0
    stage.wait_until(lags, "the lag rises")
    stage.wait_until_processed()
    stage.wait_until(lambda: http.lag() == (0, 0), "the lag falls")

    # What comes while it is frozen lags when it is back.
    with program.frozen():
        stage.produce([f"x {tokens.granular(n)}" for n in range(20)])
    stage.wait_until_processed()
    stage.wait_until(lambda: http.lag() == (0, 0), "the lag falls again")
    assert len(stage.read(stage.requests)) == 20


def test_a_port_that_is_taken_ends_with_2_and_the_remedy(stage):
    stage.create_topics()
    _, http = start(stage)
    second = stage.start(http__listen=http.address)
    assert second.exit_status() == 2
    assert http.address in second.log()
    assert "choose another" in second.log()
