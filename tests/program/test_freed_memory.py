"""What was found is not left lying in memory, and nobody may look there."""

import base64
import gzip
import os
import pathlib
import re
import subprocess
import sys
import threading
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "broker"))
import tokens

PROGRAM = os.environ["TOKENSIEVE_PROGRAM"]
NOBODY = 65534
COUNT = 200
ORDINARY = b"an ordinary line that holds nothing of interest\n"
# Tokens as dense as nowhere else would take what a text may cost, if the pipe
# brings their lines before the others.
BETWEEN = ORDINARY * 10
# More than what a scan holds back for a full batch.
AFTERWARDS = ORDINARY * 200_000


def become_ordinary():
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


@pytest.fixture(name="scan")
def start_scan():
    """A scan that has told of all tokens that it was given, and waits for more
    text. They stood there encoded only, so any in clear were made by it."""
    with subprocess.Popen(
            [PROGRAM, "scan", "--input", "text", "--redact", "-"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            preexec_fn=become_ordinary) as process:
        def encoded(n, compress):
            line = f"//npm.corp.example/:_authToken={tokens.granular(n)}\n"
            data = line.encode()
            return base64.b64encode(gzip.compress(data) if compress else data)
        def write():
            process.stdin.write(b"".join(
                b"line %d: %s\n%s" % (n, encoded(n, n % 2), BETWEEN)
                for n in range(COUNT)))
            process.stdin.write(AFTERWARDS)
            process.stdin.flush()
        # A scan whose output nobody takes reads no further.
        writing = threading.Thread(target=write)
        writing.start()
        for _ in range(COUNT):
            assert b"npm_SYNT" in process.stdout.readline()
        writing.join()
        time.sleep(0.5)  # what ends behind the last word
        yield process
        process.kill()


def memory(pid):
    """(name, bytes) of each mapping."""
    with (open(f"/proc/{pid}/maps", encoding="ascii") as maps,
          open(f"/proc/{pid}/mem", "rb", 0) as content):
        for line in maps:
            reach, rights, *_, name = line.split()
            if "w" not in rights:
                continue
            begin, end = (int(part, 16) for part in reach.split("-"))
            content.seek(begin)
            yield name, content.read(end - begin)


def test_no_token_is_left_in_memory(scan):
    if os.geteuid() != 0:
        return  # the next test shows why
    found, searched = {}, 0
    for name, content in memory(scan.pid):
        searched += content.count(b"an ordinary line")
        for one in re.findall(rb"npm_SYNTHETIC\d{7}x{5}", content):
            found.setdefault(one, []).append(name)
    assert searched > 1000  # its buffers were among what was read
    assert not found, found


def test_no_other_process_of_its_user_may_look(scan):
    looked = subprocess.run(
        [sys.executable, "-c", f"open('/proc/{scan.pid}/mem', 'rb')"],
        preexec_fn=become_ordinary, capture_output=True, text=True,
        check=False)
    assert "PermissionError" in looked.stderr
