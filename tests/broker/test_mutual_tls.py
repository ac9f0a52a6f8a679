"""A Kafka that asks its clients for certificates: with the right one all
works, and what is refused is told with the remedy."""

import pathlib
import sys

from harness import PROGRAM, ROOT
from test_doctor import DOCTOR
# `rights` is a fixture that each test here uses, too.
from test_tls import complaint, expect_a_token_to_be_requested, rights

sys.path.insert(0, str(ROOT / "deploy/kafka"))
import certificates

KAFKA_OPTIONS = ["--mtls"]
PROPERTIES = ("ssl.certificate.location", "ssl.key.location")


def complaint_about(stage, certificate, command=DOCTOR, environment=None):
    """What is said to a client that shows this one, or none."""
    said = complaint(stage, command, environment, **{
        f"kafka__{name}": certificate and str(certificate)
        for name in PROPERTIES})
    assert all(f"kafka.{name}" in said for name in PROPERTIES), said
    return said


def test_with_the_right_certificate_a_token_is_requested(stage):
    expect_a_token_to_be_requested(stage)


def test_who_shows_no_certificate_is_told(stage):
    complaint_about(stage, None)


def test_a_run_says_the_same(stage):
    complaint_about(stage, None, (PROGRAM, "run"))


def test_a_certificate_of_another_authority_is_told(stage):
    own = stage.directory / "client.pem"
    certificates.make_authority(stage.directory, "other")
    certificates.issue(stage.directory, own, authority="other")
    assert "of an authority that the broker trusts" in complaint_about(stage,
                                                                       own)


def test_an_expired_certificate_is_told(stage):
    own = stage.directory / "client.pem"
    certificates.issue(pathlib.Path(stage.kafka.directory), own, days=-1)
    assert "valid certificate" in complaint_about(stage, own)


def test_a_refusal_within_the_handshake_is_told(stage):
    """As TLS before 1.3 does it; a call or the next one of the client's meets
    the alert."""
    settings = stage.directory / "openssl.cnf"
    settings.write_text("openssl_conf = all\n[all]\nssl_conf = ssl\n"
                        "[ssl]\nsystem_default = old\n"
                        "[old]\nMaxProtocol = TLSv1.2\n")
    said = complaint_about(stage, None,
                           environment={"OPENSSL_CONF": str(settings)})
    assert "alert" in said
