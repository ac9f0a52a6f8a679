"""The program as a user starts it, without Kafka."""

import collections
import json
import os
import pathlib
import subprocess
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "broker"))
import contract
import tokens

PROGRAM = os.environ["TOKENSIEVE_PROGRAM"]
EVENTS = TESTS / "data/events.ndjson"
EXPECTED = [json.loads(line) for line in
            (TESTS / "data/expected.ndjson").read_text().splitlines()]


def tokensieve(*arguments, **options):
    return subprocess.run([PROGRAM, *arguments], capture_output=True,
                          timeout=120, check=False, **options)


def by_event(output):
    found = collections.defaultdict(list)
    for line in output.splitlines():
        said = json.loads(line)
        found[said["origin"]["record"] - 1].append(said)
    return found


def requests_expected():
    return {n: e["expect"] for n, e in enumerate(EXPECTED)}


def test_scan_says_of_a_file_what_the_stream_says():
    done = tokensieve("scan", "--input", "events", EVENTS)
    assert done.returncode == 1, done.stderr
    contract.check_as_expected(by_event(done.stdout), requests_expected(),
                               "requests")


def test_scan_reads_standard_input():
    done = tokensieve("scan", "--input", "events", "-",
                      input=EVENTS.read_bytes())
    assert done.returncode == 1, done.stderr
    found = by_event(done.stdout)
    assert {said["origin"]["file"]
            for several in found.values() for said in several} == {"-"}
    contract.check_as_expected(found, requests_expected(), "requests")


def test_redact_shows_no_token():
    done = tokensieve("scan", "--input", "events", "--redact", EVENTS)
    assert done.returncode == 1, done.stderr
    shown = done.stdout + done.stderr
    assert done.stdout
    for event in EXPECTED:
        for one in event["expect"]:
            assert one["token"].encode() not in shown


def test_the_exit_status_tells_what_was_found(tmp_path):
    clean = tmp_path / "clean.log"
    clean.write_text("nothing here\n")
    leaky = tmp_path / "leaky.log"
    leaky.write_text(f"NPM_TOKEN={tokens.granular(1)}\n")
    assert tokensieve("scan", clean).returncode == 0
    assert tokensieve("scan", clean, leaky).returncode == 1
    missing = tokensieve("scan", leaky, tmp_path / "missing.log")
    assert missing.returncode == 2
    assert b"missing.log" in missing.stderr


def test_demo_shows_what_it_found_and_no_token():
    done = tokensieve("demo", "--seconds", "2", stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    assert b"granular" in done.stdout and b"legacy" in done.stdout
    assert b"_authToken=" not in done.stdout


def test_only_a_build_for_tests_has_crash_points():
    crashing = pathlib.Path(PROGRAM).with_name("tokensieve_crash")
    names = subprocess.run([crashing, "crash-points"], check=True,
                           capture_output=True).stdout.split()
    traces = [*names, b"crash_point", b"TOKENSIEVE_CRASH"]
    assert len(names) > 10
    assert all(trace in crashing.read_bytes() for trace in traces)
    assert not [trace for trace in traces
                if trace in pathlib.Path(PROGRAM).read_bytes()]
