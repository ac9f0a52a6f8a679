"""The system call filter of a systemd unit, for a process without systemd.

What systemd makes of the unit's SystemCallFilter, MemoryDenyWriteExecute,
RestrictAddressFamilies and RestrictNamespaces, with the groups of system calls
that this machine's systemd names.
"""

import errno
import os
import socket
import subprocess

import seccomp

NOBODY = 65534
PROT_WRITE, PROT_EXEC = 2, 4
# CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
NAMESPACES = (0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000,
              0x20000000, 0x40000000)


def settings_of(unit):
    """The values of each setting, in order."""
    found = {}
    for line in unit.read_text().splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


def members(group):
    listed = subprocess.run(["systemd-analyze", "syscall-filter", group],
                            capture_output=True, text=True, check=True).stdout
    names = set()
    for line in listed.splitlines()[1:]:
        name = line.strip()
        if name.startswith("@"):
            names |= members(name)
        elif name and not name.startswith("#"):
            names.add(name)
    return names


def allowed_calls(filters):
    """Of an allow-list: what its lines add and, with a ~, take away."""
    # What a process needs to begin and end, systemd always allows.
    allowed = members("@default")
    for line in filters:
        takes_away = line.startswith("~")
        for name in line.removeprefix("~").split():
            named = members(name) if name.startswith("@") else {name}
            allowed = allowed - named if takes_away else allowed | named
    return allowed


def make_filter(unit):
    settings = settings_of(unit)
    made = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
    special = {
        "mmap": [[(2, PROT_EXEC, 0)], [(2, PROT_WRITE | PROT_EXEC, PROT_EXEC)]],
        "mprotect": [[(2, PROT_EXEC, 0)]],
        "pkey_mprotect": [[(2, PROT_EXEC, 0)]],
        "clone": [[(0, sum(NAMESPACES), 0)]],
        "socket": [[(0, 0xffff, getattr(socket, family))] for family in
                   settings["RestrictAddressFamilies"][0].split()],
    }
    assert settings["MemoryDenyWriteExecute"] == ["yes"]
    assert settings["RestrictNamespaces"] == ["yes"]
    never = {"unshare", "setns", "clone3"}
    for call in allowed_calls(settings["SystemCallFilter"]) - never:
        try:
            for conditions in special.get(call, [[]]):
                made.add_rule(seccomp.ALLOW, call, *[
                    seccomp.Arg(index, seccomp.MASKED_EQ, mask, value)
                    for index, mask, value in conditions])
        except (RuntimeError, OSError):
            pass  # a call of other processors
    # Its flags are in memory, where no filter looks: C libraries fall back.
    made.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    return made


def run(unit, command, **options):
    """As an ordinary user, under the unit's filter."""
    confinement = make_filter(unit)

    def confine():
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        confinement.load()
    return subprocess.run(command, preexec_fn=confine, capture_output=True,
                          timeout=120, check=False, cwd="/", **options)
