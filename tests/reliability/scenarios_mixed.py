"""One fault after the other, and into each other, as the seed decides."""

import wire_proxy
from scenario import scenario
from scenarios_process import FRAME_SECONDS

FRAMES = (wire_proxy.FETCH, wire_proxy.HEARTBEAT, wire_proxy.JOIN_GROUP,
          wire_proxy.OFFSET_FETCH, wire_proxy.INIT_PRODUCER_ID,
          wire_proxy.ADD_PARTITIONS, wire_proxy.PRODUCE,
          wire_proxy.ADD_OFFSETS, wire_proxy.TXN_OFFSET_COMMIT,
          wire_proxy.END_TXN)


class Crew:
    """Two named and one nameless worker, and what happens to them."""

    def __init__(self, field):
        self.field = field
        self.rng = field.rng
        self.workers = [self._start("one"), self._start("two"),
                        self._start("")]

    def _start(self, name):
        return self.field.worker(name, **self.field.proxy.route())

    def _replace(self, end):
        index = self.rng.randrange(len(self.workers))
        worker = self.workers[index]
        end(worker)
        self.workers[index] = self._start(worker.instance)

    def replace_all(self):
        self.field.kill_while_writing(self.workers)
        self.workers = [self._start(one.instance) for one in self.workers]

    # --- What may happen ------------------------------------------------------
    def kill(self):
        self._replace(lambda worker: worker.kill())

    def stop(self):
        """It may have to wait for a broker: its end is awaited at last."""
        self._replace(lambda worker: worker.stop())

    def freeze(self):
        with self.rng.choice(self.workers).frozen():
            self.field.pause(1, 9)

    def swallow(self):
        """A frame, or the answer to one, and its connection."""
        hold = self.rng.choice([self.field.proxy.hold,
                                self.field.proxy.hold_answer])
        held = hold(self.rng.choice(FRAMES), nth=self.rng.randrange(1, 4))
        self.field.pause(1, 8)
        held.cut()

    def sever(self):
        self.field.proxy.sever()
        self.field.pause(0.1, 3)
        self.field.proxy.heal()

    def silence(self):
        self.field.proxy.silence()
        self.field.pause(1, 9)
        self.field.proxy.heal()

    def slow(self):
        self.field.proxy.slow(self.rng.uniform(0.005, 0.05))


@scenario("faults of all kinds, one into the other, to three workers",
          trials=(8, 400, 3000))
def mixed(field):
    crew = Crew(field)
    field.wait_for_members(3)
    field.begin()
    faults = (crew.kill, crew.stop, crew.freeze, crew.swallow, crew.sever,
              crew.silence, crew.slow)
    with field.outage():
        crew.replace_all()
    field.say(f"all died; recovered in {field.recover()} s")
    trial = 0
    while trial < field.trials:
        with field.outage():
            # So that a death meets an open transaction.
            field.proxy.slow(FRAME_SECONDS)
            row = field.rng.randrange(2, 6)
            names = []
            for _ in range(row):
                fault = field.rng.choice(faults)
                fault()
                field.pause(0, 1)
                names.append(fault.__name__)
            field.proxy.heal()
        trial += row
        field.saw("faults", row)
        field.say(f"{trial}: {' '.join(names)}; recovered in "
                  f"{field.recover()} s")
