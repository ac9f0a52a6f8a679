"""The lint itself finds what it is there to find."""

import pathlib
import subprocess
import sys

import pytest

import rules

HERE = pathlib.Path(__file__).parent

SEEDED = [
    ("schemas/a.cc", "#include <librdkafka/rdkafka.h>", "librdkafka"),
    ("pipeline/a.cc", "#include <civetweb.h>", "CivetWeb"),
    ("pipeline/a.cc", "#include <prometheus/registry.h>", "prometheus-cpp"),
    ("pipeline/a.cc", 'spdlog::warn("down");', "line of the log"),
    ("detectors/a.cc", "#include <simdjson.h>", "detectors/ knows neither"),
    ("detectors/a.h", '#pragma once\n#include "schemas/leak.h"',
     "detectors/ knows neither"),
    ("pipeline/a.cc", "#include <simdjson.h>", "simdjson is used in"),
    ("schemas/a.cc", "#include <tbb/flow_graph.h>", "neither Kafka nor TBB"),
    ("pipeline/a.cc", "log(found.token.reveal());", "revealed"),
    ("tests/pipeline/a.cc", "GTEST_SKIP();", "skipped"),
    ("README.md", "see registry.npm" + "js.org", "registry"),
    ("deploy/x", "cd /ro" + "ot/tokensieve", "path of this one"),
    ("pipeline/a.cc", "// TO" + "DO: later", "issue"),
    ("schemas/a.h", "struct a;", "pragma once"),
    ("schemas/a.cc", "\n" * 501, "one idea"),
]


def run(script, *arguments):
    return subprocess.run([sys.executable, HERE / script, *arguments],
                          capture_output=True, text=True, check=False)


@pytest.mark.parametrize("path,text,expected", SEEDED)
def test_a_seeded_violation_is_reported(tmp_path, path, text, expected):
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    done = run("rules.py", tmp_path)
    assert done.returncode == 1
    assert path in done.stdout and expected in done.stdout


def test_a_clean_tree_has_no_violation(tmp_path):
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas/a.h").write_text("#pragma once\nstruct a;\n")
    assert run("rules.py", tmp_path).returncode == 0


def test_an_empty_tree_is_an_error(tmp_path):
    assert run("rules.py", tmp_path).returncode == 1


def test_every_rule_is_seeded():
    for rule, *_ in rules.LINES:
        assert any(expected in rule for _, _, expected in SEEDED), rule


def test_a_file_that_is_not_formatted_is_reported(tmp_path):
    (tmp_path / "a.cc").write_text("int  a ;\n")
    assert run("clang.py", "format", tmp_path).returncode == 1
    (tmp_path / "a.cc").write_text("int a;\n")
    assert run("clang.py", "format", tmp_path).returncode == 0


def test_a_warning_of_clang_tidy_is_reported(tmp_path):
    source = tmp_path / "pipeline" / "a.cc"
    source.parent.mkdir()
    (tmp_path / ".clang-tidy").write_text(
        "Checks: -*,modernize-use-nullptr\nWarningsAsErrors: '*'\n")
    (tmp_path / "compile_commands.json").write_text(
        f'[{{"directory": "{tmp_path}", "file": "{source}", '
        f'"command": "c++ -c {source}"}}]')
    source.write_text("int* a = 0;\n")
    assert run("clang.py", "tidy", tmp_path, tmp_path).returncode == 1
    source.write_text("int* a = nullptr;\n")
    assert run("clang.py", "tidy", tmp_path, tmp_path).returncode == 0


def test_a_missing_tool_is_a_failure(tmp_path, monkeypatch):
    (tmp_path / "a.cc").write_text("int a;\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run("clang.py", "format", tmp_path).returncode == 1
