"""The systemd unit that is shipped: sound, tight, and the program runs in it.

There is no systemd here to start it: its system call filter is put on by hand.
"""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "broker"))
import sandbox
import tokens

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNIT = ROOT / "deploy/tokensieve.service"
PROGRAM = os.environ["TOKENSIEVE_PROGRAM"]


def analyze(*arguments):
    return subprocess.run(["systemd-analyze", *arguments],
                          capture_output=True, text=True, check=False)


def test_the_unit_has_no_mistake(tmp_path):
    # The program need not be installed for this.
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/usr/bin/tokensieve", PROGRAM))
    checked = analyze("verify", "--man=no", str(unit))
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_the_unit_leaves_little_to_attack():
    # 1.4 of 10; a lock that is taken off shows.
    rated = analyze("security", "--offline=true", "--threshold=15", str(UNIT))
    assert rated.returncode == 0, rated.stdout


def test_the_filter_that_the_next_test_relies_on_holds():
    for command in (["unshare", "--user", "true"], ["chroot", "/", "true"],
                    ["python3", "-c", "import socket;"
                     "socket.socket(socket.AF_PACKET)"],
                    ["python3", "-c", "import mmap;"
                     "mmap.mmap(-1, 4096, prot=7)"]):
        assert sandbox.run(UNIT, command).returncode != 0, command
    assert sandbox.run(UNIT, ["python3", "-c", "print(1)"]).stdout == b"1\n"


def test_the_stream_runs_as_an_ordinary_user_in_the_sandbox():
    done = sandbox.run(UNIT, [PROGRAM, "demo", "--seconds", "2"])
    assert done.returncode == 0, done.stderr
    assert b"stopped" in done.stderr + done.stdout


def test_a_scan_finds_in_the_sandbox_what_it_finds_outside():
    text = f"npm ERR! {tokens.granular(1)}\n".encode()
    inside = sandbox.run(UNIT, [PROGRAM, "scan", "-"], input=text)
    assert inside.returncode == 1, inside.stderr
    outside = subprocess.run([PROGRAM, "scan", "-"], input=text,
                             capture_output=True, check=False)
    assert inside.stdout == outside.stdout
