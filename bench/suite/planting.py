"""Tokens as they stand in logs: in clear, and encoded."""

import base64
import gzip


def _npmrc(token):
    return (f"//npm.corp.example/:_authToken={token}\n"
            "always-auth=true\n").encode()


def _each(text, form):
    return "".join(form.format(ord(letter)) for letter in text)


FORMS = {
    "in clear": lambda token: f"NPM_TOKEN={token}",
    "with a colour code before it": lambda token: f"\x1b[36m{token}\x1b[0m",
    "with a colour code inside": lambda token: f"npm_\x1b[m\x1b[K{token[4:]}",
    "glued to words": lambda token: f"token{token}_end",
    "in base64": lambda token: base64.b64encode(_npmrc(token)).decode(),
    "in base64 twice": lambda token: base64.b64encode(
        base64.b64encode(_npmrc(token))).decode(),
    "in hex": lambda token: _npmrc(token).hex(),
    "percent-encoded": lambda token: _each(token, "%{:02X}"),
    "in \\u escapes": lambda token: _each(token, "\\u{:04x}"),
    "gzip in base64": lambda token: base64.b64encode(
        gzip.compress(_npmrc(token), mtime=0)).decode(),
}
