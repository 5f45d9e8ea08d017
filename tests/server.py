"""The portal as a process of its own, as an operator starts it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import requests

from tests.privacy import watch

ROOT = Path(__file__).resolve().parent.parent
FOYER = [sys.executable, "-m", "portal", "serve"]


@contextlib.contextmanager
def started(
    command: Sequence[str], port: int, folder: Path, environ: Mapping[str, str], log: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A server that answers; ended gently, else by force. Its standard error goes to the file ``log``, and nothing in it
    may be personal (:mod:`tests.privacy`)."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    with contextlib.ExitStack() as stack:
        log = log or Path(stack.enter_context(tempfile.TemporaryDirectory())) / "log"
        errors = stack.enter_context(open(log, "ab"))
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**own, "BIND": f"127.0.0.1:{port}", "LOG_LEVEL": "DEBUG", **environ},
            stderr=errors,
        )
        try:
            assert answers(f"http://127.0.0.1:{port}/healthz", process), log.read_text() or "no start"
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)
            watch.read_file(log)


def answers(url: str, process: subprocess.Popen[bytes], seconds: float = 40) -> bool:
    """Whether it answers while its process lives."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(requests.ConnectionError):
            return requests.get(url, timeout=5).status_code < 600
        time.sleep(0.05)
    return False
