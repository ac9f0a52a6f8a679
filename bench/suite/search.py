"""The highest rate at which something still holds, by trial."""


def is_growing(lags, rate, seconds, allowed=0.05):
    """Does a lag grow? `lags` are records behind, sampled evenly over
    `seconds`, at `rate` records a second: compares the median of the last
    third with that of the middle one. Of the rate, `allowed` may stay
    unread."""
    third = len(lags) // 3
    if third == 0:
        raise ValueError("too few samples to tell")
    middle = sorted(lags[third:2 * third])[third // 2]
    last = sorted(lags[2 * third:])[(len(lags) - 2 * third) // 2]
    return last - middle > allowed * rate * seconds / 3


def highest(holds, low, high, steps):
    """The highest rate for which `holds(rate)`, to within the precision of
    `steps` trials between `low` and `high`; None if none did. Each trial
    divides what is left in the geometric middle; what is held counts, so the
    answer was measured."""
    best = None
    for _ in range(steps):
        rate = (low * high) ** 0.5
        if holds(rate):
            best = low = rate
        else:
            high = rate
    return best
