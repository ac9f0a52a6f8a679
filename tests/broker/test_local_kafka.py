"""deploy/local-kafka does what the other tests lean on."""

import os
import socket
import subprocess

from harness import ROOT, LocalKafka

KAFKA_OPTIONS = ["--brokers", "3"]


def local_kafka(directory, *arguments, **environment):
    return subprocess.run(
        [ROOT / "deploy/local-kafka", "--dir", directory, *arguments],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        env={**os.environ, **environment})


def test_a_second_start_finds_the_first(kafka):
    assert kafka.command("start") == kafka.bootstrap
    assert kafka.command("bootstrap") == kafka.bootstrap


def test_one_broker_can_be_killed_and_restarted(kafka):
    kafka.command("kill", "2")
    assert kafka.command("status").count("process") == 2
    kafka.command("restart", "2")
    assert kafka.command("status").count("process") == 3
    assert len(kafka.admin.list_topics(timeout=10).brokers) == 3


def test_it_listens_on_the_loopback_interface_only(kafka):
    ports = [int(address.rpartition(":")[2])
             for address in kafka.bootstrap.split(",")]
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [line.split() for line in table][1:]
    with open("/proc/net/tcp6", encoding="ascii") as table:
        rows += [line.split() for line in table][1:]
    listening = {int(port, 16): address for address, port in
                 (row[1].split(":") for row in rows if row[3] == "0A")}
    for port in ports:
        assert listening[port] in ("0100007F",
                                   "0000000000000000FFFF00000100007F")


def test_topics_are_not_made_by_accident(kafka):
    assert kafka.partitions("no.such.topic") == []
    assert kafka.partitions("no.such.topic") == []


def test_another_number_of_brokers_is_refused(kafka):
    done = local_kafka(kafka.directory, "start", "--brokers", "1")
    assert done.returncode == 1
    assert "stop --delete" in done.stderr


def test_a_port_that_is_taken_is_named(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])
        done = local_kafka(tmp_path, "start", "--port", port)
    assert done.returncode == 1
    assert port in done.stderr and "--port" in done.stderr


def test_what_is_not_installed_is_named_with_the_remedy(tmp_path):
    # Only env and python3 are needed to begin.
    done = local_kafka(tmp_path, "start", PATH=str(tmp_path), JAVA_HOME="")
    assert done.returncode == 1
    assert "java" in done.stderr and "apt-get install" in done.stderr


def test_data_survive_a_stop_and_go_with_delete(tmp_path):
    first = LocalKafka(tmp_path)
    try:
        first.create("kept", 1)
        first.command("stop")
        assert local_kafka(tmp_path, "status").returncode == 1
        second = LocalKafka(tmp_path)
        assert second.bootstrap == first.bootstrap
        assert second.partitions("kept") == [0]
    finally:
        LocalKafka.stop(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lock"]
