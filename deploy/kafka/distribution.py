"""The Kafka that pom.xml names: its jars, cached, and the Java to run them."""

import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
POM = HERE / "pom.xml"
LOG_SETTINGS = HERE / "log4j2.properties"
# The plugin is pinned: Maven's own default changes with its version.
COPY_DEPENDENCIES = (
    "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies")
OLDEST_JAVA = 17
DOWNLOAD_SECONDS = 900


class Problem(Exception):
    """Ends the command with a message that says what to do about it."""


def java():
    """The path of a Java that is new enough."""
    home = os.environ.get("JAVA_HOME")
    candidate = (os.path.join(home, "bin", "java") if home
                 else shutil.which("java"))
    remedy = (f"install Java {OLDEST_JAVA} or newer "
              "(apt-get install openjdk-17-jre-headless) or set JAVA_HOME")
    if not candidate or not os.access(candidate, os.X_OK):
        raise Problem(f"no java found: {remedy}")
    said = subprocess.run([candidate, "-version"], capture_output=True,
                          text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if not version or int(version.group(1)) < OLDEST_JAVA:
        raise Problem(f"{candidate} is too old: {remedy}")
    return candidate


def jar_directory(pom=POM):
    """The directory that holds the jars of a pom.xml; fetches them on the
    first call.

    It is named after that file's folder and contents, so a new version is fetched
    beside the old one, and it appears whole or not at all.
    """
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME")
                         or pathlib.Path.home() / ".cache")
    key = hashlib.sha256(pom.read_bytes()).hexdigest()[:12]
    jars = cache / "tokensieve" / f"{pom.parent.name}-{key}"
    if jars.is_dir():
        return jars
    maven = shutil.which("mvn")
    if not maven:
        raise Problem("no mvn found: install Maven (apt-get install maven); "
                      "it fetches Kafka once")
    print(f"fetching Kafka with Maven into {jars} (once)", file=sys.stderr)
    jars.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=jars.parent) as scratch:
        fetched = pathlib.Path(scratch) / "jars"
        try:
            done = subprocess.run(
                [maven, "--batch-mode", "--quiet", "--file", str(pom),
                 COPY_DEPENDENCIES, "-DincludeScope=runtime",
                 f"-DoutputDirectory={fetched}"],
                stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False,
                timeout=DOWNLOAD_SECONDS)
        except subprocess.TimeoutExpired:
            raise Problem(f"Maven did not finish in {DOWNLOAD_SECONDS} s: "
                          "check the network and run this again") from None
        if done.returncode != 0:
            raise Problem("Maven could not fetch Kafka (its message is above): "
                          "check the network, or the mirror and the proxy in "
                          "~/.m2/settings.xml, and run this again")
        try:
            fetched.rename(jars)
        except OSError:
            if not jars.is_dir():  # else another process was faster
                raise
    return jars


def java_command(main_class, heap="256m", log_level="warn"):
    """The command that runs a class of the distribution."""
    return [java(), f"-Xmx{heap}",
            f"-Dlog4j2.configurationFile={LOG_SETTINGS}",
            f"-Dtokensieve.log.level={log_level}",
            "-cp", f"{jar_directory()}/*", main_class]
