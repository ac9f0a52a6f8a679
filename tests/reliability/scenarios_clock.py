"""Clocks that jump: a worker's wall clock is libfaketime's, and its file says
how far it is off. The broker's clock is right.

It is worse than a clock that is set: libfaketime does not know C11's
cnd_timedwait, in which librdkafka waits by the wall clock. While the clock is
ahead such a wait lasts as long as it is ahead, unless somebody ends it, so a
stop may take until its deadline.
"""

import glob
import re

from scenario import scenario

# Brokers refuse records an hour ahead of them (message.timestamp.after.max.ms).
FARTHEST_SECONDS = 3300


def library():
    found = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    assert found, "install the package faketime"
    return found[0]


@scenario("the wall clock of one of two workers jumps, up to 55 minutes to "
          "either side", trials=(0, 60, 200))
def clock_jumps(field):
    clock = field.directory / "clock"
    clock.write_text("+0s\n")
    environment = {"LD_PRELOAD": library(), "FAKETIME_NO_CACHE": "1",
                   "FAKETIME_TIMESTAMP_FILE": str(clock),
                   # As of a clock that is set: what is measured goes on.
                   "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    jumping = field.worker("jumping", environment=environment)
    field.worker("steady")
    field.wait_for_members(2)
    field.begin()
    for trial in range(field.trials):
        field.pause(1, 3)
        seconds = field.rng.randrange(-FARTHEST_SECONDS, FARTHEST_SECONDS)
        clock.write_text(f"{seconds:+d}s\n")
        field.say(f"jump {trial + 1}: {seconds:+d} s; recovered in "
                  f"{field.recover()} s")
    jumping.stop()
    # It lives in that time, as the stamps in its log say.
    stamps = set(re.findall(r"^\S+T\d\d:\d\d", jumping.log(),
                            re.MULTILINE))
    field.saw("minutes in the log of one", len(stamps) - 1)
