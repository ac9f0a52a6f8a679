"""The list of scenarios: what each does, and how often in which tier."""

import dataclasses
import typing

TIERS = ("ci", "nightly", "release")


@dataclasses.dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    play: typing.Callable
    brokers: int
    trials: dict  # by tier
    kinds: dict | None  # of records; the usual ones if None


SCENARIOS = {}


def scenario(title, trials, brokers=1, kinds=None):
    """Adds a function of an arena, which is settled and judged behind it."""
    def add(function):
        name = function.__name__.replace("_", "-")
        SCENARIOS[name] = Scenario(name, title, function, brokers,
                                   dict(zip(TIERS, trials)), kinds)
        return function
    return add
