"""``foyer venues cards``: a sheet to print. How to join, the short address, and a card for every code.

A link on a card fills the code in and never submits it: a guest still sees where they sign in, and to what.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import click
import segno
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import force_locale, gettext

from portal.journey.command import venue_or_fail
from portal.languages import BY_CODE
from portal.urls import web_address

_ESCAPED = str.maketrans({character: "\\" + character for character in '\\;,":'})


@click.command("cards")
@click.argument("name")
@click.option("--address", required=True, help="What guests type: https://wifi.hotel.example/")
@click.option("--network", required=True, help="The name of the Wi-Fi.")
@click.option("--password", default="", help="The Wi-Fi's own password, if it has one.")
@click.option(
    "--codes",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with a code on each line; each gets a card of its own.",
)
@click.option(
    "--language", "code", default="", help="A language of the venue; default: its default language."
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), default=Path("cards.html"), show_default=True
)
@with_appcontext
def cards(
    name: str, address: str, network: str, password: str, codes: Path | None, code: str, out: Path
) -> None:
    """Write an A4 sheet (HTML, to print from any browser) for guests of venue NAME."""
    venue = venue_or_fail(name)
    language = BY_CODE.get(code) if code else venue.default_language
    if language is None:
        raise click.ClickException(f"--language {code!r} is no language; there are {', '.join(BY_CODE)}")
    try:
        address = web_address(address)
    except ValueError as error:
        raise click.ClickException(f"--address {address!r} {error}") from error
    tickets = _codes(codes)
    with current_app.test_request_context(), force_locale(language.locale):
        page = current_app.jinja_env.get_template("cards.html").render(
            language=language,
            title=gettext("Wi-Fi"),
            name=venue.name(language),
            network=network,
            password=password,
            address=address,
            join=_qr(join_code(network, password)),
            open=_qr(address),
            tickets=[(ticket, _qr(code_link(address, ticket))) for ticket in tickets],
        )
    out.write_text(page, encoding="utf-8")
    click.echo(f"Wrote {out}: a sheet for the wall" + (f" and {len(tickets)} cards." if tickets else "."))


def join_code(network: str, password: str = "") -> str:
    """What a phone's camera joins a Wi-Fi by; the characters that mean something in it are escaped."""
    kind = (
        f"T:WPA;S:{network.translate(_ESCAPED)};P:{password.translate(_ESCAPED)};"
        if password
        else (f"T:nopass;S:{network.translate(_ESCAPED)};")
    )
    return f"WIFI:{kind};"


def code_link(address: str, ticket: str) -> str:
    """The address of the login page with a code filled in."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'code': ticket})}"


def _codes(file: Path | None) -> list[str]:
    if file is None:
        return []
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file} is no text in UTF-8") from error
    tickets = [line.strip() for line in lines if line.strip()]
    if long := next((number for number, ticket in enumerate(tickets, 1) if len(ticket) > 60), 0):
        raise click.ClickException(
            f"{file}: code {long} is longer than 60 characters; one code stands on each line"
        )
    return tickets


def _qr(text: str) -> str:
    return str(segno.make(text, error="m").svg_inline(scale=4, border=2, dark="#000", light="#fff"))
