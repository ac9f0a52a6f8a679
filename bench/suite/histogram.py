"""A histogram of durations with a bounded relative error, as HdrHistogram
keeps it: buckets of the same width up to a power of two, then twice as wide."""

import math


class Histogram:
    def __init__(self, digits=7, unit=0.1):
        """`digits` binary digits of each value are kept (7: under 1 %), from
        `unit` milliseconds on."""
        self.digits = digits
        self.unit = unit
        self.counts = {}
        self.total = 0
        self.largest = 0.0

    def add(self, milliseconds, count=1):
        value = max(0.0, milliseconds)
        steps = int(value / self.unit)
        shift = max(0, steps.bit_length() - self.digits)
        key = (steps >> shift) << shift
        self.counts[key] = self.counts.get(key, 0) + count
        self.total += count
        self.largest = max(self.largest, value)

    def upper(self, key):
        """The largest value that falls into the bucket at `key`."""
        shift = max(0, key.bit_length() - self.digits)
        return (key + (1 << shift)) * self.unit

    def percentile(self, percent):
        """The upper end of the bucket that holds it, so never too good."""
        if self.total == 0:
            return math.nan
        wanted = max(1, math.ceil(self.total * percent / 100))
        seen = 0
        for key in sorted(self.counts):
            seen += self.counts[key]
            if seen >= wanted:
                return min(self.upper(key), self.largest)
        return self.largest

    def summary(self):
        return {"count": self.total,
                **{name: round(self.percentile(percent), 2)
                   for name, percent in (("p50", 50), ("p90", 90), ("p99", 99),
                                         ("p99.9", 99.9))},
                "max": round(self.largest, 2),
                "distribution": self.distribution()}

    def distribution(self):
        """(milliseconds, share of the values at most so large) for a plot."""
        seen, points = 0, []
        for key in sorted(self.counts):
            seen += self.counts[key]
            points.append((round(min(self.upper(key), self.largest), 2),
                           round(seen / self.total, 6)))
        return points
