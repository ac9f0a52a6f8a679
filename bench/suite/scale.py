"""From 10 MB/s to 10 GB/s: what each part of a deployment has to bear, and
which reaches its limit first."""

import dataclasses

from suite import planning, simulation

# Not measured here: what the parts around tokensieve are usually taken to bear.
INSTANCES = 1000
PARTITIONS = 10_000              # of one topic, with clients that know all
BROKER_MB_PER_S = 300            # in, out and replication, of one broker
BROKERS = 100
COMMITS_PER_S = 10_000           # of all transaction coordinators
FOLLOW_SHARE = 0.1               # of an instance's cores, for the requests of
                                 # all others
START_S = 60.0                   # to learn what was requested before


@dataclasses.dataclass(frozen=True)
class Row:
    mb_per_s: float
    requests_per_s: float
    instances: int
    partitions: int
    cores: float
    shares: dict             # of each limit
    outcome: simulation.Outcome

    @property
    def first(self):
        return max(self.shares, key=self.shares.get)


def row(costs, need, at_least=1):
    """What `need` takes, in so many instances at least."""
    rate = need.rate
    count = max(planning.answer(costs, need).instances, at_least)
    partitions, _ = planning.partitions_for(costs, need.mb_per_s * need.peak,
                                            count)
    known_bytes = (rate.requests * need.window_h * 3600
                   * planning.REQUEST_BYTES)
    # One a second at least, for the offsets.
    commits = count * max(1, costs.transactions(rate.requests / count))
    shares = {
        "instances": count / INSTANCES,
        "partitions of a topic": partitions / PARTITIONS,
        # In, two replicas, out; compressed to a fifth, as logs are.
        "brokers": need.mb_per_s * need.peak * 4 / 5 / BROKER_MB_PER_S
                   / BROKERS,
        "transaction coordinators": commits / COMMITS_PER_S,
        "reading each other's requests": rate.requests * costs.follow_cpu
                                         / (need.cores * FOLLOW_SHARE),
        "table of known requests": known_bytes
                                   / (need.memory_mib * 1048576
                                      / planning.TABLE_SHARE),
        "learning them at a start": rate.requests * need.window_h * 3600
                                    * costs.follow_seconds / START_S,
    }
    per_instance = ((need.cores - costs.instance(rate.requests / count))
                    / (costs.marginal(rate) / rate.bytes))
    outcome = simulation.lose_one(simulation.Group(
        partitions=partitions, instances=count, bytes_per_s=rate.bytes,
        instance_bytes_per_s=per_instance,
        partition_bytes_per_s=costs.partition_mb_per_s * 1e6))
    return Row(need.mb_per_s, rate.requests, count, partitions,
               costs.cores(rate, count), shares, outcome)


def table(costs, need, requests_per_gb):
    """A row for each half decade, and the last one in 1,000 instances."""
    def at(mb_per_s):
        return dataclasses.replace(
            need, mb_per_s=mb_per_s,
            requests_per_s=requests_per_gb * mb_per_s / 1000)

    steps = (10, 30, 100, 300, 1000, 3000, 10_000)
    return [*(row(costs, at(step)) for step in steps),
            row(costs, at(steps[-1]), INSTANCES)]


def growth(found, costs):
    """(what grows, to what, CPU s/GB or what else it costs), as measured."""
    rows = []
    for one in found["drains"]:
        if one["dimension"] in ("partitions", "streams", "hits"):
            rows.append((one["dimension"], one["value"],
                         f"{one['tokensieve']['cpu_per_gb']['median']:.2f} "
                         "CPU s/GB"))
        elif one["value"] == "4 KB":
            rows.append(("12 partitions, 1,000 streams, no hits", "",
                         f"{one['tokensieve']['cpu_per_gb']['median']:.2f} "
                         "CPU s/GB"))
    rows.append(("requests", "each", f"{costs.per_request * 1e6:.0f} us of CPU"))
    rows.append(("instances", "each", f"{costs.idle:.3f} cores"))
    rows.append(("transactions", "each",
                 f"{costs.per_transaction * 1e3:.1f} ms of CPU, at most "
                 f"{costs.most_transactions:.0f} a second and instance"))
    rows.append(("known requests", "each",
                 f"{planning.REQUEST_BYTES} B, {costs.follow_cpu * 1e6:.1f} us "
                 "of CPU at a start"))
    return rows
