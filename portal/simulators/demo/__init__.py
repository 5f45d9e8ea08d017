"""``make demo``: the portal and every simulated box on loopback, in one process, until Ctrl-C.

The bundled venues are copied into a temporary folder, where ``${BOX_URL}`` and its like become the addresses that
the boxes got. The portal serves them because this module says so in its configuration, and nowhere else.
"""

from __future__ import annotations

import argparse
import contextlib
import secrets
import shutil
import signal
import socket
import string
import tempfile
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import segno
from flask import Flask, Response

from portal import create_app
from portal.config import Config
from portal.simulators.demo.stands import STANDS
from portal.simulators.demo.start import Shop, add_start_page
from portal.simulators.integration import Notice, Survey, Webhook, create_notice, create_survey
from portal.simulators.server import Running, open_to, serve

VENUES = Path(__file__).parents[1] / "venues"


def main() -> None:
    """Start everything, say where, wait for Ctrl-C."""
    parser = argparse.ArgumentParser(description="The portal and all simulated boxes on loopback.")
    parser.add_argument("--port", type=int, default=5000, choices=range(1, 65536), metavar="PORT")
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 lets a real phone in")
    told = parser.parse_args()
    _must_be_free(told.host, told.port)
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    with open_to(told.host), demo(told.port) as running:
        if told.host != "127.0.0.1":
            segno.make(running.url).terminal(compact=True)
        print(f"The demo is open at {running.url}  (Ctrl-C ends it)", flush=True)
        done.wait()


def _must_be_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SystemExit(
                f"port {port} of {host} cannot be used ({error.strerror}); try: make demo PORT=5050"
            ) from error


@contextlib.contextmanager
def demo(port: int = 0) -> Iterator[Running]:
    """The whole demo; ``port`` 0 takes any free one. Ends everything at the end of the ``with``."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        holder = _Later()
        portal = stack.enter_context(serve(holder, port=port))
        portal_url = portal.url.rstrip("/")
        addresses = _integrations(stack, portal_url) | {"PORTAL_URL": portal_url}
        shops = [_open(stack, source, folder, addresses) for source in sorted(VENUES.glob("[a-z]*"))]
        holder.app = _portal(folder, shops)
        yield portal


class _Later:
    """The portal's socket is open before the portal is made: the boxes have to know its address."""

    app: Any = Response("The demo starts.\n", 503)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        return self.app(environ, start_response)


def _integrations(stack: contextlib.ExitStack, portal_url: str) -> dict[str, str]:
    survey = create_survey(Survey(portal_url, Webhook("demo-only-survey-token")))
    notice = create_notice(Notice(portal_url, Webhook("demo-only-notice-token"), sign_return=True))
    return {
        "SURVEY_URL": stack.enter_context(serve(survey)).url.rstrip("/"),
        "NOTICE_URL": stack.enter_context(serve(notice)).url.rstrip("/"),
    }


def _open(stack: contextlib.ExitStack, source: Path, folder: Path, addresses: dict[str, str]) -> Shop:
    """Copy a venue and start the box that it speaks to."""
    target = folder / source.name
    shutil.copytree(source, target)
    file = target / "venue.toml"
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    stand = STANDS[source.name](stack, told, f"{addresses['PORTAL_URL']}/{source.name}/")
    text = string.Template(file.read_text(encoding="utf-8"))
    file.write_text(text.safe_substitute({**addresses, **stand.addresses}), encoding="utf-8")
    name = told["name"] if isinstance(told["name"], str) else told["name"]["en"]
    return Shop(source.name, name, stand)


def _portal(folder: Path, shops: list[Shop]) -> Flask:
    app = create_app(Config(folder, (secrets.token_urlsafe(32),), state_folder=folder / ".state", demo=True))
    add_start_page(app, shops)
    return app
