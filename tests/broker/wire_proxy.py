"""A proxy between a program and its broker that stops chosen Kafka frames.

It reads of the protocol what it needs: the length of a frame, the API of a
request, and by the correlation id which request an answer belongs to. Hence
tests choose the point of a fault ("when EndTxn is on its way") and not its
moment. The broker itself tells its clients to stay with the proxy
(`deploy/local-kafka start --proxy`), so nothing is rewritten.

Two threads a connection, one for each direction. Everything that waits ends
with the connection, with `heal` or with `close`.
"""

import collections
import contextlib
import socket
import struct
import threading
import time

WAIT_SECONDS = 60

PRODUCE, FETCH, OFFSET_FETCH, FIND_COORDINATOR, JOIN_GROUP, HEARTBEAT = (
    0, 1, 9, 10, 11, 12)
INIT_PRODUCER_ID, ADD_PARTITIONS, ADD_OFFSETS, END_TXN, TXN_OFFSET_COMMIT = (
    22, 24, 25, 26, 28)
NAMES = {PRODUCE: "Produce", FETCH: "Fetch", OFFSET_FETCH: "OffsetFetch",
         FIND_COORDINATOR: "FindCoordinator", JOIN_GROUP: "JoinGroup",
         HEARTBEAT: "Heartbeat", INIT_PRODUCER_ID: "InitProducerId",
         ADD_PARTITIONS: "AddPartitionsToTxn", ADD_OFFSETS: "AddOffsetsToTxn",
         END_TXN: "EndTxn", TXN_OFFSET_COMMIT: "TxnOffsetCommit"}


def has_records(before):
    """Of what was asked for since the last EndTxn, if one program goes through
    the proxy: its transaction has records, which are written."""
    return PRODUCE in before


class Fault:
    """One frame that is stopped: the `nth` request of an API from now on for
    which `when` holds, or the answer to it. It stays where it is until it is
    released or cut, also when the process that sent it is frozen or dead."""

    def __init__(self, api, answer, nth, when=lambda before: True):
        self.name = f"{NAMES[api]} {'answer' if answer else 'request'}"
        self.api, self.answer, self.left, self.when = api, answer, nth, when
        self._held = threading.Event()
        self._decided = threading.Event()
        self._forward = False

    def is_held(self):
        return self._held.is_set()

    def wait_until_held(self):
        assert self._held.wait(WAIT_SECONDS), f"no {self.name} came"

    def release(self):
        """Lets the frame go where it was going."""
        assert self.is_held(), f"no {self.name} was there to be released"
        self._forward = True
        self._decided.set()

    def cut(self):
        """Swallows the frame and closes its connection."""
        self._decided.set()

    def hold(self):
        """What a connection's thread waits in; whether to forward."""
        self._held.set()
        self._decided.wait()
        return self._forward


class _Connection:
    """A client's connection and the broker's."""

    def __init__(self, client, broker):
        self.client, self.broker = client, broker
        self.asked = {}  # correlation id -> the fault of its answer, or None

    def close(self):
        for end in (self.client, self.broker):
            # Wakes the thread that reads from it.
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


