"""What operators and producers do to the input."""

import upkeep
from scenario import scenario
from workload import POISONS


@scenario("poison of each kind, while workers are killed",
          trials=(4, 100, 400), kinds={"poison": 60, "clean": 20, "leak": 20,
                                       "empty": 10})
def poison(field):
    workers = [field.worker(f"worker-{n}") for n in range(2)]
    field.wait_for_members(2)
    field.begin()
    for trial in range(field.trials):
        field.pause(1, 3)
        victim = trial % 2
        workers[victim].kill()
        workers[victim] = field.worker(f"worker-{victim}")
        field.say(f"kill {trial + 1}")
    kinds = {record.reason for record in field.work.dead_letters().values()}
    field.saw("all kinds of poison", len(kinds) == len(POISONS))
    field.wait_for_members(2)


@scenario("partitions that are added while the group's leader is killed",
          trials=(1, 10, 50))
def added_partitions(field):
    refresh = {"kafka__topic.metadata.refresh.interval.ms": "500"}
    # The first one leads the group, and is the one that is killed: it comes
    # back without a rebalance, and what it then sees is no news to it.
    leader = field.worker("worker-0", **refresh)
    field.wait_for_members(1)
    field.worker("worker-1", **refresh)
    field.wait_for_members(2)
    field.begin()
    (topic, count), *_ = field.inputs.items()
    for trial in range(field.trials):
        field.pause(1, 2)
        count += 1
        upkeep.add_partitions(field, count, topic)
        field.feed.renew()
        field.work.add_partition(topic, count - 1)
        leader.kill()
        leader = field.worker("worker-0", **refresh)
        total = len(field.work.partitions())
        field.wait_until(
            lambda all_of_them=total: all_of_them == sum(
                field.kafka.assignments(field.group)), "all are assigned")
        field.saw("partitions added")
        field.say(f"trial {trial + 1}: {total} partitions")
