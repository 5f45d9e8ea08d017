"""``flask --app wsgi iacbox …``: read captured redirects, take over the SDK's refresh mappings."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import click
from flask.cli import AppGroup

from portal.gateways.iacbox import cli_pms, protocol
from portal.gateways.iacbox.gateway import settings_of
from portal.journey.command import venue_or_fail

iacbox = AppGroup("iacbox", help="Tools for venues with an IACBOX.")
_MAPPING = re.compile(r"^\s*refreshidmapping\s*=\s*([\w-]+)\s*:\s*([^#\s]+)", re.MULTILINE)
PAGES = {
    "index": "sign-in",
    "login": "sign-in",
    "terms": "terms",
    "agb": "terms",
    "account": "account",
    "status": "account",
}


@iacbox.command("decode")
@click.argument("venue")
@click.argument("url")
def decode(venue: str, url: str) -> None:
    """Verify a captured redirect (either direction) with the venue's secret and show its fields."""
    found = venue_or_fail(venue)
    if found.system != "iacbox":
        raise click.ClickException(f"{venue} speaks to {found.system}, which signs nothing")
    settings = settings_of(found)
    try:
        query = parse_qs(urlsplit(url).query, keep_blank_values=True)
    except ValueError as error:
        raise click.ClickException(f"this is no URL: {error}") from error
    values = [_one(query, settings.lapi, "lapi"), _one(query, settings.si, "si")]
    if not all(values):
        parts = [part for part in urlsplit(url).path.split("/") if part]
        values = parts[-2:] if len(parts) >= 2 else values
    if not all(values) or len(values) != 2:
        raise click.ClickException(f"no {settings.lapi} and {settings.si} in this URL")
    try:
        text = protocol.unseal(values[0], values[1], settings.key)
        fields = protocol.unpack(text)
    except protocol.ProtocolError as error:
        raise click.ClickException(f"refused: {type(error).__name__} ({error})") from error
    words = {wire: word for word, wire in settings.key.names.items()}
    click.echo("The signature is right.")
    for name, value in fields.items():
        click.echo(f"  {name:<12} {words.get(name, '(unknown)'):<18} {value}")


def _one(query: dict[str, list[str]], *names: str) -> str:
    return next((query[name][0] for name in names if name in query), "")


@iacbox.command("import-mappings")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_mappings(file: Path) -> None:
    """Print the [iacbox.refresh] table for the SDK's main.config (lines refreshidmapping = <refid>:<page>.php)."""
    found = _MAPPING.findall(file.read_text(encoding="utf-8", errors="replace"))
    if not found:
        raise click.ClickException(f"{file} has no line like: refreshidmapping = 7:account.php")
    click.echo("[iacbox.refresh]")
    for refid, page in dict(found).items():
        stem = page.rpartition("/")[2].removesuffix(".php")
        ours = PAGES.get(stem)
        note = "" if ours else f"    # was {page}: put this template into theme/templates/"
        click.echo(f'"{refid}" = "{ours or stem + ".html"}"{note}')


commands = (iacbox, cli_pms.group)
