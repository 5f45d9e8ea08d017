"""``foyer integrations …``: switch integrations on and off, tell their platforms, see what is known."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import click
from flask.cli import AppGroup

from portal.app_state import app_state
from portal.integrations.deliveries import Postman
from portal.integrations.hops import hops_of
from portal.integrations.state_file import BadStore, Entry
from portal.integrations.switches import is_on, store_of
from portal.journey.command import venue_or_fail
from portal.venues.records import Integration
from portal.venues.venue import Venue

group = AppGroup("integrations", help="Switch integrations of venues on and off and tell their platforms.")
WORDS = {True: "on", False: "off"}
Pair = tuple[Venue, Integration]


@group.command("list")
@click.argument("venue", required=False)
def show(venue: str | None) -> None:
    """Every integration: whether it is on, what guests meet, and what its platform was told."""
    postman = _postman()
    with _explained():
        for one in _venues(venue):
            click.secho(one.slug, bold=True)
            for record in one.file.integrations:
                _line(postman, one, record)
            _left_over(postman, one)


@group.command()
@click.argument("venue")
@click.argument("name")
def enable(venue: str, name: str) -> None:
    """Switch an integration on for a venue and tell its platform."""
    _switch(_pair(venue, name), True)


@group.command()
@click.argument("venue")
@click.argument("name")
def disable(venue: str, name: str) -> None:
    """Switch an integration off for a venue and tell its platform."""
    _switch(_pair(venue, name), False)


@group.command()
@click.argument("venue", required=False)
@click.argument("name", required=False)
@click.option("--due", is_flag=True, help="Only what was not delivered and whose pause is over (for cron).")
def sync(venue: str | None, name: str | None, due: bool) -> None:
    """Deliver what is waiting; where nothing is, tell the platforms again how things stand.

    Exits with 1 if something of what was tried is undelivered.
    """
    pairs = [_pair(venue, name)] if venue and name else list(_pairs(venue))
    sys.exit(0 if _tell(pairs, due) else 1)


def _switch(pair: Pair, on: bool) -> None:
    postman, (venue, record) = _postman(), pair
    with _explained(), postman.store.alone(venue.slug):
        postman.switch(venue, record, on)
    click.echo(f"{venue.slug} {record.name}: {WORDS[on]}")
    with _explained():
        waits = bool(postman.entry(venue, record).waiting)
    good = _tell([pair], due=False) if waits else True
    others = [one for one in _pairs(None) if one[1] is not record or one[0] is not venue]
    sys.exit(0 if _tell(others, due=True) and good else 1)


def _tell(pairs: Iterable[Pair], due: bool) -> bool:
    """Deliver; whether nothing of what was tried is left."""
    postman, good = _postman(), True
    for venue, record in pairs:
        try:
            good = _tell_one(postman, venue, record, due) and good
        except BadStore as error:  # of this venue: the others are told all the same
            click.secho(f"{venue.slug} {record.name}: {error}", fg="red")
            good = False
    return good


def _tell_one(postman: Postman, venue: Venue, record: Integration, due: bool) -> bool:
    with postman.store.alone(venue.slug):
        entry = postman.entry(venue, record)
        if due and not postman.is_due(entry):
            return True
        if not due and not entry.waiting:
            postman.again(venue, record, is_on(record, {record.name: entry}))
        before = postman.entry(venue, record)
        entry = postman.tell(venue, record)
    for told in before.waiting[: len(before.waiting) - len(entry.waiting)]:
        click.echo(f'{venue.slug} {record.name}: told "{WORDS[told]}"')
    if entry.waiting:
        click.secho(f"{venue.slug} {record.name}: {_trouble(record, entry)}", fg="red")
    return not entry.waiting


def _line(postman: Postman, venue: Venue, record: Integration) -> None:
    entry = postman.entry(venue, record)
    on = is_on(record, {record.name: entry})
    by = "the venue file" if entry.enabled is None else "command"
    against = " (the venue file says otherwise)" if entry.enabled not in (None, record.enabled) else ""
    moments = ", ".join(hop.moment for hop in hops_of([record])) or "none"
    click.echo(f"  {record.name}: {WORDS[on]}, by {by}{against}; hops: {moments}")
    if not record.webhook_url:
        click.echo("    no webhook")
        return
    told = (
        f'told "{WORDS[entry.told]}" at {_clock(entry.told_at)}' if entry.told is not None else "never told"
    )
    click.echo(f"    webhook: {told}")
    if entry.waiting:
        click.secho(f"    {_trouble(record, entry)}", fg="red")
    elif on is not bool(entry.told):
        click.echo("    its platform does not know that yet: integrations sync")


def _trouble(record: Integration, entry: Entry) -> str:
    waiting = ", ".join(f'"{WORDS[one]}"' for one in entry.waiting)
    if not record.webhook_url:
        return f"undelivered: {waiting}; the venue file has no webhook_url any more"
    if not entry.tries:
        return f"undelivered: {waiting}; not tried yet"
    return f"undelivered: {waiting}; tried {entry.tries} times, last: {entry.fault}; next from {_clock(entry.due_at)}"


def _left_over(postman: Postman, venue: Venue) -> None:
    names = {record.name for record in venue.file.integrations}
    for name, entry in postman.store.load(venue.slug).items():
        if name not in names and (entry.told or entry.waiting):
            click.secho(
                f'  {name}: is not in the venue file any more, and its platform was not told "off"; '
                "put it back and disable it",
                fg="red",
            )


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _postman() -> Postman:
    return Postman(store_of(app_state().config), time.time)


def _venues(slug: str | None) -> Iterator[Venue]:
    if slug:
        yield venue_or_fail(slug)
        return
    yield from (venue for venue in app_state().venues.values() if isinstance(venue, Venue))


def _pairs(slug: str | None) -> Iterator[Pair]:
    return ((venue, record) for venue in _venues(slug) for record in venue.file.integrations)


def _pair(slug: str, name: str) -> Pair:
    venue = venue_or_fail(slug)
    names = [record.name for record in venue.file.integrations]
    if name not in names:
        raise click.ClickException(
            f"{slug} has no integration {name!r}; there are {', '.join(names) or 'none'}"
        )
    return venue, venue.file.integrations[names.index(name)]


class _explained:
    """A fault of the state folder as the operator reads it."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, BadStore):
            raise click.ClickException(str(error)) from error
