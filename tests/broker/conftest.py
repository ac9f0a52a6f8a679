import os
import pathlib

import pytest

from harness import LocalKafka, Stage
from wire_proxy import WireProxy

BUILD = pathlib.Path(os.environ["TOKENSIEVE_BUILD_DIR"])


@pytest.fixture(scope="module")
def kafka(request):
    module = request.module
    directory = BUILD / "broker-tests" / module.__name__
    LocalKafka.stop(directory)  # what a run that was killed left
    options = list(getattr(module, "KAFKA_OPTIONS", []))
    proxy = None
    if getattr(module, "BEHIND_PROXY", False):
        proxy = request.getfixturevalue("module_proxy")
        options += ["--proxy", str(proxy.port)]
    cluster = LocalKafka(directory, *options)
    if proxy:
        proxy.forward_to(cluster.proxied_port())
    yield cluster
    LocalKafka.stop(directory)


@pytest.fixture(scope="module")
def module_proxy():
    """Before the broker, which tells its clients of this port."""
    made = WireProxy()
    yield made
    made.close()


@pytest.fixture
def proxy(kafka, module_proxy):
    """Without faults. The module says BEHIND_PROXY = True."""
    yield module_proxy
    module_proxy.heal()


@pytest.fixture
def stage(kafka, tmp_path):
    """No topic exists yet: a test creates what it needs."""
    made = Stage(kafka, tmp_path)
    yield made
    made.close()
