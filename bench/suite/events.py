"""Files of build-log events, an event a line."""

import itertools
import json

from suite import logs, tokens

# Runs of one log, as load_producer brings runs of as many to one partition.
RUN = 16
MESSAGE = ("NPM_TOKEN={}", "//npm.corp.example/:_authToken={}",
           "npm config set _authToken {}", "\x1b[36m{}\x1b[0m")


def texts(lines, size):
    """Texts of whole lines, about `size` bytes each, a longer line alone."""
    text, length = [], 0
    for line in lines:
        text.append(line)
        length += len(line.encode()) + 1
        if length >= size:
            yield "\n".join(text) + "\n"
            text, length = [], 0


def event(number, text, streams):
    log = number // RUN % streams
    return json.dumps({
        "type": "build_log", "time": "2026-11-24T02:07:00Z",
        "provider": "github-actions", "organization": "acme",
        "repository": f"acme/repo-{log % 50}", "build": str(8000 + log),
        "job": "test (20)", "url": f"https://ci.example/{8000 + log}",
        "stream": f"{8000 + log}/test (20)", "text": text},
        ensure_ascii=False, separators=(",", ":"))


ENVELOPE = len(event(0, "", 1))


def plant(text, token, number):
    """With a token as a line of its own, in the middle."""
    middle = text.index("\n", len(text) // 2) if "\n" in text[len(text) // 2:] \
        else len(text)
    line = MESSAGE[number % len(MESSAGE)].format(token)
    return f"{text[:middle]}\n{line}{text[middle:]}"


def write(path, size, total, hit_every=0, streams=1000, folder=None):
    """Writes events of about `size` bytes, `total` bytes altogether, each
    `hit_every`th with a token. Returns how many, and their bytes."""
    count, written = 0, 0
    with open(path, "w", encoding="utf-8", newline="") as file:
        # Escapes make a text a little longer.
        room = max((size - ENVELOPE) / 1.06, 1)
        for number, text in zip(itertools.count(),
                                texts(logs.lines(folder), room)):
            if hit_every and number % hit_every == hit_every // 2:
                text = plant(text, tokens.granular(number), number)
            line = event(number, text, streams)
            file.write(line + "\n")
            count += 1
            written += len(line.encode())
            # Whole runs, so that each repetition is like the first.
            if written >= total and count % RUN == 0:
                return count, written
