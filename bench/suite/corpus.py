"""Files of CI logs with planted tokens, as text and as events a line."""

import dataclasses
import pathlib

from suite import events, logs, planting, tokens

FILE_BYTES = 8_000_000
EVENT_BYTES = 4096
PLANTED = 4          # of each form, in the first file


@dataclasses.dataclass(frozen=True)
class File:
    path: pathlib.Path
    size: int
    planted: dict        # token: name of its form


def write(directory, kind, count, folder=None):
    """`count` files of `kind` (text or events): the same lines in each, and
    tokens in the first."""
    texts = _texts(folder)
    return [_write_one(directory / f"{kind}-{number}.log", kind, texts,
                       PLANTED if number == 0 else 0)
            for number in range(count)]


def _texts(folder):
    made, size = [], 0
    for text in events.texts(logs.lines(folder), EVENT_BYTES):
        made.append(text)
        size += len(text.encode())
        if size >= FILE_BYTES:
            return made


def _write_one(path, kind, texts, of_each_form):
    texts = list(texts)
    forms = list(planting.FORMS.items()) * of_each_form
    planted = {}
    for index, (name, form) in enumerate(forms):
        token = tokens.granular(index)
        place = (2 * index + 1) * len(texts) // (2 * len(forms))
        text = texts[place]
        cut = text.index("\n") + 1
        texts[place] = f"{text[:cut]}{form(token)}\n{text[cut:]}"
        planted[token] = name
    with open(path, "w", encoding="utf-8", newline="") as file:
        for place, text in enumerate(texts):
            file.write(text if kind == "text"
                       else events.event(place, text, 1000) + "\n")
    return File(path, path.stat().st_size, planted)
