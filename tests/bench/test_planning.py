import dataclasses

import capacity_run as made_up
import pytest

from suite import model, planning, scale, simulation

COSTS = model.fit(made_up.capacity_run())
NEED = planning.Need(mb_per_s=1000)


def answer(**changes):
    return planning.answer(COSTS, dataclasses.replace(NEED, **changes),
                           made_up.capacity_run()["paced"])


def test_the_arithmetic_by_hand():
    # 1 GB/s of 4 KiB: 0.9 + 244,141 x 1 us + 0.1 x 100 us = 1.144 cores; twice
    # at the peak; 2 x 0.6 - 0.06 - 0.01 - 40 x 4 ms = 0.97 cores an instance:
    # 3, and one more.
    found = answer()
    assert found.instances == 4
    assert found.cores == pytest.approx(1.144 + 0.06 + 4 * 0.01, abs=0.002)
    # Three for each: more than 2000 MB/s at half of what one yields.
    assert found.partitions == 12


def test_partitions_follow_the_instances_or_the_rate_whichever_is_more():
    by_instances, by_rate = planning.partitions_for(COSTS, 100, 10)
    assert by_instances == 30
    single = COSTS.partition_mb_per_s
    assert planning.partitions_for(COSTS, 50 * single, 10)[0] == 100
    assert by_rate < 30


def test_a_longer_outage_takes_more_instances():
    assert answer(outage_h=40).instances > answer(outage_h=1).instances


def test_busier_instances_are_fewer():
    assert answer(busy=0.9).instances <= answer(busy=0.3).instances


def test_an_instance_that_only_waits_is_refused():
    with pytest.raises(ValueError, match="waiting"):
        answer(cores=0.05)


def test_every_step_is_told():
    told = "\n".join(answer().arithmetic)
    for word in ("events/s", "cores", "outage", "instances", "partitions",
                 "memory", "known requests"):
        assert word in told


def test_a_latency_that_was_never_measured_is_not_promised():
    assert answer(latency_ms=200).warnings == []
    assert "120 ms" in answer(latency_ms=50).warnings[0]


def test_a_table_too_small_is_told():
    assert any("window" in warning
               for warning in answer(requests_per_s=100).warnings)


def test_the_scale_table_names_a_bottleneck_for_each_row():
    rows = scale.table(COSTS, planning.Need(mb_per_s=100), 0.1)
    assert (rows[0].mb_per_s, rows[-1].mb_per_s) == (10, 10_000)
    assert rows[-1].instances == 1000
    assert all(row.first in row.shares for row in rows)
    assert [row.instances for row in rows] == sorted(
        row.instances for row in rows)


def test_more_instances_cost_what_each_takes():
    need = planning.Need(mb_per_s=1000)
    few, many = scale.row(COSTS, need), scale.row(COSTS, need, at_least=500)
    assert many.cores - few.cores == pytest.approx(
        (500 - few.instances) * made_up.IDLE, rel=0.01)


def test_growth_tells_what_was_measured():
    told = [row[0] for row in scale.growth(made_up.capacity_run(), COSTS)]
    assert told.count("hits") == 2 and "known requests" in told


GROUP = simulation.Group(partitions=30, instances=10, bytes_per_s=100e6,
                         instance_bytes_per_s=20e6, partition_bytes_per_s=50e6)


def test_a_range_assignment_leaves_nothing_out():
    bounds = simulation.ranges(31, 10)
    assert bounds[0] == (0, 4)
    assert bounds[-1][1] == 31
    assert all(end == first for (_, end), (first, _)
               in zip(bounds, bounds[1:]))


def test_a_group_with_room_recovers_from_a_death():
    outcome = simulation.lose_one(GROUP)
    # Nobody reads the dead one's partitions for a session and a rebalance.
    assert outcome.worst_lag_s >= 15
    assert outcome.recovered_s < 60


def test_a_group_without_room_does_not():
    tight = dataclasses.replace(GROUP, instance_bytes_per_s=10.5e6)
    assert simulation.lose_one(tight, limit_s=300).recovered_s == float("inf")


def test_skew_makes_one_busier():
    even = dataclasses.replace(GROUP, skew=0.0)
    assert simulation.lose_one(even).busiest == pytest.approx(0.5)
    assert simulation.lose_one(GROUP).busiest > 0.5
