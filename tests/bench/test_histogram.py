import math

from suite.histogram import Histogram


def filled(values):
    made = Histogram()
    for value in values:
        made.add(value)
    return made


def test_a_percentile_is_within_two_percent_and_never_too_good():
    values = [1.07 ** n for n in range(1, 150)]
    made = filled(values)
    for percent in (1, 50, 90, 99, 99.9, 100):
        true = sorted(values)[math.ceil(len(values) * percent / 100) - 1]
        assert true <= made.percentile(percent) <= true * 1.02 + made.unit


def test_the_largest_value_is_kept_as_it_was():
    made = filled([1, 2, 12345.6])
    assert made.percentile(99.9) == 12345.6
    assert made.summary()["max"] == 12345.6


def test_counts_add_up():
    made = Histogram()
    made.add(5, 990)
    made.add(100, 10)
    assert made.total == 1000
    assert made.percentile(99) < 6
    assert made.percentile(99.1) == 100


def test_memory_grows_with_the_range_and_not_with_the_values():
    made = filled(n / 10 for n in range(1, 200_000))
    assert len(made.counts) < 1500


def test_clocks_that_disagree_make_no_negative_age():
    assert filled([-3]).percentile(50) == 0


def test_an_empty_one_has_no_percentile():
    assert math.isnan(Histogram().percentile(50))


def test_the_distribution_ends_with_all():
    assert filled([3, 1, 2]).distribution()[-1] == (3, 1.0)
