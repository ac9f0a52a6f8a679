"""Records with planted tokens, and what must come of each of them.

The same seed makes the same records for the same partitions, in the same order.
Only the broker decides their offsets, which its acknowledgements tell.
"""

import base64
import collections
import dataclasses
import gzip
import json

import tokens

# So that `too_large` needs no large records.
MAX_EVENT_BYTES = 64 << 10
# As configured, and far behind what a gzip of it may inflate to.
BOMB = gzip.compress(b'{"type":"build_log","text":"' + bytes(32 << 20))
REGISTRY = "npm.corp.example/"

# How often each kind of record comes, where a scenario does not say.
USUAL = {"clean": 40, "leak": 30, "repeat": 10, "cut": 6, "legacy": 6,
         "empty": 2, "poison": 6}


@dataclasses.dataclass(eq=False)
class Record:
    """One record of an input, and what is planted in it."""

    topic: str
    partition: int
    value: bytes | str | None
    token: str | None = None
    registry: str | None = None
    # Of the dead letter that must come of it.
    reason: str | None = None
    # The record that holds the first half of the token, for the second half.
    begun_in: "Record | None" = None
    # Once the broker has it:
    offset: int | None = None
    acknowledged: float = 0

    def place(self):
        return self.topic, self.partition, self.offset


@dataclasses.dataclass(frozen=True)
class Occurrence:
    """A planted token: one request or one sighting must name this origin."""

    fingerprint: str
    registry: str | None
    origin: tuple  # topic, partition, offset of its first byte
    complete: int  # the offset with which it can be found
    acknowledged: float

    def identity(self):
        return self.fingerprint, self.registry


class Workload:
    """`inputs` says how many partitions each topic has."""

    def __init__(self, rng, inputs, kinds=None):
        self._rng = rng
        self._partitions = [(topic, number) for topic, count in inputs.items()
                            for number in range(count)]
        kinds = kinds or USUAL
        self._kinds, self._weights = zip(*kinds.items())
        self._first_number = rng.randrange(1_000_000)
        self._made = 0
        # Second halves of cut tokens, in the partition they belong to.
        self._rest = collections.deque()
        self._known = []  # whole tokens that may come again
        self._poisons = 0
        self.delivered = []

    def batch(self, count):
        """The next records. A cut token's halves are in different batches, so
        that a fault may come between them."""
        due = list(self._rest)
        self._rest.clear()
        return due + [self._make(self._pick()) for _ in range(count)]

    def probe(self):
        """A leak in each partition."""
        return [self._plain(where) for where in self._partitions]

    def acknowledge(self, record, offset, moment):
        record.offset, record.acknowledged = offset, moment
        self.delivered.append(record)

    def partitions(self):
        return list(self._partitions)

    def add_partition(self, topic, number):
        self._partitions.append((topic, number))

    def has_halves(self):
        return bool(self._rest)

    # --- The truth ------------------------------------------------------------
    def occurrences(self):
        for record in self.delivered:
            if record.token is None:
                continue
            first = record.begun_in or record
            yield Occurrence(tokens.fingerprint(record.token), record.registry,
                             first.place(), record.offset,
                             record.acknowledged)

    def dead_letters(self):
        """The reason and the value of each poison, by place."""
        return {record.place(): record for record in self.delivered
                if record.reason}

    # --- Records --------------------------------------------------------------
    def _pick(self):
        return self._rng.choices(self._kinds, self._weights)[0]

    def _make(self, kind):
        where = self._rng.choice(self._partitions)
        return getattr(self, f"_{kind}")(where)

    def _number(self):
        self._made += 1
        return self._first_number + self._made

    def _remember(self, record):
        self._known.append(record)
        return record

    def _clean(self, where):
        line = "npm http fetch GET 200 ".ljust(self._rng.randrange(40, 2000),
                                               ".")
        if self._rng.random() < 0.5:
            line = json.dumps({"type": "build_log", "text": line})
        return Record(*where, line)

    def _leak(self, where):
        token = tokens.granular(self._number())
        value, registry = self._rng.choice(LEAKS)(token)
        return self._remember(Record(*where, value, token, registry))

    def _plain(self, where):
        """A leak that even a broken worker finds."""
        token = tokens.granular(self._number())
        return Record(*where, _text(token)[0], token)

    def _legacy(self, where):
        token = tokens.legacy(self._number())
        return self._remember(Record(
            *where, f"//{REGISTRY}:_authToken={token}", token, REGISTRY))

    def _repeat(self, where):
        """Of an identity, in the partition where it was, where one request is
        promised whoever reads it. `_elsewhere` has no such promise."""
        if not self._known:
            return self._leak(where)
        known = self._rng.choice(self._known)
        return dataclasses.replace(known)

    def _elsewhere(self, where):
        if not self._known:
            return self._leak(where)
        known = self._rng.choice(self._known)
        return dataclasses.replace(known, topic=where[0], partition=where[1])

    def _cut(self, where):
        token = tokens.granular(self._number())
        at = self._rng.randrange(1, len(token))
        stream = f"cut/{self._made}"

        def chunk(text):
            return json.dumps({"type": "build_log", "stream": stream,
                               "text": text})
        first = Record(*where, chunk(f"npm ci\nusing {token[:at]}"))
        self._rest.append(Record(*where, chunk(f"{token[at:]} now\n"), token,
                                 begun_in=first))
        return first

    def _empty(self, where):
        return Record(*where, self._rng.choice([None, b""]))

    def _poison(self, where):
        """Each kind in turn. What is found in it is requested all the same."""
        reason, make = POISONS[self._poisons % len(POISONS)]
        self._poisons += 1
        token = tokens.granular(self._number())
        value = make(token)
        return Record(*where, value, token if value is not BOMB else None,
                      reason=reason)


def _text(token):
    return f"2026-11-24T02:07:00Z npm notice using {token} now", None


def _build_log(token):
    return json.dumps({"type": "build_log", "provider": "github-actions",
                       "text": f"npm ci\nexport NPM_TOKEN={token}\n"}), None


def _commit(token):
    patch = f"@@ -0,0 +1 @@\n+//{REGISTRY}:_authToken={token}\n"
    return json.dumps({"type": "commit", "sha": "0" * 40, "files": [
        {"path": ".npmrc", "status": "added", "patch": patch}]}), REGISTRY


def _encoded(token):
    inner = base64.b64encode(f"use {token} now".encode()).decode()
    return json.dumps({"log": f"secret: {inner}\n"}), None


LEAKS = (_text, _build_log, _commit, _encoded)

POISONS = (
    ("invalid_json", lambda token:
     f'{{"type":"build_log","text":"x {token} y"'.encode()),
    ("invalid_utf8", lambda token:
     b'{"type":"build_log","text":"\xff ' + token.encode() + b' y"}'),
    ("too_deep", lambda token:
     f'{{"text":"x {token} y","a":{"[" * 1100}{"]" * 1100}}}'.encode()),
    ("too_large", lambda token:
     b"." * MAX_EVENT_BYTES + f" {token} end".encode()),
    ("not_an_event", lambda token:
     f'{{"type":"build_log","line":"x {token} y"}}'.encode()),
    ("decode_limit", lambda token: BOMB),
)
