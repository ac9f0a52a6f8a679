"""Workers with a known mistake, each of which a scenario must convict by the
right invariant. What acquits them is blind."""

import dataclasses
import pathlib
import sys

from scenario import SCENARIOS

BROKEN = pathlib.Path(__file__).parents[1] / "broker/broken_worker.py"
# What such a worker finds.
KINDS = {"plain": 2, "clean": 1}
# The mistake, the scenario, how many trials, the invariant.
CONVICTIONS = (
    ("offsets-first", "kills", 4, "I1"),
    ("no-transactions", "kills", 4, "I2"),
    ("fresh-metadata", "late-commits", 1, "I2"),
    ("prints-token", "kills", 1, "I10"),
)


def cases():
    """(scenario, trials, command, invariant) of each."""
    for mistake, name, trials, invariant in CONVICTIONS:
        convicting = dataclasses.replace(
            SCENARIOS[name], kinds=KINDS, title=f"a worker that is wrong: "
            f"{mistake}; {invariant} must fail")
        yield (convicting, trials,
               (sys.executable, "-B", BROKEN, mistake), invariant)
