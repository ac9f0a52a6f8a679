"""Asks a broker two things in Kafka's own protocol, without a client."""

import socket
import struct

METADATA, SASL_HANDSHAKE, SASL_AUTHENTICATE = 3, 17, 36


def _string(text):
    data = text.encode()
    return struct.pack(">h", len(data)) + data


def _call(connection, api, version, body):
    header = struct.pack(">hhi", api, version, 1) + _string("local-kafka")
    request = header + body
    connection.sendall(struct.pack(">i", len(request)) + request)
    (size,) = struct.unpack(">i", _read(connection, 4))
    return _read(connection, size)[4:]  # without the correlation id


def _read(connection, size):
    data = b""
    while len(data) < size:
        chunk = connection.recv(size - len(data))
        if not chunk:
            raise OSError("the broker closed the connection")
        data += chunk
    return data


def known_brokers(port, user=None, password=None, seconds=2.0):
    """How many brokers the one on `port` knows; raises OSError if it does
    not answer."""
    with socket.create_connection(("127.0.0.1", port), seconds) as connection:
        connection.settimeout(seconds)
        if user:
            _call(connection, SASL_HANDSHAKE, 1, _string("PLAIN"))
            secret = f"\0{user}\0{password}".encode()
            _call(connection, SASL_AUTHENTICATE, 0,
                  struct.pack(">i", len(secret)) + secret)
        # No topics; version 1 answers with the array of brokers first.
        answer = _call(connection, METADATA, 1, struct.pack(">i", 0))
    return struct.unpack(">i", answer[:4])[0]
