"""``foyer icaro …``: ask wax what a hotspot's guests will see, and take over its logo."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import click
from flask.cli import AppGroup

from portal.app_state import app_state
from portal.errors import PortalError, Refused
from portal.gateways.icaro.hotspot import read_hotspot
from portal.gateways.icaro.hotspot_cache import wax_for
from portal.gateways.icaro.session import read_device
from portal.gateways.icaro.takeover import not_taken_over
from portal.gateways.icaro.theming import readable, tokens
from portal.integrations.hops import Hop, hops_of, together
from portal.journey.command import venue_or_fail
from portal.venues.venue import Venue

icaro = AppGroup("icaro", help="Tools for venues with an Icaro hotspot.")
LARGEST_LOGO = 200_000
_PNG = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=\s]+)")


@icaro.command("probe")
@click.argument("venue")
@click.argument("url")
def probe(venue: str, url: str) -> None:
    """Ask wax about the hotspot of a captured redirect of its unit (URL), and show what its guests will see."""
    found = venue_or_fail(venue)
    preferences = _ask(found, url)
    hotspot = read_hotspot(preferences)
    click.echo("ways and questions: " + (", ".join(sorted(hotspot.offers)) or "none"))
    for name in ("title", "subtitle", "about", "home", "font"):
        click.echo(f"{name:<10} {getattr(hotspot, name) or '-'}")
    for name, text in (("terms", hotspot.terms), ("marketing", hotspot.marketing)):
        click.echo(f"{name:<10} {len(text)} characters")
    kept = readable(hotspot.colours, tokens(found.style.text))
    for name, colour in hotspot.colours.items():
        click.echo(
            f"colour     {name} {colour}" + ("" if name in kept else "  not taken: unreadable in places")
        )
    for hop in hops_of(hotspot.integrations):
        click.echo(f"integration {hop.moment:<4} {hop.url}{_but(found, hop)}")
    for fault in hotspot.skipped:
        click.echo(f"integration not taken: {fault}")
    for left in not_taken_over(preferences["preferences"], hotspot, found.settings):
        click.echo(f"not taken over: {left}")


def _but(venue: Venue, hop: Hop) -> str:
    """Why guests do not visit this one, if they do not."""
    if not venue.settings.integrations:
        return "  not visited: icaro.integrations is false"
    if not together(venue.file.integrations, (), [hop.integration]):
        return "  as the venue file says: it is listed there"
    return ""


@icaro.command("save-logo")
@click.argument("venue")
@click.argument("url")
def save_logo(venue: str, url: str) -> None:
    """Put the logo that the hotspot's manager uploaded to Icaro into the venue's theme folder."""
    found = venue_or_fail(venue)
    match = _PNG.fullmatch(read_hotspot(_ask(found, url)).pictures.get("logo", "").strip())
    try:
        picture = base64.b64decode(match[1], validate=False) if match else b""
    except binascii.Error:
        picture = b""
    if not picture.startswith(b"\x89PNG\r\n\x1a\n") or len(picture) > LARGEST_LOGO:
        raise click.ClickException(
            "wax has no PNG of at most 200 kB; put your logo into theme/logo.svg or logo.png"
        )
    path = app_state().config.venues / found.slug / "theme" / "logo.png"
    if path.exists():
        raise click.ClickException(f"{path} exists already; it stays")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(picture)
    click.echo(f"Wrote {path} ({len(picture)} bytes). Serve it with: foyer venues reload {found.slug}")


def _ask(venue: Venue, url: str) -> dict[str, Any]:
    """The answer of wax, which has preferences in it."""
    if venue.system != "icaro":
        raise click.ClickException(f"{venue.slug} is no Icaro venue")
    try:
        device = read_device(dict(parse_qsl(urlsplit(url).query)))
        answer = wax_for(venue.settings, device.unit).preferences()
        read_hotspot(answer)
        return answer
    except Refused as error:
        raise click.ClickException(f"wax refuses: {error.code}") from error
    except PortalError as error:
        raise click.ClickException(f"{type(error).__name__}: {error.reason}") from error


commands = (icaro,)
