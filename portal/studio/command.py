"""What an operator types to see a venue: where the preview can be opened, and on which phone."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterable

import click
import segno
from flask import current_app
from werkzeug.serving import WSGIRequestHandler, make_server

from portal.studio.preview import Preview
from portal.studio.venue_on_show import VenueOnShow
from portal.venues.venue import Venue


class _Quiet(WSGIRequestHandler):
    """A page asks for dozens of frames; the terminal is for the address."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


def preview(slug: str, check: Callable[[Venue], Iterable[str]], port: int, lan: bool) -> None:
    """Show the venue until Ctrl-C."""
    show = VenueOnShow(current_app._get_current_object(), slug, check)  # type: ignore[attr-defined]
    app = Preview(show)
    try:
        server = make_server(
            "0.0.0.0" if lan else "127.0.0.1",  # noqa: S104
            port,
            app,
            threaded=True,
            request_handler=_Quiet,
        )
    except OSError as error:
        raise click.ClickException(
            f"port {port} cannot be used ({error.strerror}); choose one with --port"
        ) from error
    except SystemExit as error:
        raise click.ClickException(f"port {port} cannot be used; choose one with --port") from error
    threading.Thread(target=show.watch, name="preview-files", daemon=True).start()
    url = f"http://{address_in_lan() if lan else '127.0.0.1'}:{server.server_port}/{app.token}/"
    click.echo(f"{slug} can be seen at {url}  (Ctrl-C ends it)")
    if lan:
        click.echo("Whoever knows this address sees the venue's pages and texts, and nothing else.")
        segno.make(url).terminal(compact=True)
    for number in (
        signal.SIGINT,
        signal.SIGTERM,
    ):  # also where a shell in the background ignored Ctrl-C for us
        signal.signal(number, signal.default_int_handler)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("")
    finally:
        show.stop()
        server.server_close()


def address_in_lan() -> str:
    """This machine's address where other devices reach it; nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1, only to learn which interface would be taken
        except OSError:
            return socket.gethostname()
        return str(probe.getsockname()[0])
