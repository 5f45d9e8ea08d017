"""A host of the portal for the soak: a process with workers that can be killed, frozen out of its store, or set a clock."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.deploy.proxy import free_port
from tests.house import KEY
from tests.privacy import watch
from tests.server import FOYER, ROOT, answers


class Host:
    """Started at once. ``folder`` holds the venues; what it writes lies in ``state`` there, unless told otherwise."""

    def __init__(
        self, folder: Path, name: str = "", command: Sequence[str] = FOYER, **environ: str | Path
    ) -> None:
        self.port, self._command = free_port(), command
        self.log = folder / f"log{name}"
        self._environ = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
        self._environ |= {
            "PORTAL_VENUES": str(folder / "venues"),
            "PORTAL_SECRET_KEY": KEY,
            "PORTAL_STATE": str(folder / f"state{name}"),
            "BIND": f"127.0.0.1:{self.port}",
            "WEB_CONCURRENCY": "2",
        }
        self._environ |= {name: str(value) for name, value in environ.items()}
        self.url = f"http://127.0.0.1:{self.port}/"
        self.start()

    def start(self) -> None:
        """Until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self._command, cwd=ROOT, env=self._environ, stderr=log)
        assert answers(f"{self.url}healthz", self.process), self.log.read_text()

    def reload(self) -> None:
        """HUP: settings and all venues."""
        self.process.send_signal(signal.SIGHUP)

    def workers(self) -> list[int]:
        """Their process ids."""
        with contextlib.suppress(OSError):
            pid = self.process.pid
            return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return []

    def kill(self) -> None:
        """As if the power went."""
        for pid in (*self.workers(), self.process.pid):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        """The end of its part of the soak: nothing personal may stand in its log."""
        self.kill()
        watch.read_file(self.log)
        assert watch.told() == []
