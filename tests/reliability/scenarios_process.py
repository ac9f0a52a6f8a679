"""Processes that die, freeze and stop."""

import time

from harness import wait_until
from wire_proxy import END_TXN, PRODUCE, TXN_OFFSET_COMMIT, has_records

import arena
from scenario import scenario

# Slow enough that a commit takes a good part of a second, so that kills meet
# open transactions.
FRAME_SECONDS = 0.02


def kill_and_start_again(field, workers, **changes):
    victim = field.rng.choice(workers)
    victim.kill()
    workers[workers.index(victim)] = field.worker(victim.instance, **changes)
    field.saw("kills")


@scenario("SIGKILL of one of three named workers, behind a slow network",
          trials=(12, 200, 1000))
def kills(field):
    route = field.proxy.route()
    workers = [field.worker(f"worker-{n}", **route) for n in range(3)]
    field.wait_for_members(3)
    field.begin()
    field.kill_while_writing(workers)
    workers = [field.worker(one.instance, **route) for one in workers]
    field.proxy.slow(FRAME_SECONDS)
    for trial in range(field.trials):
        field.pause(0.5, 3)
        kill_and_start_again(field, workers, **route)
        field.say(f"kill {trial + 1}")
    field.proxy.heal()


@scenario("SIGKILL of one of three nameless workers, which others replace",
          trials=(1, 40, 200))
def nameless_kills(field):
    """Nobody frees the transaction of the dead: it has to time out."""
    route = field.proxy.route()
    workers = [field.worker(**route) for _ in range(3)]
    field.wait_for_members(3)
    field.begin()
    field.proxy.slow(FRAME_SECONDS)
    field.stall_limit += arena.LOOK_SECONDS
    for trial in range(field.trials):
        field.pause(1, 3)
        held = field.proxy.hold(END_TXN)
        held.wait_until_held()
        # It is one of three that has it on its way.
        for victim in workers[:2]:
            victim.kill()
            field.saw("kills")
        held.cut()
        workers = [workers[2], field.worker(**route), field.worker(**route)]
        # Not before the group has missed the dead.
        field.wait_until_assigned(*workers)
        field.say(f"trial {trial + 1}: three members again; recovered in "
                  f"{field.recover()} s")
    field.proxy.heal()


@scenario("SIGSTOP with a frame on its way, beyond the session and the "
          "transaction, then SIGCONT", trials=(2, 50, 200))
def zombies(field):
    quick = {"kafka__producer__transaction.timeout.ms": 2000}
    zombie = field.worker(**quick, **field.proxy.route())
    field.worker(**quick)
    field.wait_for_members(2)
    field.begin()
    holds = (lambda: field.proxy.hold(END_TXN, when=has_records),
             lambda: field.proxy.hold(PRODUCE),
             lambda: field.proxy.hold(TXN_OFFSET_COMMIT))
    field.saw("aborted records")  # of the first hold
    for trial in range(field.trials):
        held = holds[trial % 3]()
        held.wait_until_held()
        told = len(zombie.log())
        with field.outage(), zombie.frozen():
            began = time.monotonic()
            field.wait_for_members(1)
            # The broker ends its transaction within this time.
            time.sleep(max(0, began + 13 - time.monotonic()))
            held.release()
        field.wait_for_members(2)
        wait_until(lambda: "recovering" in zombie.log()[told:],
                   "the zombie is told")
        field.saw("zombies that were refused")
        field.say(f"trial {trial + 1}: a held {held.name} was refused; "
                  f"recovered in {field.recover()} s")


@scenario("SIGSTOP beyond the session only: a late commit comes when the "
          "worker is a member again", trials=(1, 30, 100))
def late_commits(field):
    """Another one has read the same input meanwhile."""
    patient = {"kafka__producer__transaction.timeout.ms": 40000}
    sleeper = field.worker(**patient, **field.proxy.route())
    field.worker(**patient)
    field.wait_for_members(2)
    field.begin()
    for trial in range(field.trials):
        held = field.proxy.hold(PRODUCE)
        held.wait_until_held()
        told = len(sleeper.log())
        with field.outage():
            with sleeper.frozen():
                field.wait_for_members(1)
            field.wait_for_members(2)
            held.release()
        seconds = field.recover()
        field.saw("commits refused", "recovering" in sleeper.log()[told:])
        field.say(f"trial {trial + 1}: recovered in {seconds} s")


@scenario("SIGTERM to each of three named workers in turn, under load",
          trials=(6, 100, 300))
def rolling_stops(field):
    workers = [field.worker(f"worker-{n}") for n in range(3)]
    field.wait_for_members(3)
    field.begin()
    slowest = 0
    for trial in range(field.trials):
        field.pause(0.2, 1.5)
        leaving = workers[trial % 3]
        began = time.monotonic()
        leaving.stop()
        drained = time.monotonic() - began
        slowest = max(slowest, drained)
        assert drained < arena.TRANSACTION_SECONDS + 17, "a slow stop"
        workers[trial % 3] = field.worker(leaving.instance)
        field.saw("stops with status 0")
        field.say(f"stop {trial + 1}: {drained:.1f} s")
    field.wait_for_members(3)
    field.measured["slowest stop s"] = round(slowest, 1)
    if field.said("cannot commit|recovering"):
        field.trouble.append("a stop in order aborted something")
