"""``foyer pms try``: ask a venue's PMS as this server would, and show what a guest would see."""

from __future__ import annotations

import time

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import force_locale

from portal.errors import Garbled, Unsure, UpstreamError
from portal.gateways.iacbox import client, pms, protocol, success, ticket_cards
from portal.gateways.iacbox.pms_asking import question_of
from portal.gateways.iacbox.pms_exchange import server_of
from portal.gateways.iacbox.session import settings_of
from portal.gateways.iacbox.settings import Settings
from portal.gateways.iacbox.spellings import iso_day, room_fields
from portal.journey.command import venue_or_fail
from portal.journey.steps import RequestContext
from portal.languages import BY_CODE
from portal.venues.venue import Venue

UNKNOWN_ID = "A" * 22
group = AppGroup("pms", help="Try the room number login of a venue with an IACBOX.")
DAY = "day, YYYY-MM-DD"


@group.command("try")
@click.argument("venue")
@click.option("--room", required=True)
@click.option("--birthday", help=DAY)
@click.option("--arrival", help=DAY)
@click.option("--departure", help=DAY)
@click.option("--first-name")
@click.option("--last-name")
@click.option("--pin")
@click.option(
    "--id", "client_id", default=UNKNOWN_ID, help="a client id, from: iacbox decode <a captured redirect>"
)
@click.option("--language", default="", help="a language code of the venue")
def try_room(venue: str, client_id: str, language: str, **typed: str | None) -> None:
    """Ask the PMS endpoint of VENUE from here, whatever its mode, and show what a guest would see.

    A guest whom the box takes online without a choice (a running ticket) is online afterwards, with that client id.
    """
    found = venue_or_fail(venue)
    if found.system != "iacbox" or not settings_of(found).pms.url:
        raise click.ClickException(f"{venue} has no [iacbox.pms] with a url to ask")
    if language and language not in BY_CODE:
        raise click.ClickException(f"no language {language!r}; there are {', '.join(BY_CODE)}")
    values = {word: value for word, value in typed.items() if value}
    for word in {"birthday", "arrival", "departure"} & set(values):
        if not iso_day(values[word]):
            raise click.ClickException(f"--{word} is no {DAY}")
    _try(found, values, client_id, language)


def _try(venue: Venue, values: dict[str, str], client_id: str, language: str) -> None:
    settings = settings_of(venue)
    row = BY_CODE[language] if language else venue.default_language
    fields = {"id": client_id, **room_fields(values, settings.pms)}
    if lacking := [word for word in settings.pms.fields if word not in values]:
        click.echo(f"note: the hotel also asks for {', '.join(lacking)}")
    try:
        answer = client.ask(question_of(settings, settings.place("")), fields, row.tag, server_of(venue))
    except UpstreamError as error:
        raise click.ClickException(f"{settings.pms.url}: {_what(error)} ({error.reason})") from error
    context = RequestContext(venue, None, row, "", "", time.time())
    with current_app.test_request_context(), force_locale(row.locale):
        _show(answer, settings, context)


def _what(error: UpstreamError) -> str:
    """Which connection failed how."""
    if isinstance(error, Garbled):
        return (
            "this server reached it, and what it answers is not what the manual says; is pms.url its address?"
        )
    if isinstance(error, Unsure):
        return "this server reached it, and no whole answer came in time; try again, or raise read_timeout"
    return (
        "this server cannot reach it; a name, a route, a port or a certificate is wrong, or the box is down"
    )


def _show(answer: pms.Answer, settings: Settings, context: RequestContext) -> None:
    if answer.code:
        shown = "shown to guests" if answer.code in settings.pms.shown_codes else "guests read our own words"
        click.echo(f"refused: return code {answer.code}, {pms.clean(answer.message, 400)!r} ({shown})")
        click.echo("A client id that the box does not know is refused as well: give one with --id.")
        return
    click.echo("online at once, without a choice" if answer.state == "online" else "a choice of tickets:")
    for card in ticket_cards.offered(answer.offers, settings.templates, context):
        click.echo(f"  [{card.id}] {card.name}  {card.price}{'  (featured)' if card.featured else ''}")
        for fact in card.facts:
            click.echo(f"        {fact}")
    _show_stay(answer, settings, context)


def _show_stay(answer: pms.Answer, settings: Settings, context: RequestContext) -> None:
    try:
        stay = pms.read_stay(answer.pms, answer.pms_si, settings.key)
    except protocol.ProtocolError as error:
        click.echo(f"guest data came and are refused: {type(error).__name__} (is the secret right?)")
        return
    if stay is None:
        click.echo("no guest data came, so nobody is greeted by name")
        return
    click.echo(f"greeting: {pms.clean(success.greeting(context, stay), 300) or '(no name came)'}")
    for label, value in success.facts(context, stay):
        click.echo(f"  {label}: {value}")
