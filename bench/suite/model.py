"""What work costs, from a measured run: the model behind bench/plan.

CPU seconds = bytes x a + events x b + requests x c
              + what events cost because they come one by one
              + for each instance: seconds x i + transactions x t.

`a` and `b` are fitted to full topics of several event sizes, `c` to those with
many hits. Where events trickle in there are more fetches and wake-ups for them:
how much that is at a rate is what runs without hits take beyond the rest, and
is shared by the group, for each fetch is one member's. `i` is what an instance
takes that nothing comes to. A transaction begins where there is a request, and
the next one when it has ended: q requests a second make q x s / (q + s)
transactions, of which `s` is the most. `t` is fitted to the runs with hits at a
given rate. What several instances cost is predicted.
"""

import dataclasses

GB = 1e9


@dataclasses.dataclass(frozen=True)
class Costs:
    per_gb: float            # a: CPU seconds
    per_event: float         # b: CPU seconds
    per_request: float       # c: CPU seconds
    waits: tuple             # (events a second, cores), by rate
    idle: float              # i: cores
    per_transaction: float   # t: CPU seconds
    most_transactions: float     # s: a second
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
        """Cores that are spent on so many events a second because they come
        one by one: between what was measured in proportion."""
        below = (0.0, 0.0)
        for above in self.waits:
            if events < above[0]:
                share = (events - below[0]) / (above[0] - below[0])
                return below[1] + share * (above[1] - below[1])
            below = above
        return below[1]

    def transactions(self, requests):
        """A second, of an instance with so many requests a second."""
        most = self.most_transactions
        return requests * most / (requests + most) if most else 0

    def instance(self, requests):
        """Cores of an instance with so many requests a second, whatever else
        comes."""
        return self.idle + self.transactions(requests) * self.per_transaction

    @property
    def most_overhead(self):
        """Cores of one instance that does all the waiting there is."""
        return (self.idle + self.most_transactions * self.per_transaction
                + max((cores for _, cores in self.waits), default=0))

    def cores(self, rate, instances):
        return (self.marginal(rate) + self.waiting(rate.events)
                + instances * self.instance(rate.requests / instances))

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
        per_request=per_request, waits=(), idle=found["idle_cores"],
        per_transaction=0, most_transactions=0,
        partition_mb_per_s=min(one["tokensieve"]["mb_per_s"]["median"]
                               for one in single),
        peak_mb=max(one["tokensieve"]["peak_mb"]["median"]
                    for one in found["drains"]),
        follow_cpu=found["follow"]["cpu_per_request"],
        follow_seconds=found["follow"]["seconds_per_request"])
    return _fit_paced(costs, [one for one in found["paced"]
                              if one["instances"] == 1])


def _fit_paced(costs, paced):
    """With what the runs of one instance at a given rate take beyond it."""
    def beyond(one):
        return max(one["cpu_cores"] - costs.marginal(paced_rate(one))
                   - costs.waiting(one["events_per_s"]) - costs.idle, 0)

    costs = dataclasses.replace(costs, waits=tuple(sorted(
        (one["events_per_s"], beyond(one))
        for one in paced if not one["hit_every"])))
    hits = [one for one in paced if one["hit_every"]]
    if not hits:
        return costs
    # Each of them has a request for every transaction it can begin.
    most = sum(one["transactions_per_s"] for one in hits) / len(hits)
    # The relative errors are to be least.
    points = [(one["transactions_per_s"] / one["cpu_cores"],
               beyond(one) / one["cpu_cores"]) for one in hits]
    return dataclasses.replace(
        costs, most_transactions=most,
        per_transaction=(sum(x * y for x, y in points)
                         / sum(x * x for x, _ in points)))


def paced_rate(one):
    events = one["events_per_s"]
    return Rate(events=events,
                event_bytes=one["mb_per_s"] * 1e6 / events,
                requests=events / one["hit_every"] if one["hit_every"] else 0)


def check(found, costs):
    """(instances, rate, measured and predicted CPU s/GB) of each run at a given
    rate."""
    rates = [paced_rate(one) for one in found["paced"]]
    return [(one["instances"], rate, one["cpu_per_gb"],
             costs.cpu_per_gb(rate, one["instances"]))
            for one, rate in zip(found["paced"], rates)]