class WireProxy:
    """Listens on 127.0.0.1:`port`; `forward_to` says where to."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._broker_port = None
        self._lock = threading.Lock()
        # Guarded by _lock:
        self._connections = set()
        self._faults = []
        self._seen = collections.Counter()
        self._in_transaction = set()
        self._refusing = False
        self._impeded = 0
        # What each frame takes, in each direction.
        self._delay = 0.0
        # Cleared: the network is silent.
        self._open = threading.Event()
        self._open.set()

    def forward_to(self, port):
        self._broker_port = port
        threading.Thread(target=self._accept, daemon=True).start()

    def route(self):
        """The changes to a configuration that lead through the proxy."""
        return {"kafka__bootstrap.servers": f"127.0.0.1:{self.port}"}

    def seen(self, api):
        """How many requests of an API have come so far."""
        with self._lock:
            return self._seen[api]

    # --- Faults ---------------------------------------------------------------
    def hold(self, api, nth=1, when=lambda before: True):
        """Stops the `nth` request of an API from now on for which `when` holds
        of the APIs that were asked for since the last EndTxn."""
        return self._add(Fault(api, False, nth, when))

    def hold_answer(self, api, nth=1, when=lambda before: True):
        """Stops the answer to such a request: the broker has done what was
        asked, and nobody knows."""
        return self._add(Fault(api, True, nth, when))

    def silence(self):
        """Nothing passes any more, and nobody is told."""
        self._open.clear()

    def sever(self):
        """Closes every connection, and each new one at once."""
        with self._lock:
            self._refusing = True
        self._close_connections()

    def slow(self, seconds):
        """Each frame takes so long, and waits for the one before it."""
        self._delay = seconds

    def impeded(self):
        """How many frames and connections met a network that was down."""
        with self._lock:
            return self._impeded

    def heal(self):
        """No more faults. What is still held is cut."""
        with self._lock:
            for fault in self._faults:
                fault.cut()
            self._faults.clear()
            self._refusing = False
        self._delay = 0.0
        self._open.set()

    def close(self):
        self._listener.close()
        self.heal()
        self._close_connections()

    # --- The wire -------------------------------------------------------------
    def _add(self, fault):
        with self._lock:
            self._faults.append(fault)
        return fault

    def _close_connections(self):
        with self._lock:
            connections, self._connections = self._connections, set()
            self._impeded += len(connections)
        for connection in connections:
            connection.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:  # closed
                return
            self._pass_gate()
            try:
                broker = socket.create_connection(
                    ("127.0.0.1", self._broker_port))
            except OSError:  # it is down
                client.close()
                continue
            for end in (client, broker):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = _Connection(client, broker)
            with self._lock:
                refused = self._refusing
                if refused:
                    self._impeded += 1
                else:
                    self._connections.add(connection)
            if refused:
                connection.close()
                continue
            for pump in (self._pump_requests, self._pump_answers):
                threading.Thread(target=self._run, args=(pump, connection),
                                 daemon=True).start()

    def _run(self, pump, connection):
        with contextlib.suppress(OSError):
            pump(connection)
        connection.close()
        with self._lock:
            self._connections.discard(connection)

    def _pump_requests(self, connection):
        while frame := _read_frame(connection.client):
            api, _, correlation = struct.unpack_from(">hhi", frame, 4)
            fault = self._match(api)
            connection.asked[correlation] = (
                fault if fault and fault.answer else None)
            if fault and not fault.answer and not fault.hold():
                return
            self._pass_gate()
            connection.broker.sendall(frame)

    def _pump_answers(self, connection):
        while frame := _read_frame(connection.broker):
            (correlation,) = struct.unpack_from(">i", frame, 4)
            fault = connection.asked.pop(correlation)
            if fault and not fault.hold():
                return
            self._pass_gate()
            connection.client.sendall(frame)

    def _match(self, api):
        with self._lock:
            self._seen[api] += 1
            before = self._in_transaction
            self._in_transaction = (set() if api == END_TXN
                                    else before | {api})
            for fault in self._faults:
                if fault.api == api and fault.left and fault.when(before):
                    fault.left -= 1
                    if not fault.left:
                        return fault
        return None

    def _pass_gate(self):
        if self._delay:
            time.sleep(self._delay)
        if not self._open.is_set():
            with self._lock:
                self._impeded += 1
            self._open.wait()


def _read_frame(end):
    """A frame with its length; None at the end of the connection."""
    head = _read(end, 4)
    rest = head and _read(end, struct.unpack(">i", head)[0])
    return head + rest if rest else None


def _read(end, size):
    parts = []
    while size:
        part = end.recv(min(size, 1 << 20))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
