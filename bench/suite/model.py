"""What work costs, from a measured run: the model behind bench/plan.

CPU seconds = bytes x a + events x b + requests x c, and for each instance
seconds x d x r / (r + h), where r is its events a second. `a` and `b` are fitted
to full topics of several event sizes, `c` to those with many hits. The last term
is what is spent beyond that where events trickle in (fetches, wake-ups,
transactions): it grows with the rate until there is always something to do. `d`
and `h` are fitted to the runs of one instance at a given rate.
"""

import dataclasses

GB = 1e9


@dataclasses.dataclass(frozen=True)
class Costs:
    per_gb: float            # a: CPU seconds
    per_event: float         # b: CPU seconds
    per_request: float       # c: CPU seconds
    per_instance: float      # d: cores
    half_rate: float         # h: events a second
    partition_mb_per_s: float    # that one partition yields at most
    peak_mb: float           # memory of an instance at full rate
    # Learning what was requested before, of each request.
    follow_cpu: float
    follow_seconds: float

    def marginal(self, rate):
        """Cores that a rate takes, however many instances share it."""
        return (rate.bytes / GB * self.per_gb + rate.events * self.per_event
                + rate.requests * self.per_request)

    def waiting(self, events):
        """Cores of an instance that are spent on so many events a second
        because they come one by one."""
        return self.per_instance * events / (events + self.half_rate)

    def cores(self, rate, instances):
        return (self.marginal(rate)
                + instances * self.waiting(rate.events / instances))

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
        per_request=per_request, per_instance=0, half_rate=1,
        partition_mb_per_s=min(one["tokensieve"]["mb_per_s"]["median"]
                               for one in single),
        peak_mb=max(one["tokensieve"]["peak_mb"]["median"]
                    for one in found["drains"]),
        follow_cpu=found["follow"]["cpu_per_request"],
        follow_seconds=found["follow"]["seconds_per_request"])
    return _fit_waiting(costs, [one for one in found["paced"]
                                if one["instances"] == 1])


def _fit_waiting(costs, paced):
    """With the d and h whose relative errors are least: for each h of a
    geometric series the best d is known."""
    best = None
    for step in range(41):
        half = 10 ** (step / 10)
        # residual / cores = d x share / cores + error
        points = [(one["events_per_s"] / (one["events_per_s"] + half)
                   / one["cpu_cores"],
                   1 - costs.marginal(paced_rate(one)) / one["cpu_cores"])
                  for one in paced]
        share = sum(x * x for x, _ in points)
        if share == 0:
            return costs
        cores = max(sum(x * y for x, y in points) / share, 0)
        error = sum((y - cores * x) ** 2 for x, y in points)
        if best is None or error < best[0]:
            best = error, cores, half
    return dataclasses.replace(costs, per_instance=best[1], half_rate=best[2])


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
