"""gunicorn's settings, right by default: two processes of many threads, so that a slow controller makes nobody wait.

``foyer serve`` and the top-level ``gunicorn.conf.py`` load this module; see :mod:`portal.serving` for the worker.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from typing import Any

from gunicorn.glogging import Logger

from portal import installation, log_lines, metrics
from portal.config import log_shape

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "portal.serving.Worker"
threads = 640
timeout = 90
graceful_timeout = 30
keepalive = 5
max_requests = 50_000
max_requests_jitter = 5_000
limit_request_line = 8190
accesslog = None
errorlog = "-"
control_socket_disable = True  # it would be one for all instances of a user
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
forwarder_headers = ""  # no client says where the application begins (SCRIPT_NAME)
logger_class = "portal.gunicorn_settings.Log"


class Log(Logger):
    """gunicorn's log, and the portal's beside it in the same shape: no line in it names a guest."""

    def setup(self, cfg: Any) -> None:
        """Write both to where gunicorn's goes: standard error, or the file of ``--log-file``."""
        super().setup(cfg)
        portal = logging.getLogger("portal")
        portal.setLevel(os.environ.get("LOG_LEVEL", "INFO"))
        portal.handlers[:] = self.error_log.handlers
        portal.propagate = False
        self._shape()

    def reopen_files(self) -> None:
        """At USR1 the file anew, for it was moved away; at HUP too, and the shape that is set by then."""
        super().reopen_files()
        self._shape()

    def warning(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Without the request that gunicorn could not read and the address that it came from."""
        told = "Invalid request" if str(msg).startswith("Invalid request") else msg
        super().warning(told, *args, **kwargs)

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Without the address of the request that failed."""
        if str(msg).startswith("Error handling request"):
            msg, args = "Error handling request", ()
        super().exception(msg, *args, **kwargs)

    def _shape(self) -> None:
        formatter = log_lines.formatter(log_shape())
        for handler in self.error_log.handlers:
            handler.setFormatter(formatter)


def on_starting(server: Any) -> None:
    """Refuse a bad setting once, in the master, instead of in every worker again and again; at a reload too."""
    from portal.config import from_environment
    from portal.venues import themes

    installation.check(themes.ROOT)
    metrics.share(from_environment().state)
    reload = server.handle_hup

    def reload_if_sound() -> None:
        if why := why_unsound(server.cfg.chdir):
            server.log.error("Not reloaded, the old workers go on:\n%s", why)
        else:
            reload()

    server.handle_hup = reload_if_sound


def why_unsound(folder: str) -> str:
    """What stops a new worker from starting, tried in a process of its own; nothing if it starts."""
    command = [sys.executable, "-c", "from portal import create_app; create_app(serves=False)"]
    try:
        tried = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"it cannot be tried: {type(error).__name__}"
    return "" if tried.returncode == 0 else tried.stderr.strip()[-4000:]
