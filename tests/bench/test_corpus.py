import json

import pytest

from suite import corpus, events, planting, tokens


def test_a_synthetic_token_has_a_right_checksum():
    # As tests/data/events.ndjson has it.
    assert tokens.granular(101) == "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"


@pytest.mark.parametrize("size", [1024, 4096, 65536])
def test_events_are_about_as_large_as_asked(tmp_path, size):
    count, written = events.write(tmp_path / "events", size, 400_000)
    assert written / count == pytest.approx(size, rel=0.15)
    assert count % events.RUN == 0


def test_events_are_the_same_each_time(tmp_path):
    for name in ("one", "two"):
        events.write(tmp_path / name, 4096, 100_000, hit_every=10)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_each_so_many_events_hold_a_token(tmp_path):
    count, _ = events.write(tmp_path / "events", 1024, 200_000, hit_every=10)
    lines = (tmp_path / "events").read_text().splitlines()
    hits = [line for line in lines if "npm_SYNTHETIC" in line]
    assert len(hits) == pytest.approx(count / 10, abs=1)
    for line in lines:
        event = json.loads(line)
        assert event["type"] == "build_log" and event["text"].endswith("\n")


def test_own_logs_make_events(tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "a.log").write_bytes(b"one line\n\xff\xfe broken\n")
    events.write(tmp_path / "events", 1024, 20_000, folder=logs)
    text = json.loads((tmp_path / "events").read_text().splitlines()[0])["text"]
    assert text.startswith("one line\n")


def test_tokens_stand_in_the_first_file_in_every_form(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus, "FILE_BYTES", 1_000_000)
    first, second = corpus.write(tmp_path, "text", 2)
    assert len(first.planted) == corpus.PLANTED * len(planting.FORMS)
    assert not second.planted
    text = first.path.read_text()
    for token, form in first.planted.items():
        assert planting.FORMS[form](token) in text
