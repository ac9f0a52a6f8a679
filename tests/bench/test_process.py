"""What is measured of a process."""

import sys

from suite.process import Process

MB = 1_000_000


HOLD = ("import time; held = bytearray(40_000_000); "
        "held[::4096] = b'x' * len(held[::4096]); time.sleep(0.3)")


def test_a_process_has_its_own_peak_of_memory(tmp_path):
    mine = bytearray(200 * MB)
    mine[::4096] = b"x" * len(mine[::4096])
    usage = Process([sys.executable, "-c", HOLD], tmp_path, "one").wait(30)
    assert 40 < usage.peak_mb < 100
    assert len(mine) == 200 * MB


def test_a_pipeline_has_the_memory_of_all_its_processes(tmp_path):
    script = '"$0" -c "$1" | "$0" -c "$1"'
    usage = Process(["sh", "-c", script, sys.executable, HOLD], tmp_path,
                    "two").wait(30)
    assert 80 < usage.peak_mb < 200
