"""Networks, brokers and coordinators that fail."""

import json

from harness import wait_until
from wire_proxy import END_TXN, has_records

import upkeep
from scenario import scenario

# broker.session.timeout.ms: the others lead nothing of a dead broker's before.
MISSED_SECONDS = 9


@scenario("a network that is slow, is cut and goes silent",
          trials=(2, 60, 200))
def network(field):
    workers = [field.worker(f"worker-{n}", **field.proxy.route())
               for n in range(2)]
    field.wait_for_members(2)
    field.begin()
    for trial in range(field.trials):
        field.pause(0.5, 2)
        before = field.proxy.impeded()
        with field.outage():
            if trial % 2:
                field.proxy.sever()
            else:
                field.proxy.silence()
            # Longer and shorter than a session.
            field.pause(*((7, 10) if trial % 4 in (0, 3) else (1, 4)))
            impeded = field.proxy.impeded() - before
            field.proxy.heal()
        field.saw("frames and connections impeded", impeded)
        field.proxy.slow(field.rng.uniform(0.01, 0.1))
        field.say(f"cut {trial + 1}: {impeded} frames and connections met it;"
                  f" recovered in {field.recover()} s")
    field.proxy.heal()
    field.wait_for_members(2)
    field.saw("workers", len(workers))


@scenario("a commit whose outcome nobody is told: its request or its answer "
          "is cut off, half of the times the worker dies as well",
          trials=(6, 100, 500))
def unknown_outcomes(field):
    worker = field.worker("only", **field.proxy.route())
    field.wait_for_members(1)
    field.begin()
    for trial in range(field.trials):
        hold = (field.proxy.hold, field.proxy.hold_answer)[trial % 2]
        held = hold(END_TXN, nth=field.rng.randrange(1, 4), when=has_records)
        wait_until(held.is_held, "a commit is under way")
        if trial % 4 > 1:
            worker.kill()
            worker = field.worker("only", **field.proxy.route())
            if hold == field.proxy.hold:
                field.saw("aborted records")
        held.cut()
        field.saw("commits of unknown outcome")
        field.say(f"trial {trial + 1}: {held.name} cut off")
        field.pause(0.5, 1.5)


@scenario("kill -9 of one of three brokers, and its restart",
          trials=(1, 20, 100), brokers=3)
def broker_kills(field):
    workers = [field.worker(f"worker-{n}") for n in range(2)]
    field.wait_for_members(2)
    field.begin()
    field.stall_limit += MISSED_SECONDS
    for _ in range(field.trials):
        number = field.rng.randrange(1, 4)
        field.pause(1, 3)
        field.kafka.command("kill", str(number))
        field.saw("brokers killed")
        field.say(f"broker {number} is dead; recovered in "
                  f"{field.recover()} s")
        field.kafka.command("restart", str(number))
        field.say(f"broker {number} is back; recovered in "
                  f"{field.recover()} s")
    field.saw("workers", len(workers))


def leaders(field, topic):
    described = field.kafka.admin.list_topics(topic, timeout=10).topics[topic]
    return {number: one.leader for number, one in described.partitions.items()}


def move_leaders(field, topics):
    """Each partition to its next replica. Returns how many moved."""
    before = {topic: leaders(field, topic) for topic in topics}
    plan = field.directory / "reassignment.json"
    plan.write_text(json.dumps({"version": 1, "partitions": [
        {"topic": topic, "partition": number,
         "replicas": [leader % 3 + 1, (leader + 1) % 3 + 1, leader]}
        for topic, found in before.items()
        for number, leader in found.items()]}))
    upkeep.run_tool(
        field.kafka,
        "org.apache.kafka.tools.reassign.ReassignPartitionsCommand",
        "--reassignment-json-file", plan, "--execute")
    upkeep.run_tool(field.kafka, "org.apache.kafka.tools.LeaderElectionCommand",
                    "--election-type", "preferred", "--all-topic-partitions")
    after = {topic: leaders(field, topic) for topic in topics}
    return sum(after[topic][number] != leader
               for topic, found in before.items()
               for number, leader in found.items())


@scenario("the coordinators of group and transactions, and the leaders of the "
          "outputs, move to other brokers", trials=(1, 20, 100), brokers=3)
def coordinator_moves(field):
    workers = [field.worker(f"worker-{n}") for n in range(2)]
    field.wait_for_members(2)
    field.begin()
    for trial in range(field.trials):
        field.pause(1, 3)
        moved = move_leaders(field, ["__consumer_offsets",
                                     "__transaction_state",
                                     *field.outputs()])
        field.saw("leaders moved", moved)
        field.say(f"trial {trial + 1}: {moved} leaders moved; recovered in "
                  f"{field.recover()} s")
    field.saw("workers", len(workers))
