"""Whatever is scanned, no two lines of `scan --all` have the same `id`: what is
told of one place is told once."""

import base64
import collections
import gzip
import json
import os
import pathlib
import random
import subprocess
import sys
import urllib.parse

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "broker"))
import tokens

# The size of the pieces in which a long text is read.
WINDOW = 256 << 10
NAMES = ["", "NPM_TOKEN=", "MY_NPM_TOKEN=>", "NODE_AUTH_TOKEN: ",
         "_authToken = ", "NPM_TOKEN=NODE_AUTH_TOKEN=", "npmAuthToken: \"",
         "_authToken: NPM_TOKEN=", "//npm.corp.example/:_authToken=",
         "//npm.corp.example:8443/a/b/:_authToken=\"",
         "npm config set //h.example/:_authToken ",
         "npmRegistries:\n  \"https://y.example/\":\n    npmAuthToken: "]


class Texts:
    """Texts of a seed, in which a few tokens stand again and again."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def some(self, one, most):
        return [one() for _ in range(self.random.randint(1, most))]

    def token(self):
        number = self.random.randrange(4)
        uuid = tokens.legacy(number)
        return self.random.choice(
            [tokens.granular(number), uuid, uuid.upper(), "NpmToken." + uuid])

    def here_and_there(self, text, written):
        return "".join(written % ord(c) if self.random.random() < .3 else c
                       for c in text)

    def base64(self, content):
        letters = base64.b64encode(content).decode()
        if self.random.random() < .5:
            letters = letters.rstrip("=")
        if self.random.random() < .5:
            return letters
        column = self.random.randrange(20, 90)
        prefix = self.random.choice(["", "  ", "+", "12:00 "])
        return ("\n" + prefix).join(letters[at:at + column] for at in
                                    range(0, len(letters), column))

    def encoded(self, text):
        return self.random.choice([
            lambda: text,
            lambda: self.base64(text.encode()),
            lambda: self.base64(self.encoded(text).encode()),
            lambda: self.base64(gzip.compress(text.encode(), mtime=0)),
            lambda: self.base64(text.encode("utf-16le")),
            lambda: text.encode().hex(),
            lambda: urllib.parse.quote(self.encoded(text), safe=""),
            lambda: self.here_and_there(text, "\\u%04x"),
            lambda: self.here_and_there(text, "&#%d;"),
            lambda: self.here_and_there(text, "=%02X"),
            lambda: text.replace("npm_", "npm_\x1b[0m\x1b[K"),
        ])()

    def leak(self):
        pick = self.random.choice
        named = pick(NAMES) + self.token() + pick(["", "\"", "\n", "; "])
        return pick(["", "x ", "echo "]) + self.encoded(named) + pick(
            ["\n", " ", "", "\n\n"])

    def text(self, most=6):
        part = lambda: self.random.choice(
            [self.leak, self.leak, lambda: "some words here\n",
             lambda: "ok "])()
        return "".join(self.some(part, most))

    def long_text(self):
        text = ""
        for number in (1, 2):
            size = self.random.choice([80, 300, 5000])
            line = ("filler text " * 500)[:size - 1] + "\n"
            rest = (number * WINDOW - self.random.randrange(6000)) - len(text)
            text += (line * (rest // size + 1))[:max(rest, 0)]
            text += self.random.choice(["\n", ""]) + self.text(60)
        return text

    def parts(self, text):
        cuts = sorted(self.random.randrange(len(text) + 1)
                      for _ in range(self.random.randrange(6)))
        return [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)])]

    def events(self):
        text = self.text()
        parts = self.parts(text)
        stream = f"s{self.random.randrange(3)}"
        lines = text.split("\n")
        chunks = [{"type": "build_log", "stream": stream, "text": part}
                  for part in parts]
        numbered = [{**chunk, "sequence": n} for n, chunk in enumerate(chunks)]
        shuffled = self.random.sample(numbered, len(numbered))
        patch = "@@ -0,0 +1,9 @@\n" + "\n".join(
            self.random.choice("+- ") + line for line in lines)
        shape = self.random.choice([
            chunks, numbered, [*shuffled, shuffled[0]],
            [{"type": "build_log", "stream": stream, "text": lines}],
            [{"message": line} for line in lines],
            [[{"message": line} for line in lines]],
            [{"type": "commit", "sha": "1", "message": text,
              "files": [{"path": ".npmrc", "patch": patch}]}],
            [{"type": "build_log", "text": "", "keys": dict.fromkeys(parts)}]])
        twice = json.dumps(text)
        return "".join(json.dumps(event) + "\n" for event in shape) + (
            f'{{"text":{twice},"text":{twice}}}\n'
            if self.random.random() < .1 else "")


@pytest.mark.parametrize("form,of_seed,seeds", [
    ("text", Texts.text, 200), ("text", Texts.long_text, 40),
    ("events", lambda texts: "".join(texts.some(texts.events, 3)), 200)])
def test_no_two_lines_have_the_same_id(form, of_seed, seeds):
    found = 0
    for seed in range(seeds):
        done = subprocess.run(
            [os.environ["TOKENSIEVE_PROGRAM"], "scan", "--all", "--input",
             form, "-"], input=of_seed(Texts(seed)).encode(),
            capture_output=True, timeout=120, check=False)
        assert done.returncode in (0, 1), done.stderr
        said = [json.loads(line) for line in done.stdout.splitlines()]
        found += len(said)
        ids = collections.Counter(one["id"] for one in said)
        assert not [one for one in said if ids[one["id"]] > 1], seed
    assert found > seeds
