import pytest

from suite import search


def test_the_highest_rate_that_holds_is_found():
    found = search.highest(lambda rate: rate <= 700, 100, 1600, steps=8)
    assert 680 < found <= 700


def test_what_is_answered_was_tried():
    tried = []

    def holds(rate):
        tried.append(rate)
        return rate < 500
    found = search.highest(holds, 100, 1000, steps=5)
    assert found == max(rate for rate in tried if rate < 500)


def test_nothing_is_claimed_where_nothing_held():
    assert search.highest(lambda rate: False, 1, 100, steps=4) is None


@pytest.mark.parametrize("lags", [
    [0] * 30,
    [5000] * 30,                            # behind, and stays there
    [n % 2 * 900 for n in range(30)],       # batches come and go
    list(range(3000, 0, -100)),             # catches up
])
def test_a_lag_that_does_not_grow(lags):
    assert not search.is_growing(lags, rate=1000, seconds=6)


@pytest.mark.parametrize("lags", [
    [n * 60 for n in range(30)],            # 300 a second of 1000
    [0] * 20 + [n * 300 for n in range(10)],
])
def test_a_lag_that_grows(lags):
    assert search.is_growing(lags, rate=1000, seconds=6)


def test_too_few_samples_are_no_answer():
    with pytest.raises(ValueError):
        search.is_growing([1, 2], 1000, 1)
