"""What must hold whatever dies: one verdict for each invariant.

They are judged from what was planted (workload.py), from what Kafka's own
readers saw (oracle.py) and from what was measured meanwhile (arena.py).
"""

import collections
import dataclasses
import hashlib

PROBE_SECONDS = 10
# Three clients with a few connections to each broker, epoll and log files take
# a quarter of it.
MOST_FILES = 200
MOST_EXAMPLES = 5


@dataclasses.dataclass
class Evidence:
    """All that is known of a scenario once it is at rest."""

    occurrences: list  # workload.Occurrence
    dead_letters: dict  # place -> workload.Record
    committed: list  # oracle.Seen, by a read_committed reader
    uncommitted: list  # by a read_uncommitted one
    # (topic, partition) -> offset, of the group and of the inputs' ends.
    offsets: dict
    ends: dict
    probe_seconds: float
    stall_limit: float
    # Whether one instance has read everything, one after another.
    one_instance: bool
    # What the scenario must have seen, or it proves nothing: name -> count.
    faults: dict
    memory_limit: int
    peak_memory: int
    most_files: int  # that a process had open
    # Where a token was looked for and found; unlimited core files.
    secrets: list
    # What went wrong on the way: a wait that had no end, a bad exit status.
    trouble: list


@dataclasses.dataclass
class Verdict:
    name: str
    title: str
    numbers: dict
    # Empty if the invariant holds. Never with a token in it.
    violations: list

    def passed(self):
        return not self.violations

    def line(self):
        numbers = ", ".join(f"{name} {value}"
                            for name, value in self.numbers.items())
        text = (f"{self.name:4}{'PASS' if self.passed() else 'FAIL'}  "
                f"{self.title}: {numbers}")
        for violation in self.violations[:MOST_EXAMPLES]:
            text += f"\n          {violation}"
        if len(self.violations) > MOST_EXAMPLES:
            text += f"\n          ... {len(self.violations)} in all"
        return text


def judge(evidence):
    return [check(evidence) for check in (
        in_full, lost, repeated, altered, at_rest, dead_letters, in_order,
        stalls, not_vacuous, memory, secrets)]


def in_full(evidence):
    """No wait was in vain, and nothing ended but as it should."""
    return Verdict("RUN", "the scenario was played to its end",
                   {"troubles": len(evidence.trouble)}, evidence.trouble)


def _findings(records):
    return [seen for seen in records if seen.kind in ("request", "sighting")]


def _key(seen):
    return (*seen.identity(), seen.origin())


def _keys(occurrences):
    return {(*one.identity(), one.origin) for one in occurrences}


def lost(evidence):
    findings = _findings(evidence.committed)
    found = {_key(seen) for seen in findings}
    requested = {seen.identity() for seen in findings
                 if seen.kind == "request"}
    planted = _keys(evidence.occurrences)
    identities = {one.identity() for one in evidence.occurrences}
    return Verdict("I1", "nothing is lost", {
        "occurrences": len(planted), "lost": len(planted - found),
        "identities": len(identities),
        "never requested": len(identities - requested)},
        [f"lost: {key}" for key in sorted(planted - found, key=str)]
        + [f"never requested: {one}"
           for one in sorted(identities - requested, key=str)])


def repeated(evidence):
    """One output for an occurrence, one request for an identity. Across
    partitions that is promised only within one instance: such requests are
    counted, and wrong only if there are more of them than partitions."""
    findings = _findings(evidence.committed)
    outputs = collections.Counter(_key(seen) for seen in findings)
    places = collections.defaultdict(set)
    for one in evidence.occurrences:
        places[one.identity()].add(one.origin[:2])
    requests = collections.Counter(seen.identity() for seen in findings
                                   if seen.kind == "request")
    doubled = [key for key, count in outputs.items() if count > 1]
    again = {identity: count for identity, count in requests.items()
             if count > (1 if evidence.one_instance
                         else max(1, len(places[identity])))}
    across = sum(count - 1 for identity, count in requests.items()
                 if identity not in again)
    return Verdict("I2", "nothing is repeated", {
        "requests": sum(requests.values()),
        "sightings": len(findings) - sum(requests.values()),
        "doubled": len(doubled), "requested again": len(again),
        "again by another instance": across},
        [f"twice: {key}" for key in doubled]
        + [f"{count} requests: {identity}"
           for identity, count in again.items()])


def altered(evidence):
    planted = _keys(evidence.occurrences)
    spurious = [_key(seen) for seen in _findings(evidence.committed)
                if _key(seen) not in planted]
    faults = [f"{fault}: {seen.place()}" for seen in evidence.uncommitted
              for fault in seen.faults]
    # A replay may make the sighting a request, so each topic is on its own.
    values = {(seen.kind, seen.said["id"]): seen.digest
              for seen in _findings(evidence.committed)}
    changed = []
    for seen in _findings(evidence.uncommitted):
        key = seen.kind, seen.said["id"]
        if values.setdefault(key, seen.digest) != seen.digest:
            changed.append(key)
    return Verdict("I3", "nothing is spurious or altered by a replay", {
        "spurious": len(spurious), "changed": len(changed),
        "inconsistent": len(faults)},
        [f"spurious: {key}" for key in spurious]
        + [f"changed: {key}" for key in changed] + faults)


