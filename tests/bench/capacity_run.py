"""The JSON of a capacity run that was made up from known costs."""

PER_GB, PER_EVENT, PER_REQUEST = 0.9, 1e-6, 100e-6
WAITS = {500: 0.03, 5000: 0.06}  # between them in proportion
IDLE, PER_TRANSACTION, MOST_TRANSACTIONS = 0.01, 4e-3, 40
GB = 1e9


def drained(dimension, event_bytes, **load):
    events = GB / event_bytes
    hits = load.get("hit_every")
    cost = (PER_GB + events * PER_EVENT
            + (events / hits * PER_REQUEST if hits else 0))
    rate = 1000 / cost  # MB/s of one core

    def figure(value):
        return {"median": value, "min": value, "max": value}
    return {"dimension": dimension, "value": str(event_bytes),
            "load": {"event_bytes": event_bytes, "partitions": 12, **load},
            "tokensieve": {"cpu_per_gb": figure(cost), "mb_per_s": figure(rate),
                           "events_per_s": figure(rate * 1e6 / event_bytes),
                           "peak_mb": figure(100)}}


def transactions(requests):
    return requests * MOST_TRANSACTIONS / (requests + MOST_TRANSACTIONS)


def paced(rate, instances, hit_every, event_bytes=4096, begun=None):
    requests = rate / hit_every if hit_every else 0
    if begun is None:
        begun = transactions(requests / instances)
    cores = (rate * event_bytes / GB * PER_GB + rate * PER_EVENT
             + requests * PER_REQUEST + WAITS[rate]
             + instances * (IDLE + begun * PER_TRANSACTION))
    return {"events_per_s": rate, "mb_per_s": rate * event_bytes / 1e6,
            "instances": instances, "hit_every": hit_every, "cpu_cores": cores,
            "cpu_per_gb": cores / (rate * event_bytes / GB),
            "transactions_per_s": begun,
            "latency_ms": {"p99": 120} if hit_every else {}}


def capacity_run():
    return {
        "drains": [drained("event size", size) for size in (1024, 4096, 65536)]
        + [drained("hits", 4096, hit_every=every) for every in (1000, 10)]
        + [drained("partitions", 4096, partitions=1)],
        # Those of one instance begin all the transactions they can.
        "paced": [paced(500, 1, 1, begun=MOST_TRANSACTIONS),
                  paced(500, 1, 0), paced(5000, 1, 0),
                  paced(5000, 1, 1, begun=MOST_TRANSACTIONS),
                  paced(5000, 3, 1)],
        "idle_cores": IDLE,
        "follow": {"cpu_per_request": 4e-6, "seconds_per_request": 8e-6},
    }
