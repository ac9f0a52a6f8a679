"""Synthetic tokens and their identities, computed without tokensieve's code."""

import hashlib
import zlib

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def checksum(body):
    value, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        value, digit = divmod(value, 62)
        digits = ALPHABET[digit] + digits
    return digits


def granular(number):
    """A token of npm's newer form with a right checksum, one for each
    number."""
    body = f"SYNTHETIC{number:07d}".ljust(30, "x")
    return f"npm_{body}{checksum(body)}"


def granular_of(*numbers):
    return sorted(granular(number) for number in numbers)


def legacy(number):
    return f"5afe0000-{number >> 16:04x}-4000-8000-{number & 0xffff:012x}"


def fingerprint(token):
    return "sha256:" + hashlib.sha256(token.encode()).hexdigest()


def display(token):
    shown = token.removeprefix("NpmToken.")
    return f"{shown[:8]}...{shown[-4:]}"


def request_id(request):
    """The `id` that a request must have, from what else it says."""
    leak, origin = request["leak"], request["origin"]
    parts = [origin["topic"], origin["partition"], origin["offset"],
             leak["index"], leak["field"], leak["line"], leak["column"],
             request["token"]["fingerprint"], request["registry"]]
    text = "\n".join("" if part is None else str(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()
