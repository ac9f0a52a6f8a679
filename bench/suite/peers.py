"""Programs that scan files for tokens, with the commands that make them do it
on one core."""

import dataclasses
import shutil

GRANULAR = "npm_[A-Za-z0-9]{36}"
UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"


@dataclasses.dataclass(frozen=True)
class Peer:
    name: str
    # (files, report) -> command; what it prints, or writes to `report`, holds
    # the tokens that it found.
    command: object
    files: int | None     # of the corpus: slow ones read few, others all
    statuses: tuple = (0, 1)


def _grep(name, pattern):
    return Peer(name, lambda files, report: [
        "rg", "--threads", "1", "--text", "--only-matching", "--no-filename",
        "--no-line-number", pattern, *files], files=None)


def _gitleaks(program, name, *more):
    # It takes folders, or one file.
    return Peer(name, lambda files, report: [
        "env", "GOMAXPROCS=1", program, "dir", files[0], "--no-banner",
        "--report-format", "json", "--report-path", report, "--exit-code", "0",
        "--max-decode-depth", "5", *more], files=1)


def available(program):
    """(peers, names of those that are missing)."""
    def tokensieve(files, report):
        return [program, "scan", "--threads", "1", *files]

    found = [Peer("tokensieve scan", tokensieve, files=None)]
    missing = []
    if shutil.which("rg"):
        found += [
            _grep("ripgrep, npm_", GRANULAR),
            _grep("ripgrep, npm_ or UUID behind _authToken",
                  f"{GRANULAR}|_authToken=\"?{UUID}"),
            _grep("ripgrep, npm_ or any UUID", f"{GRANULAR}|{UUID}")]
    else:
        missing.append("rg")
    for name in ("gitleaks", "betterleaks"):
        if shutil.which(name):
            found.append(_gitleaks(name, f"{name}, npm rule only",
                                   "--enable-rule", "npm-access-token"))
            found.append(_gitleaks(name, f"{name}, all rules"))
        elif name == "gitleaks":
            missing.append(name)
    if shutil.which("trufflehog"):
        found.append(Peer("trufflehog", lambda files, report: [
            "env", "GOMAXPROCS=1", "trufflehog", "filesystem", "--json",
            "--no-update", "--no-verification", "--concurrency", "1", files[0]],
            files=1, statuses=(0, 183)))
    return found, missing
