"""Resident memory and open files of running processes, from /proc."""

import pathlib
import re
import threading

INTERVAL_SECONDS = 0.25


class Watch:
    """Samples the processes that it is told of until they end."""

    def __init__(self):
        self.peak_memory = 0
        self.most_files = 0
        self._living = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def add(self, pid):
        with self._lock:
            self._living.add(pid)

    def close(self):
        self._stop.set()
        self._thread.join()

    def _run(self):
        while not self._stop.wait(INTERVAL_SECONDS):
            with self._lock:
                pids = list(self._living)
            for pid in pids:
                try:
                    self._sample(pid)
                except OSError:  # it has ended
                    with self._lock:
                        self._living.discard(pid)

    def _sample(self, pid):
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        peak = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
        if peak is None:  # a zombie
            raise ProcessLookupError
        self.peak_memory = max(self.peak_memory, int(peak[1]) << 10)
        self.most_files = max(self.most_files, _open_files(pid))


def _open_files(pid):
    """Of a process that gives its memory to nobody only root may ask; the size
    of its table everybody."""
    try:
        return len(list(pathlib.Path(f"/proc/{pid}/fd").iterdir()))
    except PermissionError:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        return int(re.search(r"^FDSize:\s+(\d+)", status, re.MULTILINE)[1])
