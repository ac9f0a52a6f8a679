"""Processes that are measured: CPU time and peak memory by the kernel."""

import contextlib
import dataclasses
import os
import pathlib
import signal
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """A program ended as it should not; the message says what it wrote."""


@dataclasses.dataclass(frozen=True)
class Usage:
    cpu: float          # seconds, of the whole process
    # VmHWM when last looked at, of all processes that it is made of, added up;
    # MB of 10**6 bytes.
    peak_mb: float
    seconds: float      # from start to end


class Process:
    """A program that writes its output to files in `directory`."""

    def __init__(self, command, directory, name):
        self.name = name
        self.output = directory / f"{name}.out"
        self.errors = directory / f"{name}.err"
        self.started = time.monotonic()
        with open(self.output, "wb") as out, open(self.errors, "wb") as err:
            self._process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL,
                stdout=out, stderr=err)
        self.usage = None
        self._peaks = {}  # MB, by process

    @property
    def pid(self):
        return self._process.pid

    def cpu(self):
        """CPU seconds so far, in steps of a clock tick."""
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rpartition(
            ")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self):
        """(resident, peak) in MB."""
        return _memory(self.pid)

    def has_ended(self):
        if self.usage is not None:
            return True
        # What the kernel says at the end has the peak of whoever started it.
        for pid in _family(self.pid):
            with contextlib.suppress(OSError, KeyError):
                self._peaks[pid] = _memory(pid)[1]
        return self._reap(os.WNOHANG)

    def wait(self, seconds, statuses=(0,)):
        """Its usage, once it has ended with one of `statuses`."""
        deadline = time.monotonic() + seconds
        while not self.has_ended():
            if time.monotonic() > deadline:
                self.kill()
                raise Failed(f"{self.name} did not end in {seconds} s")
            time.sleep(0.005)
        if self._process.returncode not in statuses:
            raise Failed(f"{self.name} ended with {self._process.returncode}: "
                         f"{self.errors.read_text(errors='replace')[-2000:]}")
        return self.usage

    def stop(self, seconds=60):
        """SIGTERM; its usage."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        return self.wait(seconds)

    def kill(self):
        if self.usage is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self._reap(0)

    def last_line(self):
        """The last whole line of its output; empty if there is none."""
        with open(self.output, "rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - 65536))
            lines = file.read().decode(errors="replace").split("\n")
        return lines[-2] if len(lines) > 1 else ""

    def _reap(self, options):
        pid, status, used = os.wait4(self.pid, options)
        if pid == 0:
            return False
        self._process.returncode = os.waitstatus_to_exitcode(status)
        self.usage = Usage(cpu=used.ru_utime + used.ru_stime,
                           peak_mb=sum(self._peaks.values()),
                           seconds=time.monotonic() - self.started)
        return True


def _memory(pid):
    status = dict(line.split(":", 1) for line in pathlib.Path(
        f"/proc/{pid}/status").read_text().splitlines())
    return tuple(int(status[name].split()[0]) * 1024 / 1e6
                 for name in ("VmRSS", "VmHWM"))


def _family(pid):
    """It and all that it started and that has not ended."""
    yield pid
    with contextlib.suppress(OSError):
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
        for child in children.split():
            yield from _family(int(child))
