"""Right by default: two processes of many threads, since a slow controller must not make other guests wait."""

import logging
import os
import subprocess
import sys
from typing import Any

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


def post_fork(server: object, worker: object) -> None:
    """Let the portal say in gunicorn's log what happened and to which venue; it names no guest."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        logging.Formatter("[%(asctime)s] [%(process)d] [%(levelname)s] %(name)s: %(message)s")
    )
    portal = logging.getLogger("portal")
    portal.setLevel(os.environ.get("LOG_LEVEL", "INFO"))
    portal.handlers[:] = [handler]
    portal.propagate = False


def on_starting(server: Any) -> None:
    """Refuse a bad setting once, in the master, instead of in every worker again and again; at a reload too."""
    from portal.config import from_environment

    from_environment()
    reload = server.handle_hup

    def reload_if_sound() -> None:
        if why := why_unsound(server.cfg.chdir):
            server.log.error("Not reloaded, the old workers go on:\n%s", why)
        else:
            reload()

    server.handle_hup = reload_if_sound


def why_unsound(folder: str) -> str:
    """What stops a new worker from starting, tried in a process of its own; nothing if it starts."""
    command = [sys.executable, "-c", "import wsgi"]
    try:
        tried = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"it cannot be tried: {type(error).__name__}"
    return "" if tried.returncode == 0 else tried.stderr.strip()[-4000:]
