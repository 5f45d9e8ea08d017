"""``foyer venues texts``: which texts of a venue are missing in which language, and what guests read instead."""

from __future__ import annotations

from collections.abc import Iterator

import click
from flask.cli import with_appcontext

from portal.journey.command import venue_or_fail
from portal.venues.file import Texts
from portal.venues.values import Text
from portal.venues.venue import Venue


@click.command("texts")
@click.argument("name")
@with_appcontext
def texts(name: str) -> None:
    """List the venue's own texts that a language lacks. Exits with 1 while there are any."""
    lines = list(missing(venue_or_fail(name)))
    for line in lines:
        click.echo(line)
    if lines:
        raise SystemExit(1)
    click.echo("every text is there in every language")


def missing(venue: Venue) -> Iterator[str]:
    """A line for each text that a language of the venue lacks, with what stands in for it."""
    for kind in Texts.model_fields:
        said = {code for code, own in venue.texts.items() if getattr(own, kind)}
        for language in venue.languages:
            if said and language.code not in said:
                yield f"texts/{language.code}.toml: {kind}: is missing; guests read it in {_instead(venue, said)}"
    for key, text in _by_language(venue):
        said = {code for code in text.root if code}
        for language in venue.languages:
            if said and "" not in text.root and language.code not in said:
                yield f"venue.toml: {key}.{language.code}: is missing; guests read it in {_instead(venue, said)}"


def _instead(venue: Venue, said: set[str]) -> str:
    order = ("en", venue.default_language.code, *sorted(said))
    return next(code for code in order if code in said)


def _by_language(venue: Venue) -> Iterator[tuple[str, Text]]:
    """Every text of the venue file that may stand there by language, with its key."""
    yield from _texts_in(venue.file, "")
    if venue.settings is not None:
        yield from _texts_in(venue.settings, f"{venue.system}.")


def _texts_in(table: object, prefix: str) -> Iterator[tuple[str, Text]]:
    for name in getattr(type(table), "model_fields", {}):
        value = getattr(table, name)
        if isinstance(value, Text):
            yield prefix + name, value
        elif isinstance(value, list | tuple):
            for number, item in enumerate(value):
                yield from _texts_in(item, f"{prefix}{name}[{number}].")
        elif hasattr(type(value), "model_fields"):
            yield from _texts_in(value, f"{prefix}{name}.")
