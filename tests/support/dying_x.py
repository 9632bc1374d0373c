# SPDX-License-Identifier: GPL-3.0-or-later
"""X servers that die, thousands of times: a socket where one would listen, and behind it nothing, the beginning of a
server, or a real one."""

import contextlib
import os
import pathlib
import select
import socket
import struct

from support.waiting import SLOWNESS, Timeout

DIRECTORY = pathlib.Path("/tmp/.X11-unix")
SECONDS = 20


def free_number():
    """The number of a display that nobody has."""
    DIRECTORY.mkdir(mode=0o1777, exist_ok=True)
    for number in range(200 + os.getpid() % 300, 1000):
        if not (DIRECTORY / f"X{number}").exists():
            return number
    raise AssertionError("no free display")


def receive(connection, size):
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise ConnectionError
        data += part
    return data


def record_greeting(display):
    """What a real server says to whoever comes: its head, and as much as that tells."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(SECONDS * SLOWNESS)
        connection.connect(str(DIRECTORY / f"X{display.lstrip(':')}"))
        connection.sendall(struct.pack("=BxHHHHxx", ord("l" if struct.pack("=H", 1)[0] else "B"), 11, 0, 0, 0))
        head = receive(connection, 8)
        assert head[0] == 1, "it lets us in"
        return head + receive(connection, struct.unpack_from("=H", head, 6)[0] * 4)


class DyingX:
    """One at a time, at the same socket, until that is made to go."""

    def __init__(self):
        self.display = f":{free_number()}"
        self.path = DIRECTORY / f"X{self.display[1:]}"
        self.listener = None
        self.lives = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.gone()

    def gone(self):
        """Its socket goes, as with the end of a server."""
        if self.listener:
            self.path.unlink(missing_ok=True)
            self.listener.close()
            self.listener = None

    def _begin(self):
        """The next life, until somebody comes. Returns the connection."""
        if not self.listener:
            self.listener = socket.socket(socket.AF_UNIX)
            self.listener.bind(str(self.path))
            self.listener.listen(5)
            self.listener.settimeout(SECONDS * SLOWNESS)
        self.lives += 1
        connection = self.listener.accept()[0]
        connection.settimeout(SECONDS * SLOWNESS)
        return connection

    def live(self, greeting=None):
        """Takes a connection, and ends; or greets before."""
        with self._begin() as connection, contextlib.suppress(ConnectionError):
            if greeting:
                receive(connection, 12)
                connection.sendall(greeting)

    def live_until(self, display, condition):
        """A real server from the connection on until that holds: all is passed on, in both directions."""
        with self._begin() as ours, socket.socket(socket.AF_UNIX) as theirs:
            theirs.connect(str(DIRECTORY / f"X{display.lstrip(':')}"))
            other = {ours: theirs, theirs: ours}
            while not condition():
                ready = select.select([ours, theirs], [], [], 0.002)[0]
                for end in ready:
                    data = end.recv(65536)
                    if not data:
                        raise Timeout("the connection ended before it was in use")
                    other[end].sendall(data)
