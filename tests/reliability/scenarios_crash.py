"""The program dies at each of its named points (pipeline/crash_point.h), under
load and beside a standby. tests/broker/test_crash_points.py comes by each of
them alone."""

import pathlib
import signal
import subprocess

import harness
from scenario import scenario
from wire_proxy import ADD_OFFSETS

CRASHING = pathlib.Path(harness.PROGRAM).with_name("tokensieve_crash")
WORK_SECONDS = 4


def points():
    return subprocess.run([CRASHING, "crash-points"], stdout=subprocess.PIPE,
                          text=True, check=True).stdout.split()


@scenario("abort() at a named point, and the next worker of that name",
          trials=(4, 320, 1600))
def crash_points(field):
    """In an order that the seed decides; each, if there are enough trials."""
    field.worker("standby")
    field.wait_for_members(1)
    field.begin()
    order = points()
    field.rng.shuffle(order)
    for trial in range(field.trials):
        point = order[trial % len(order)]
        nth = 1 + trial // len(order) % 3
        doomed = field.worker(
            "doomed", command=(CRASHING, "run"),
            environment={"TOKENSIEVE_CRASH_AT": f"{point}:{nth}"},
            **field.proxy.route())
        doomed.may_end()
        come_by(field, doomed)
        if f"crash point {point}" not in doomed.log():
            # A refused record, say, is for tests/broker/test_crash_points.py.
            field.say(f"trial {trial + 1}: {point}:{nth} was not reached")
            field.measured.setdefault("not reached", []).append(point)
            continue
        status = doomed.exit_status()
        if status != -signal.SIGABRT:
            field.trouble.append(f"{point} ended with {status}")
        field.saw("deaths at a point")
        field.say(f"trial {trial + 1}: died at {point}:{nth}; recovered in "
                  f"{restarted(field)} s")


def come_by(field, doomed):
    """Work, a rebalance that overtakes a commit, a stop: until it dies."""
    def dies(seconds=WORK_SECONDS):
        try:
            harness.wait_until(doomed.has_ended, "it dies", seconds)
        except AssertionError:
            return False
        return True
    if dies():
        return
    held = field.proxy.hold(ADD_OFFSETS)
    field.wait_until(lambda: held.is_held() or doomed.has_ended(),
                     "a commit begins")
    guest = field.worker()
    field.wait_until(
        lambda: len(field.kafka.assignments(field.group)) == 3
        or doomed.has_ended(), "a rebalance ends")
    # Refused, which leads to the recovery path.
    held.release() if held.is_held() else held.cut()
    if not dies():
        doomed.ask_to_stop()
        doomed.exit_status()
    guest.stop()


def restarted(field):
    """The name is taken over by a sound worker, which stops in order."""
    heir = field.worker("doomed")
    seconds = field.recover()
    heir.stop()
    return seconds
