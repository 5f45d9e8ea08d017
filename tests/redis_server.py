"""A Redis of our own for tests, which can be frozen and killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench import free_port


@dataclass
class RedisServer:
    """A running server."""

    process: subprocess.Popen[str]
    port: int

    @property
    def url(self) -> str:
        """Its database 0."""
        return f"redis://127.0.0.1:{self.port}/0"

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes connections and never answers."""
        os.kill(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """Gone, as a host that lost its power."""
        self.process.kill()
        self.process.wait(10)


@contextlib.contextmanager
def redis_server(folder: Path, port: int = 0) -> Iterator[RedisServer]:
    """Start one that keeps nothing on the disk, at a free port if none is named."""
    port = port or free_port()
    command = ["redis-server", "--port", str(port), "--save", "", "--dir", str(folder), "--bind", "127.0.0.1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            while "Ready to accept connections" not in (line := process.stdout.readline()):
                assert line, "redis-server does not start"
            yield RedisServer(process, port)
        finally:
            process.kill()
