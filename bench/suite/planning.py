"""From a planner's numbers to instances, partitions, CPU and memory, with the
arithmetic that leads there."""

import dataclasses
import math

from suite.model import Rate

# What a request takes in the table (request_index::k_bytes_a_request), and the
# table's share of `memory`.
REQUEST_BYTES = 192
TABLE_SHARE = 8


@dataclasses.dataclass(frozen=True)
class Need:
    mb_per_s: float
    event_bytes: float = 4096
    requests_per_s: float = 0.1
    peak: float = 2.0              # times the mean rate, at the busiest
    latency_ms: float = 1000       # p99 from produce to visible request
    outage_h: float = 1.0          # after which...
    catch_up_h: float = 4.0        # ...the lag has to be gone: before the
                                   # input's retention deletes it
    cores: float = 2.0             # of an instance
    busy: float = 0.6              # of its cores at most, at the peak
    window_h: float = 24.0         # detection.window
    memory_mib: float = 512        # `memory` of an instance

    @property
    def rate(self):
        return Rate(events=self.mb_per_s * 1e6 / self.event_bytes,
                    event_bytes=self.event_bytes, requests=self.requests_per_s)


@dataclasses.dataclass(frozen=True)
class Answer:
    instances: int
    partitions: int
    cores: float                   # of all, at the mean rate
    cpu_per_gb: float
    memory_mb: float               # of an instance
    arithmetic: list
    warnings: list


def times(rate, factor):
    return Rate(rate.events * factor, rate.event_bytes, rate.requests * factor)


def instances_for(costs, rate, cores, busy):
    """The least number whose cores are at most `busy` at that rate."""
    room = cores * busy - costs.most_overhead
    if room <= 0:
        raise ValueError(f"an instance of {cores:g} cores is busy with waiting "
                         "and transactions alone "
                         f"({costs.most_overhead:.2f} cores): give it more")
    return max(1, math.ceil(costs.marginal(rate) / room))


def partitions_for(costs, mb_per_s, instances):
    """Three for each instance, so that one more or less of them leaves none
    with much over its share; enough that none is read faster than half of what
    one partition yields."""
    spread = 3 * instances
    by_rate = math.ceil(mb_per_s / (costs.partition_mb_per_s / 2))
    return max(spread, by_rate), by_rate


def answer(costs, need, paced=()):
    rate = need.rate
    told, warnings = [], []
    told.append(f"events/s = {need.mb_per_s:g} MB/s / {need.event_bytes:g} B = "
                f"{rate.events:,.0f}")
    marginal = costs.marginal(rate)
    told.append(
        f"cores for them = {rate.bytes / 1e9:.3f} GB/s x {costs.per_gb:.2f} + "
        f"{rate.events:,.0f} events/s x {costs.per_event * 1e6:.2f} us + "
        f"{rate.requests:g} requests/s x {costs.per_request * 1e6:.0f} us = "
        f"{marginal:.2f}")
    recovery = 1 + need.outage_h / need.catch_up_h
    told.append(f"after an outage of {need.outage_h:g} h, caught up within "
                f"{need.catch_up_h:g} h: 1 + {need.outage_h:g} / "
                f"{need.catch_up_h:g} = {recovery:.2f} times the mean rate")
    worst = max(need.peak, recovery)
    told.append(f"the worst of the peak ({need.peak:g} times) and that: "
                f"{worst:.2f} times")
    count = instances_for(costs, times(rate, worst), need.cores, need.busy)
    told.append(
        f"instances = {marginal:.2f} cores x {worst:.2f} / ({need.cores:g} "
        f"cores x {need.busy:g} - {costs.most_overhead:.2f} for waiting and "
        "transactions, at most) = "
        f"{count}, and one more so that one may be missing: {count + 1}")
    count += 1
    partitions, by_rate = partitions_for(costs, need.mb_per_s * worst, count)
    told.append(
        f"partitions = the larger of 3 x {count} instances and "
        f"{need.mb_per_s * worst:.0f} MB/s / ({costs.partition_mb_per_s:.0f} "
        f"MB/s of one / 2) = {by_rate}: {partitions}")
    memory = max(costs.peak_mb, need.memory_mib * 1.048576)
    told.append(f"memory of an instance: `memory: {need.memory_mib:g}MiB`, "
                f"{costs.peak_mb:.0f} MB at most measured: limit "
                f"{memory * 1.25:.0f} MB")
    known = rate.requests * need.window_h * 3600 * REQUEST_BYTES
    table = need.memory_mib * 1048576 / TABLE_SHARE
    told.append(
        f"known requests = {rate.requests:g} requests/s x {need.window_h:g} h x "
        f"{REQUEST_BYTES} B = {known / 1e6:.1f} MB of {table / 1e6:.1f} MB")
    if known > table:
        warnings.append("the table of known requests is too small: raise "
                        "`memory` or shorten `detection.window`")
    start = rate.requests * need.window_h * 3600 * costs.follow_seconds
    told.append(f"a start learns them in {start:.1f} s")
    warnings += _latency_warnings(need, paced)
    return Answer(instances=count, partitions=partitions,
                  cores=costs.cores(rate, count),
                  cpu_per_gb=costs.cpu_per_gb(rate, count),
                  memory_mb=memory * 1.25, arithmetic=told, warnings=warnings)


def _latency_warnings(need, paced):
    """By the measured run that is next to the load of an instance."""
    single = [one for one in paced
              if one["instances"] == 1 and one["hit_every"]]
    if not single:
        return ["no latency was measured"]
    best = min(one["latency_ms"]["p99"] for one in single)
    if best > need.latency_ms:
        return [f"p99 of {need.latency_ms:g} ms was not reached at any measured "
                f"load (best: {best:.0f} ms)"]
    return []
