"""Right by default: two processes of many threads, since a slow controller must not make other guests wait."""

import logging
import os
import sys

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 640
timeout = 90
graceful_timeout = 30
keepalive = 5
max_requests = 50_000
max_requests_jitter = 5_000
limit_request_line = 8190
accesslog = None
errorlog = "-"
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")


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


def on_starting(server: object) -> None:
    """Refuse a bad setting once, in the master, instead of in every worker again and again."""
    from portal.config import from_environment

    from_environment()
