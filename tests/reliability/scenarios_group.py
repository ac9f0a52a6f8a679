"""Members that come and go, twins, and the one request of a token."""

from harness import QUICK_SESSION

import arena
from scenario import scenario


CHANGES_A_BOUT = 5


@scenario("a storm of rebalances: named and nameless members join, stop and "
          "die while the group rebalances", trials=(5, 100, 500))
def storm(field):
    """While members come and go faster than the group rebalances, it need not
    find anything; it must once they stay."""
    route = field.proxy.route()
    stays = field.worker("stays", **route)
    field.wait_for_members(1)
    field.begin()
    # The dead have no successor who would end their transactions.
    field.stall_limit += arena.LOOK_SECONDS
    guests = []
    for begin in range(0, field.trials, CHANGES_A_BOUT):
        with field.outage():
            for change in range(begin, begin + CHANGES_A_BOUT):
                name = field.rng.choice(["", f"guest-{change}"])
                guests.append(field.worker(name, **route))
                field.pause(0.3, 2.5)
                if len(guests) > 2 or field.rng.random() < 0.3:
                    leave(field, guests)
        field.say(f"{begin + CHANGES_A_BOUT} changes, {len(guests) + 1} "
                  f"members; recovered in {field.recover()} s")
    field.saw("rebalances under a member",
              field.said(r"\bpartitions (revoked|lost)", [stays]))


def leave(field, guests):
    leaving = guests.pop(field.rng.randrange(len(guests)))
    if field.rng.random() < 0.5:
        leaving.kill()
        field.saw("members killed")
    else:
        leaving.ask_to_stop()
        field.saw("members stopped")


@scenario("two processes with one instance name", trials=(0, 10, 50))
def twins(field):
    """They may live side by side for a while, and neither be told (which
    tests/broker/test_wire_network.py waits for): the data are right. Whoever
    is left alone gets on with it."""
    field.begin()
    for trial in range(field.trials):
        with field.outage():
            pair = [field.worker("same", **QUICK_SESSION) for _ in range(2)]
            for one in pair:
                one.may_end()
            for _ in range(6):
                field.pause(1, 2)
                if any(one.has_ended() for one in pair):
                    break
        told = [one for one in pair if one.has_ended()]
        for one in told:
            status = one.exit_status()
            if status != 3:
                field.trouble.append(f"a twin ended with {status}")
        field.saw("twins", 2)
        field.measured["told"] = field.measured.get("told", 0) + len(told)
        if len(told) != 1:
            for one in pair:
                one.kill()
            field.worker("same")
        field.say(f"trial {trial + 1}: {len(told)} ended; recovered in "
                  f"{field.recover()} s")
        if trial + 1 < field.trials:
            for one in field.running():
                one.kill()
    field.saw("recoveries", field.said("recovering|joining the group anew"))


@scenario("known tokens again and again while the only worker is stopped and "
          "killed: one request each", trials=(3, 40, 200),
          kinds={"leak": 10, "legacy": 5, "repeat": 20, "elsewhere": 20,
                 "clean": 10})
def repeats_across_restarts(field):
    """Within one instance the promise holds from one partition to another, so
    a second request of a token is wrong wherever it comes from."""
    field.one_instance = True
    worker = field.worker("only")
    field.wait_for_members(1)
    field.begin()
    for trial in range(field.trials):
        field.pause(1, 3)
        worker.kill() if trial % 2 else worker.stop()
        worker = field.worker("only")
        field.saw("restarts")
        field.say(f"restart {trial + 1}")
    field.wait_for_members(1)


@scenario("known tokens in all partitions of three workers that are killed: "
          "a second request is possible, and counted", trials=(3, 40, 200),
          kinds={"leak": 10, "legacy": 5, "repeat": 20, "elsewhere": 20,
                 "clean": 10})
def repeats_across_instances(field):
    workers = [field.worker(f"worker-{n}") for n in range(3)]
    field.wait_for_members(3)
    field.begin()
    for trial in range(field.trials):
        field.pause(1, 3)
        victim = field.rng.randrange(3)
        workers[victim].kill()
        workers[victim] = field.worker(f"worker-{victim}")
        field.saw("restarts")
        field.say(f"restart {trial + 1}")
    field.wait_for_members(3)
