"""Kafka over TLS with a login: it works, and what does not says why."""

import pathlib
import sys

import pytest

import tokens
from harness import PROGRAM, ROOT
from test_doctor import DOCTOR, access

sys.path.insert(0, str(ROOT / "deploy/kafka"))
import certificates

KAFKA_OPTIONS = ["--tls"]


@pytest.fixture(scope="module", autouse=True)
def rights(kafka):
    access(kafka, "--allow-principal", "All", "--topic", "*", "--group", "*",
           "--transactional-id", "*", "--cluster")


def complaint(stage, command=DOCTOR, environment=None, **changes):
    """What a start ends with; never with a password."""
    program = stage.start(command, environment, **changes)
    assert program.exit_status() == 2, program.log()
    said = program.log()
    for secret in (stage.kafka.login("tokensieve")["sasl.password"],
                   "wrong-password"):
        assert secret not in said
    (line,) = [line for line in said.splitlines() if "answered within" in line]
    return line


def expect_a_token_to_be_requested(stage):
    stage.create_topics()
    doctor = stage.start(DOCTOR)
    assert doctor.exit_status() == 0, doctor.log()
    program = stage.start()
    stage.produce([tokens.granular(1)])
    stage.wait_for_requests(1)
    program.stop()


def test_with_the_right_authority_a_token_is_requested(stage):
    expect_a_token_to_be_requested(stage)


def test_another_authority_is_told(stage):
    certificates.make_authority(stage.directory, "other")
    said = complaint(stage, **{
        "kafka__ssl.ca.location": str(stage.directory / "other.pem")})
    assert "certificate is refused" in said and "ssl.ca.location" in said


def test_a_run_says_the_same(stage):
    certificates.make_authority(stage.directory, "other")
    said = complaint(stage, (PROGRAM, "run"), **{
        "kafka__ssl.ca.location": str(stage.directory / "other.pem")})
    assert "certificate is refused" in said and "ssl.ca.location" in said


def test_another_host_name_is_told(stage):
    by_name = stage.kafka.bootstrap.replace("127.0.0.1", "localhost")
    said = complaint(stage, **{"kafka__bootstrap.servers": by_name})
    assert "hostname mismatch" in said and "bootstrap.servers" in said


def test_a_wrong_password_is_told(stage):
    said = complaint(stage, **{"kafka__sasl.password": "wrong-password"})
    assert "kafka.sasl.password" in said


def test_a_listener_without_tls_is_told(stage):
    said = complaint(stage, **{"kafka__security.protocol": "SASL_PLAINTEXT"})
    assert "kafka.security.protocol" in said


def test_who_turns_verification_off_connects_all_the_same(stage):
    stage.create_topics()
    certificates.make_authority(stage.directory, "other")
    doctor = stage.start(DOCTOR, **{
        "kafka__ssl.ca.location": str(stage.directory / "other.pem"),
        "kafka__enable.ssl.certificate.verification": False})
    assert doctor.exit_status() == 0, doctor.log()


def test_an_expired_certificate_is_told(stage):
    """Last: the broker has a certificate of yesterday from now on."""
    directory = pathlib.Path(stage.kafka.directory)
    certificates.issue(directory, directory / "broker.pem", days=-1)
    stage.kafka.command("restart", "1")
    said = complaint(stage)
    assert "expired" in said and "renew" in said and "clock" in said
