"""Synthetic tokens, computed without tokensieve's code."""

import zlib

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def granular(number):
    """A token of npm's newer form with a right checksum, one for each number
    below 10**7."""
    body = f"SYNTHETIC{number:07d}".ljust(30, "x")
    value, checksum = zlib.crc32(body.encode()), ""
    for _ in range(6):
        value, digit = divmod(value, 62)
        checksum = ALPHABET[digit] + checksum
    return f"npm_{body}{checksum}"


def legacy(number):
    """A UUID, which is a token where npm's own names stand in front of it."""
    return f"5afe0000-{number >> 16:04x}-4000-8000-{number & 0xffff:012x}"
