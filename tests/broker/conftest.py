import os
import pathlib

import pytest

from harness import LocalKafka, Stage

BUILD = pathlib.Path(os.environ["TOKENSIEVE_BUILD_DIR"])


@pytest.fixture(scope="module")
def kafka(request):
    directory = BUILD / "broker-tests" / request.module.__name__
    LocalKafka.stop(directory)  # what a run that was killed left
    cluster = LocalKafka(directory,
                         *getattr(request.module, "KAFKA_OPTIONS", []))
    yield cluster
    LocalKafka.stop(directory)


@pytest.fixture
def stage(kafka, tmp_path):
    """No topic exists yet: a test creates what it needs."""
    made = Stage(kafka, tmp_path)
    yield made
    made.close()
