"""What is measured of a process."""

import sys

from suite.process import Process

MB = 1_000_000


def test_a_process_has_its_own_peak_of_memory(tmp_path):
    mine = bytearray(200 * MB)
    mine[::4096] = b"x" * len(mine[::4096])
    program = ("import time; held = bytearray(40_000_000); "
               "held[::4096] = b'x' * len(held[::4096]); time.sleep(0.2)")
    usage = Process([sys.executable, "-c", program], tmp_path, "one").wait(30)
    assert 40 < usage.peak_mb < 100
    assert len(mine) == 200 * MB
