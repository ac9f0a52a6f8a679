"""Runs clang's tools over the tree; a tool that is missing is a failure.

clang.py format ROOT          every C++ file is formatted
clang.py tidy ROOT BUILD      no warning in what BUILD's database compiles
"""

import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys

import tree

VERSION = 19
# Not bench/: the loop of Google Benchmark is itself a warning.
TIDY_FOLDERS = ("detectors", "schemas", "pipeline")


def tool(name):
    found = shutil.which(f"{name}-{VERSION}")
    if not found:
        sys.exit(f"{name}-{VERSION} is missing: deploy/install-packages test")
    return found


def check_format(root):
    files = [root / path for path in tree.files(root)
             if path.endswith((".h", ".cc"))]
    return subprocess.run([tool("clang-format"), "--dry-run", "-Werror",
                           *files], check=False).returncode


def check_tidy(root, build):
    database = build / "compile_commands.json"
    if not database.exists():
        sys.exit(f"{database} is missing: configure with a preset, or with "
                 "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON")
    folders = tuple(f"{root / folder}{os.sep}" for folder in TIDY_FOLDERS)
    files = sorted({entry["file"] for entry in json.loads(database.read_text())
                    if entry["file"].startswith(folders)})
    if not files:
        sys.exit(f"{database} compiles no file of {TIDY_FOLDERS}")
    tidy = tool("clang-tidy")

    def check(file):
        done = subprocess.run([tidy, "-p", build, "--quiet", file],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(f"{done.stdout}{done.stderr}", flush=True)
        return done.returncode

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        failed = sum(bool(code) for code in pool.map(check, files))
    print(f"{len(files)} files, {failed} with warnings")
    return failed


def main():
    what, root, *rest = sys.argv[1:]
    root = pathlib.Path(root)
    if what == "format":
        sys.exit(bool(check_format(root)))
    sys.exit(bool(check_tidy(root, pathlib.Path(rest[0]))))


if __name__ == "__main__":
    main()
