"""Certificates for trials and tests, made by the openssl command."""

import pathlib
import subprocess

from distribution import Problem

# Java reads a key and its certificate from one PEM file.
KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"]


def make_authority(directory, name="ca"):
    """NAME.pem is its certificate, NAME.key its key."""
    _openssl("req", "-x509", *KEY, "-days", "30", "-subj", f"/CN={name}",
             "-keyout", directory / f"{name}.key",
             "-out", directory / f"{name}.pem")


def issue(directory, to, subject="IP:127.0.0.1", days=30, authority="ca"):
    """Key and certificate of a server that is `subject`, into the file `to`;
    with `days` below zero, one that has expired."""
    request = directory / "request.pem"
    names = directory / "names"
    key = pathlib.Path(f"{to}.key")
    names.write_text(f"subjectAltName={subject}\n")
    _openssl("req", *KEY, "-subj", "/CN=broker", "-keyout", key,
             "-out", request)
    signed = _openssl(
        "x509", "-req", "-in", request, "-days", str(days), "-extfile", names,
        "-CA", directory / f"{authority}.pem",
        "-CAkey", directory / f"{authority}.key", "-CAcreateserial")
    to.touch(mode=0o600)
    to.write_text(key.read_text() + signed)
    for done in (request, names, key):
        done.unlink()


def _openssl(*arguments):
    done = subprocess.run(["openssl", *arguments], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Problem(f"openssl {arguments[0]} failed: {done.stderr.strip()}")
    return done.stdout
