"""A consumer group on paper: partitions of unequal load, instances of limited
speed, and one that dies. Time goes in steps of a second."""

import dataclasses
import random


@dataclasses.dataclass(frozen=True)
class Group:
    partitions: int
    instances: int
    bytes_per_s: float            # of the whole topic
    instance_bytes_per_s: float   # that one instance reads at most
    partition_bytes_per_s: float  # that one partition yields at most
    skew: float = 0.3             # sigma of the logarithm of their loads
    session_s: int = 12           # until a dead member is missed
    rebalance_s: int = 3          # in which nobody reads


@dataclasses.dataclass(frozen=True)
class Outcome:
    busiest: float        # load of the busiest instance, of what it can
    worst_lag_s: float    # of the partition that waited longest
    recovered_s: float    # until no partition lags by over a second; inf


def loads(group, seed=1):
    """Bytes a second of each partition."""
    made = random.Random(seed)
    weights = [made.lognormvariate(0, group.skew)
               for _ in range(group.partitions)]
    total = sum(weights)
    return [group.bytes_per_s * weight / total for weight in weights]


def ranges(partitions, instances):
    """The range assignment: (first, end) for each instance."""
    each, more = divmod(partitions, instances)
    bounds, first = [], 0
    for number in range(instances):
        end = first + each + (1 if number < more else 0)
        bounds.append((first, end))
        first = end
    return bounds


def read(lags, bounds, group):
    """One second of one instance: takes from its partitions, what lags most
    first, within both limits."""
    room = group.instance_bytes_per_s
    first, end = bounds
    for partition in sorted(range(first, end), key=lambda p: -lags[p]):
        taken = min(lags[partition], group.partition_bytes_per_s, room)
        lags[partition] -= taken
        room -= taken


def lose_one(group, limit_s=3600, seed=1):
    """The busiest instance dies and does not come back."""
    rates = loads(group, seed)
    before = ranges(group.partitions, group.instances)
    work = [sum(rates[first:end]) for first, end in before]
    victim = work.index(max(work))
    behind = ranges(group.partitions, max(group.instances - 1, 1))
    lags = [0.0] * group.partitions
    worst = 0.0
    for second in range(limit_s):
        for partition, rate in enumerate(rates):
            lags[partition] += rate
        if second < group.session_s:
            reading = [one for number, one in enumerate(before)
                       if number != victim]
        elif second < group.session_s + group.rebalance_s:
            reading = []
        else:
            reading = behind if group.instances > 1 else []
        for bounds in reading:
            read(lags, bounds, group)
        late = max(lag / rate for lag, rate in zip(lags, rates))
        worst = max(worst, late)
        if reading is behind and late < 1:
            return Outcome(max(work) / group.instance_bytes_per_s, worst,
                           second + 1)
    return Outcome(max(work) / group.instance_bytes_per_s, worst, float("inf"))
