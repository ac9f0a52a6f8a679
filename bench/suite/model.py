"""What work costs, from a measured run: the model behind bench/plan.

CPU seconds = bytes x a + events x b + requests x c, for each instance
+ seconds x d. `a` and `b` are fitted to full topics of several event sizes, `c`
to those with many hits; `d` is what is spent beyond that where events trickle
in (fetches, polls, transactions), from the runs at a given rate.
"""

import dataclasses

from suite import results

GB = 1e9


@dataclasses.dataclass(frozen=True)
class Costs:
    per_gb: float            # a: CPU seconds
    per_event: float         # b: CPU seconds
    per_request: float       # c: CPU seconds
    per_instance: float      # d: cores
    partition_mb_per_s: float    # that one partition yields at most
    peak_mb: float           # memory of an instance at full rate
    # Learning what was requested before, of each request.
    follow_cpu: float
    follow_seconds: float

    def marginal(self, rate):
        """Cores that a rate takes, however many instances share it."""
        return (rate.bytes / GB * self.per_gb + rate.events * self.per_event
                + rate.requests * self.per_request)

    def cores(self, rate, instances):
        return self.marginal(rate) + instances * self.per_instance

    def cpu_per_gb(self, rate, instances):
        return self.cores(rate, instances) / (rate.bytes / GB)


@dataclasses.dataclass(frozen=True)
class Rate:
    """What comes in a second."""
    events: float
    event_bytes: float
    requests: float = 0.0

    @property
    def bytes(self):
        return self.events * self.event_bytes


def line_through(points):
    """(intercept, slope) of least squares of the relative error: a cheap
    large event counts as much as a dear small one."""
    weights = [1 / y ** 2 for _, y in points]
    total = sum(weights)
    mean_x = sum(w * x for w, (x, _) in zip(weights, points)) / total
    mean_y = sum(w * y for w, (_, y) in zip(weights, points)) / total
    slope = (sum(w * (x - mean_x) * (y - mean_y)
                 for w, (x, y) in zip(weights, points))
             / sum(w * (x - mean_x) ** 2 for w, (x, _) in zip(weights, points)))
    return mean_y - slope * mean_x, slope


def _drains(found, dimension):
    return [one for one in found["drains"] if one["dimension"] == dimension]


def events_per_gb(drained):
    own = drained["tokensieve"]
    return (GB * own["events_per_s"]["median"]
            / (own["mb_per_s"]["median"] * 1e6))


def _cost(drained):
    return drained["tokensieve"]["cpu_per_gb"]["median"]


def fit(found):
    """The costs that a capacity run (its JSON) shows."""
    sizes = _drains(found, "event size")
    per_gb, per_event = line_through([(events_per_gb(one), _cost(one))
                                      for one in sizes])
    most_hits = min(_drains(found, "hits"),
                    key=lambda one: one["load"]["hit_every"])
    requests_per_gb = events_per_gb(most_hits) / most_hits["load"]["hit_every"]
    without_hits = per_gb + per_event * events_per_gb(most_hits)
    per_request = max(_cost(most_hits) - without_hits, 0) / requests_per_gb
    single = [one for one in _drains(found, "partitions")
              if one["load"]["partitions"] == 1] or sizes
    costs = Costs(
        per_gb=max(per_gb, 0), per_event=max(per_event, 0),
        per_request=per_request, per_instance=0,
        partition_mb_per_s=min(one["tokensieve"]["mb_per_s"]["median"]
                               for one in single),
        peak_mb=max(one["tokensieve"]["peak_mb"]["median"]
                    for one in found["drains"]),
        follow_cpu=found["follow"]["cpu_per_request"],
        follow_seconds=found["follow"]["seconds_per_request"])
    extra = [one["cpu_cores"] - costs.marginal(paced_rate(one))
             for one in found["paced"] if one["instances"] == 1]
    return dataclasses.replace(
        costs, per_instance=max(results.median(extra), 0) if extra else 0)


def paced_rate(one):
    events = one["events_per_s"]
    return Rate(events=events,
                event_bytes=one["mb_per_s"] * 1e6 / events,
                requests=events / one["hit_every"])


def check(found, costs):
    """(instances, events/s, measured and predicted CPU s/GB) of each run at a
    given rate."""
    return [(one["instances"], one["events_per_s"], one["cpu_per_gb"],
             costs.cpu_per_gb(paced_rate(one), one["instances"]))
            for one in found["paced"]]
