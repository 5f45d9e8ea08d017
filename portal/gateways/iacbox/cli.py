"""``foyer iacbox …``: read what a box has sent, take over the SDK's mappings, see what it has refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from flask.cli import AppGroup

from portal.app_state import app_state
from portal.gateways.iacbox import captured, cli_capture, cli_pms, mappings, pms, protocol
from portal.gateways.iacbox.gateway import settings_of
from portal.gateways.iacbox.refusal_log import RefusalLog
from portal.journey.command import venue_or_fail
from portal.venues.venue import Venue

iacbox = AppGroup("iacbox", help="Tools for venues with an IACBOX.")


def iacbox_venue(name: str) -> Venue:
    """A venue that speaks to an IACBOX; otherwise says why not."""
    found = venue_or_fail(name)
    if found.system != "iacbox":
        raise click.ClickException(f"{name} speaks to {found.system}, which signs nothing")
    return found


@iacbox.command("decode")
@click.argument("venue")
@click.argument("message", nargs=-1, required=True)
def decode(venue: str, message: tuple[str, ...]) -> None:
    """Verify MESSAGE with the venue's secret and show its fields.

    MESSAGE is a captured redirect in either direction (the whole URL in quotes, its query, or a file that holds it), or
    the two values pms and pms_si of a PMS answer.
    """
    settings = settings_of(iacbox_venue(venue))
    keys = {id(place.key): place.key for place in settings.places.values()}.values()
    parts = [cli_capture.given(part) for part in message]
    failed = ""
    for key in keys:
        try:
            if len(parts) == 2 and not any("=" in part for part in parts):
                clear, _salt = captured.opened(parts[0].strip(), parts[1].strip(), key)
                fields, words = dict(pms.fields_of(clear, key.answer_names)), key.answer_names
                known = {wire: word for word, wire in words.items()}
            else:
                one = captured.redirect(" ".join(parts), key, {})
                fields, known = dict(one.fields), dict(one.words)
        except captured.NotCaptured as error:
            failed = failed or str(error)
            continue
        except protocol.ProtocolError as error:
            failed = failed or captured.why(error, parts[0].strip(), parts[1].strip(), key)
            continue
        click.echo("The signature is right.")
        for name, value in fields.items():
            click.echo(f"  {name:<12} {known.get(name, '(unknown)'):<18} {pms.clean(str(value), 300)}")
        return
    raise click.ClickException(f"refused: {failed}")


@iacbox.command("capture")
@click.argument("venue")
@click.option("--redirect1", default="", help="redirect 1 of the box: URL, query, or a file that holds it")
@click.option("--redirect2", default="", help="redirect 2 that the vendor's own page made")
@click.option("--redirect3", default="", help="redirect 3 of the box")
@click.option("--pms-question", default="", help="the address that the vendor's page asked, by JSONP")
@click.option("--pms-answer", default="", help="the body of the answer")
@click.option("--refresh", default="", help="the refresh URL of the manual, with the refresh id 1")
@click.option("--typed", multiple=True, help="what was typed meanwhile: room=214, birthday=03.11.1985, …")
def capture(
    venue: str,
    redirect1: str,
    redirect2: str,
    redirect3: str,
    pms_question: str,
    pms_answer: str,
    refresh: str,
    typed: tuple[str, ...],
) -> None:
    """Read messages captured at VENUE's box, name every field, and propose what the venue file should say.

    Nothing is written and nobody is asked. Give what you have; each option takes text or the name of a file.
    """
    given = {"redirect 1": redirect1, "redirect 2": redirect2, "redirect 3": redirect3}
    cli_capture.capture(
        settings_of(iacbox_venue(venue)),
        {kind: text for kind, text in given.items() if text},
        pms_question,
        pms_answer,
        refresh,
        cli_capture.typed_of(typed),
    )


@iacbox.command("refusals")
@click.argument("venue")
def refusals(venue: str) -> None:
    """List the return codes with which VENUE's box has refused guests, and its texts.

    Look them up in the vendor's SDK, then say in venue.toml what they mean ([iacbox] codes) and which texts guests
    may read ([iacbox.pms] shown_codes).
    """
    found, config = iacbox_venue(venue), app_state().config
    settings, zone = settings_of(found), ZoneInfo(found.file.time_zone or "UTC")
    rows = RefusalLog(config.state_folder or config.venues / ".state").of(found.slug)
    if not rows:
        click.echo(f"The box of {venue} has refused nobody yet.")
    for row in rows:
        since, last = (
            datetime.fromtimestamp(at, UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M")
            for at in (row.first, row.last)
        )
        meaning = settings.meaning(row.code) or "(not in codes)"
        shown = ", shown to guests" if row.code in settings.pms.shown_codes else ""
        click.echo(f"{row.code:>5}  {row.times:>6} times  {since} to {last}  {meaning}{shown}")
        click.echo(f"       {row.language}: {pms.clean(row.text, 200) or '(no text)'}")


@iacbox.command("import-mappings")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_mappings(file: Path) -> None:
    """Print the [iacbox.refresh] table for the SDK's main.config (lines refreshidmapping = <refid>:<page>.php)."""
    try:
        found = mappings.read(file.read_text(encoding="utf-8", errors="replace"))
    except mappings.NoMapping as error:
        raise click.ClickException(f"{file}: {error}") from error
    click.echo(mappings.as_toml(found))


commands = (iacbox, cli_pms.group)
