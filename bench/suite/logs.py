"""Lines of CI logs: made up from a seed, or those of a folder."""

import itertools
import pathlib
import random

PACKAGES = ("react lodash webpack eslint typescript jest rollup vite express "
            "chalk commander semver glob yargs debug rimraf prettier").split()
FILES = ("src/index.ts src/lib/parser.ts src/api/client.tsx test/router.test.ts "
         "packages/core/store.js server/routes/users.go app/models/order.py "
         "include/net/socket.h").split()
WORDS = ("resolves rejects keeps renders retries closes opens merges sorts "
         "parses writes the a stale new empty nested order item list request "
         "cache row session without with after before").split()
HEX = "0123456789abcdef"
BASE64 = ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")


class _Line:
    """Makes one line of some kind; common kinds stand more often in KINDS."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.milliseconds = 0

    def timestamp(self):
        self.milliseconds += self.random.randrange(40)
        seconds, rest = divmod(self.milliseconds, 1000)
        minutes, seconds = divmod(seconds, 60)
        return (f"2026-11-24T{2 + minutes // 60 % 22:02d}:{minutes % 60:02d}:"
                f"{seconds:02d}.{rest:03d}{self.random.randrange(10000):04d}Z ")

    def pick(self, choices):
        return choices[int(self.random.random() * len(choices))]

    def letters(self, alphabet, count):
        return "".join(self.random.choices(alphabet, k=count))

    def version(self):
        return f"{self.random.randrange(20)}.{self.random.randrange(40)}.{self.random.randrange(9)}"

    def npm_fetch(self):
        return (f"npm http fetch GET 200 https://npm.corp.example/"
                f"{self.pick(PACKAGES)} {self.random.randrange(900)}ms "
                "(cache revalidated)")

    def test(self):
        name = " ".join(self.random.choices(WORDS, k=5))
        return (f"\x1b[32m  \u2713\x1b[39m \x1b[90m{name}\x1b[39m "
                f"({self.random.randrange(60)} ms)")

    def command(self):
        return f"\x1b[36;1mnode scripts/build.mjs --only {self.pick(PACKAGES)}\x1b[0m"

    def compiled(self):
        return (f"[{self.random.randrange(400)}/400] Building "
                f"{self.pick(FILES)}")

    def docker(self):
        return (f"#{self.random.randrange(30)} {self.random.randrange(90)}."
                f"{self.random.randrange(10)} Get:{self.random.randrange(200)} "
                f"https://deb.corp.example bookworm/main amd64 "
                f"{self.pick(PACKAGES)} amd64 {self.version()} "
                f"[{self.random.randrange(900)} kB]")

    def maven(self):
        return (f"[INFO] Downloaded from central: https://maven.corp.example/"
                f"org/acme/{self.pick(PACKAGES)}/{self.version()}/"
                f"{self.pick(PACKAGES)}-{self.version()}.pom "
                f"({self.random.randrange(90)} kB at "
                f"{self.random.randrange(900)} kB/s)")

    def pytest(self):
        return (f"{self.pick(FILES)}::{self.pick(WORDS)}_{self.pick(WORDS)} "
                f"PASSED [{self.random.randrange(100):3d}%]")

    def warning(self):
        return (f"##[warning]{self.pick(FILES)}:{self.random.randrange(900)}:"
                f"{self.random.randrange(90)} '{self.pick(WORDS)}' is assigned "
                "a value but never used  no-unused-vars")

    def group(self):
        return f"##[group]Run actions/setup-node@v4 ({self.pick(WORDS)})"

    def environment(self):
        return self.pick((
            "  npm_config_cache: /tmp/npm", "  NODE_AUTH_TOKEN: ***",
            "  CI: true", "  npm_package_name=@acme/web",
            "  NPM_CONFIG_USERCONFIG: /tmp/.npmrc"))

    def digest(self):
        return f"Digest: sha256:{self.letters(HEX, 64)}"

    def integrity(self):
        return f'"integrity": "sha512-{self.letters(BASE64, 86)}==",'

    def request_id(self):
        h = self.letters(HEX, 32)
        return (f"x-request-id: {h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-"
                f"{h[20:]}")

    def blank(self):
        return ""

    KINDS = (8 * (npm_fetch, test, compiled) + 5 * (docker, maven, pytest)
             + 3 * (command, warning, group) + 2 * (environment, blank)
             + (digest, integrity, request_id))

    def next(self):
        return self.timestamp() + self.pick(self.KINDS)(self)


def generated(seed=1):
    """Endless lines, the same for a seed."""
    line = _Line(seed)
    while True:
        yield line.next()


def of_folder(folder):
    """The lines of all files below `folder`, over and over."""
    files = sorted(path for path in pathlib.Path(folder).rglob("*")
                   if path.is_file())
    lines = [line for path in files
             for line in path.read_text("utf-8", "replace").split("\n")]
    if not any(lines):
        raise ValueError(f"no lines below {folder}")
    return itertools.cycle(lines)


def lines(folder=None, seed=1):
    return of_folder(folder) if folder else generated(seed)