def at_rest(evidence):
    behind = {where: (evidence.offsets.get(where), end)
              for where, end in evidence.ends.items()
              if evidence.offsets.get(where) != end}
    return Verdict("I4", "the group is at the end of its input", {
        "partitions": len(evidence.ends),
        "records": sum(evidence.ends.values()), "behind": len(behind)},
        [f"{where}: at {at} of {end}"
         for where, (at, end) in behind.items()])


def dead_letters(evidence):
    wrong = []
    found = collections.Counter()
    for seen in evidence.committed:
        if seen.kind != "dead-letter":
            continue
        found[seen.origin()] += 1
        poison = evidence.dead_letters.get(seen.origin())
        reason = seen.headers["dlq-reason"]
        if poison is None or poison.reason != reason:
            wrong.append(f"{reason} at {seen.origin()}: not so")
        elif seen.digest != _digest(poison.value):
            wrong.append(f"other bytes: {seen.origin()}")
    wrong += [f"{found[place]} dead letters of the {record.reason} at {place}"
              for place, record in evidence.dead_letters.items()
              if found[place] != 1]
    kinds = collections.Counter(record.reason for record
                                in evidence.dead_letters.values())
    return Verdict("I5", "each poison is one dead letter", {
        "poisons": len(evidence.dead_letters), "kinds": len(kinds),
        "wrong": len(wrong)}, wrong)


def _digest(value):
    if isinstance(value, str):
        value = value.encode()
    return hashlib.sha256(value).hexdigest()


def in_order(evidence):
    """In a partition of an output, what comes of one partition of the input
    stands in the order in which it could be found."""
    complete = {(*one.identity(), one.origin): one.complete
                for one in evidence.occurrences}
    last, wrong = {}, []
    pairs = 0
    for seen in sorted(evidence.committed, key=lambda one: one.offset):
        origin = seen.origin()
        offset = (origin[2] if seen.kind == "dead-letter"
                  else complete.get(_key(seen), origin[2]))
        stream = seen.kind, seen.partition, origin[:2]
        if stream in last:
            pairs += 1
            if offset < last[stream]:
                wrong.append(f"{stream}: {offset} behind {last[stream]}")
        last[stream] = offset
    return Verdict("I6", "the order of a partition is kept", {
        "neighbours": pairs, "out of order": len(wrong)}, wrong)


def stalls(evidence):
    """From the acknowledgement of a record to the moment in which a
    read_committed reader has what comes of it."""
    seen_at = {_key(seen): seen.moment for seen in
               reversed(_findings(evidence.committed))}
    waits = [seen_at[key] - one.acknowledged for one in evidence.occurrences
             if (key := (*one.identity(), one.origin)) in seen_at]
    longest = max(waits, default=0)
    violations = []
    if longest > evidence.stall_limit:
        violations.append(f"a finding took {longest:.1f} s, "
                          f"{evidence.stall_limit:.1f} s are allowed")
    if evidence.probe_seconds > PROBE_SECONDS:
        violations.append(f"the probe took {evidence.probe_seconds:.1f} s")
    return Verdict("I7", "no stall outlives the faults", {
        "longest s": round(longest, 1),
        "allowed s": round(evidence.stall_limit, 1),
        "probe s": round(evidence.probe_seconds, 1)}, violations)


def not_vacuous(evidence):
    """A scenario that did not see its faults proves nothing."""
    aborted = len(evidence.uncommitted) - len(evidence.committed)
    faults = dict(evidence.faults)
    if "aborted records" in faults:
        # The scenario knows that there are some, the readers how many.
        faults["aborted records"] = aborted
    unseen = [name for name, count in faults.items() if count <= 0]
    violations = [f"not seen: {name}" for name in unseen]
    if aborted < 0:
        violations.append("the read_uncommitted reader is blind")
    return Verdict("I8", "the faults were there", {
        "aborted records": aborted, **faults}, violations)


def memory(evidence):
    violations = []
    if evidence.peak_memory > evidence.memory_limit:
        violations.append("more than `memory` resident")
    if evidence.most_files > MOST_FILES:
        violations.append(f"more than {MOST_FILES} files open")
    return Verdict("I9", "memory and open files are bounded", {
        "peak MiB": evidence.peak_memory >> 20,
        "allowed MiB": evidence.memory_limit >> 20,
        "open files": evidence.most_files}, violations)


def secrets(evidence):
    return Verdict("I10", "no token is told", {"found": len(evidence.secrets)},
                   evidence.secrets)
