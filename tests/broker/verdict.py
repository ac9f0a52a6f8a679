"""What became of the tokens that a test planted: exactly once, or not."""

import collections
import dataclasses
import json


@dataclasses.dataclass
class Verdict:
    """All lists are empty if each token was requested exactly once."""

    lost: list
    doubled: list
    unplanted: list
    # Requests that a replay wrote with another value than the one that counts.
    changed: list
    # How many requests were written and never became visible.
    aborted: int

    def check(self):
        assert (self.lost, self.doubled, self.unplanted, self.changed) == (
            [], [], [], []), self


def judge(stage):
    """Reads the requests, once all that was planted is processed."""
    records = stage.read(stage.requests)
    # Open transactions count as aborted, so a test waits for their end where
    # it asks for that number.
    everything = stage.read(stage.requests, "read_uncommitted")
    found = collections.Counter(
        json.loads(record.value())["token"]["value"] for record in records)
    values = {record.key(): record.value() for record in records}
    return Verdict(
        lost=[token for token in stage.planted if not found[token]],
        doubled=[token for token, count in found.items() if count > 1],
        unplanted=sorted(found.keys() - set(stage.planted)),
        changed=[record.key() for record in everything
                 if record.value() != values.get(record.key())],
        aborted=len(everything) - len(records))
