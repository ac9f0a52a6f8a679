"""No token and no password shows but where it must: tokens are planted, each
kind of error is provoked, and everything that can be looked at is searched."""

import os
import pathlib
import signal
import subprocess

import tokens
import upkeep
from harness import PROGRAM
from test_doctor import DOCTOR, access
from test_http import Http

KAFKA_OPTIONS = ["--acls"]
PLANTED = ("npm_SYNTHETIC", "5afe0000-", "SYNTHETIC0")


def visible(program):
    """What other users and tools may see of a process: its command line, its
    environment, and each file that it has open."""
    process = pathlib.Path(f"/proc/{program.pid}")
    seen = [(process / "cmdline").read_bytes(), (process / "environ").read_bytes()]
    for descriptor in (process / "fd").iterdir():
        if descriptor.is_file():
            seen.append(descriptor.read_bytes())
    return b"\n".join(seen).decode(errors="replace")


def check(stage, program, *texts):
    """The log and `texts` show neither a token nor the password."""
    password = stage.kafka.login("tokensieve")["sasl.password"]
    for text in (program.log(), *texts):
        for secret in (*PLANTED, password):
            assert secret not in text, text[:2000]


def plant_every_form(stage):
    """A token in each place that a message may speak of; how many records."""
    values = [
        tokens.granular(1), f"again {tokens.granular(1)}",
        f"//npm.corp.example/:_authToken={tokens.legacy(2)}",
        # Dead letters: broken, too deep, not an event, not UTF-8.
        f'{{"type":"build_log","text":"{tokens.granular(3)}"',
        "[" * 2000 + f'"{tokens.granular(4)}"' + "]" * 2000,
        f'{{"type":"build_log","log":"{tokens.granular(5)}"}}',
        b'{"type":"build_log","text":"\xff' + tokens.granular(6).encode()
        + b'"}',
        # In what describes the leak.
        {"type": "build_log", "text": tokens.granular(7),
         "repository": tokens.granular(7), "stream": tokens.granular(7),
         "url": f"https://u:{tokens.granular(7)}@ci.example/"}]
    stage.produce(values, key=tokens.granular(8), headers={
        "content-type": tokens.granular(9)})
    return len(values)


def test_nothing_shows_a_secret(stage):
    access(stage.kafka, "--allow-principal", "All", "--topic", "*", "--group",
           "*", "--transactional-id", "*", "--cluster")
    stage.create_topics()
    program = stage.start(http__listen="127.0.0.1:0", log__level="debug")
    http = Http(stage, program)
    plant_every_form(stage)
    stage.wait_until_processed()
    assert len(stage.read(stage.dead_letters)) == 4
    assert stage.requested() == sorted(
        [tokens.legacy(2), *tokens.granular_of(1, 3, 4, 5, 6, 7)])
    asked = [text for path in ("/livez", "/readyz", "/metrics", "/", "/config")
             for _, text in (http.get(path),)]
    check(stage, program, *asked, visible(program))

    # The broker takes no more requests: the end.
    upkeep.configure(stage.kafka, stage.requests, {"max.message.bytes": "100"})
    stage.produce([tokens.granular(11)])
    assert program.exit_status() == 4
    check(stage, program)

    # A sighting never holds one, whatever became of its request.
    for said in stage.read(stage.sightings):
        for secret in PLANTED:
            assert secret.encode() not in said.value()


def test_a_crash_leaves_no_core_file(stage):
    stage.create_topics()
    program = stage.start()
    stage.produce([tokens.granular(1)])
    stage.wait_until_processed()
    process = pathlib.Path(f"/proc/{program.pid}")
    (line,) = [line for line in (process / "limits").read_text().splitlines()
               if line.startswith("Max core file size")]
    assert line.split()[4:6] == ["0", "0"]
    program.may_end()
    os.kill(program.pid, signal.SIGABRT)
    assert program.exit_status() == -signal.SIGABRT
    check(stage, program)
    assert not list(stage.directory.rglob("core*"))


def test_errors_of_the_configuration_show_no_password(stage):
    stage.create_topics()
    for changes in ({"kafka__sasl.mechanism": "none-such"},
                    {"kafka__sasl.password": "wrong-password"},
                    {"kafka__security.protocol": "sasl_ssl",
                     "kafka__ssl.key.location": "/nowhere",
                     "kafka__ssl.key.password": "wrong-password"},
                    {"memory": "many"}):
        program = stage.start(DOCTOR, **changes)
        assert program.exit_status() == 2
        check(stage, program)
        assert "wrong-password" not in program.log()


def test_a_password_comes_by_a_variable_and_is_seen_nowhere_else(stage):
    password = stage.kafka.login("tokensieve")["sasl.password"]
    done = subprocess.run([PROGRAM, "check-config", "--kafka.sasl.password",
                           password], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 2
    assert password not in done.stdout + done.stderr
