"""The rules of the source tree that no compiler knows.

rules.py ROOT prints each violation as FILE:LINE: text; exit status 1 if there
is one.
"""

import fnmatch
import pathlib
import re
import sys

import tree

SOURCES = (".h", ".cc")

# (rule, where it holds, where it does not, what must not stand there)
LINES = [
    ("librdkafka is spoken in pipeline/kafka_*, in the embedded broker and in "
     "the configuration's property checks only",
     ["*.h", "*.cc"],
     ["pipeline/kafka_*", "pipeline/embedded_broker*", "pipeline/config*",
      "pipeline/version.cc", "tests/pipeline/*", "bench/*"],
     r"#include <librdkafka/"),
    ("CivetWeb is spoken in pipeline/http_server.cc only",
     ["*.h", "*.cc"], ["pipeline/http_server.cc"],
     r"#include [<\"](civetweb|CivetServer)"),
    ("prometheus-cpp is spoken in pipeline/stream_metrics.* only",
     ["*.h", "*.cc"], ["pipeline/stream_metrics.*"],
     r"#include [<\"]prometheus/"),
    ("a line of the log goes through pipeline/log.h, which bounds how many",
     ["*.h", "*.cc"], ["pipeline/log.cc", "tests/*"],
     r"\bspdlog::"),
    ("schemas/ knows neither Kafka nor TBB",
     ["schemas/*", "tests/schemas/*"], [],
     r"#include [<\"](librdkafka|tbb|oneapi|pipeline)/"),
    ("detectors/ knows neither JSON, nor Kafka, nor TBB",
     ["detectors/*", "tests/detectors/*"], [],
     r"#include [<\"](librdkafka/|tbb/|oneapi/|simdjson|schemas/|pipeline/)"),
    ("simdjson is used in schemas/ only",
     ["*.h", "*.cc"], ["schemas/*", "pipeline/version.cc", "tests/schemas/*", "bench/*"],
     r"#include <simdjson"),
    ("a token's value is revealed where it is hashed, masked or written to a "
     "request, and nowhere else",
     ["*.h", "*.cc"],
     ["detectors/secret.h", "detectors/secret.cc", "detectors/scanner.cc",
      "detectors/mask.cc", "schemas/request.cc", "tests/*", "bench/*"],
     r"\.reveal\(\)"),
    ("a test that is skipped proves nothing",
     ["tests/*"], ["tests/lint/*"],
     r"GTEST_SKIP|\bDISABLED_\w|pytest\.(mark\.)?skip|\bxfail\b"),
    ("a registry is contacted and named by its user, never by the tree",
     ["*"], ["LICENSE", "tests/lint/*"],
     r"registry\.(npmjs|yarnpkg)\.|repo1?\.maven\.|pypi\.org|"
     r"files\.pythonhosted|proxy\.golang"),
    ("the tree builds on any machine: no path of this one",
     ["*"], ["tests/lint/*"],
     r"/(home|root|work)/\w"),
    ("what is to do stands in an issue, not in the code",
     ["*.h", "*.cc", "*.py", "*.cmake", "*CMakeLists.txt"], ["tests/lint/*"],
     r"\b(TODO|FIXME|XXX)\b:?"),
]

LONGEST_FILE = 500


def matches(path, patterns):
    return any(fnmatch.fnmatch(path, pattern) for pattern in patterns)


def violations(root, files):
    """Yields FILE:LINE: text for each violation in `files`, relative to
    `root`."""
    for path in files:
        try:
            lines = (root / path).read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # sample data may be any bytes
        for rule, included, excluded, pattern in LINES:
            if not matches(path, included) or matches(path, excluded):
                continue
            for number, line in enumerate(lines, 1):
                if re.search(pattern, line):
                    yield f"{path}:{number}: {rule}\n    {line.strip()}"
        if path.endswith(SOURCES) and len(lines) > LONGEST_FILE:
            yield (f"{path}:{len(lines)}: a file holds one idea and at most "
                   f"{LONGEST_FILE} lines")
        if path.endswith(".h") and "#pragma once" not in lines:
            yield f"{path}:1: no #pragma once"


def main():
    root = pathlib.Path(sys.argv[1])
    files = tree.files(root)
    found = list(violations(root, files))
    print("\n".join(found))
    print(f"{len(files)} files, {len(found)} violations")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
