import capacity_run as made_up
import pytest

from suite import model


def costs():
    return model.fit(made_up.capacity_run())


def test_the_costs_that_made_the_run_are_found_again():
    found = costs()
    assert found.per_gb == pytest.approx(made_up.PER_GB)
    assert found.per_event == pytest.approx(made_up.PER_EVENT)
    assert found.per_request == pytest.approx(made_up.PER_REQUEST)
    assert found.idle == made_up.IDLE
    assert found.per_transaction == pytest.approx(made_up.PER_TRANSACTION)
    assert found.most_transactions == made_up.MOST_TRANSACTIONS
    assert dict(found.waits) == pytest.approx(made_up.WAITS)


def test_waiting_grows_in_proportion_between_what_was_measured():
    found = costs()
    low, high = made_up.WAITS[500], made_up.WAITS[5000]
    assert found.waiting(250) == pytest.approx(low / 2)
    assert found.waiting(2750) == pytest.approx((low + high) / 2)
    assert found.waiting(50_000) == pytest.approx(high)


def test_the_check_predicts_one_and_three_instances():
    run = made_up.capacity_run()
    checked = model.check(run, model.fit(run))
    assert [one[0] for one in checked] == [1, 1, 1, 1, 3]
    for _, _, measured, predicted in checked:
        # No finite rate begins all the transactions that may be.
        assert predicted == pytest.approx(measured, rel=0.06)


def test_a_wrong_model_is_off():
    run = made_up.capacity_run()
    run["paced"][-1]["cpu_per_gb"] *= 2
    (*_, (_, _, measured, predicted)) = model.check(run, model.fit(run))
    assert predicted == pytest.approx(measured / 2)


def test_small_events_cost_more():
    def cost(size):
        return costs().cpu_per_gb(model.Rate(1e9 / size, size), 1)
    assert cost(200) > cost(1024) > cost(65536)


def test_noise_makes_no_cost_negative():
    run = made_up.capacity_run()
    for one in run["drains"]:
        if one["dimension"] == "hits":
            one["tokensieve"]["cpu_per_gb"]["median"] = 0.5
    for one in run["paced"]:
        one["cpu_cores"] = 1e-6
    found = model.fit(run)
    assert found.per_request == 0
    assert found.per_transaction == 0
    assert found.waiting(1000) == 0
