"""``foyer iacbox capture``: from what a real box has sent to a venue file that assumes nothing any more."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from portal.gateways.iacbox import captured, pms, proposals
from portal.gateways.iacbox.captured import Captured, NotCaptured
from portal.gateways.iacbox.settings import Settings

T = TypeVar("T")
WORDS = (
    "room",
    "room_himed",
    "first_name",
    "last_name",
    "pin",
    "birthday",
    "arrival",
    "departure",
    "user",
    "password",
    "template",
    "vip",
    "description",
    "refid",
)
_TYPED = re.compile(rf"({'|'.join(WORDS)})=(.+)")


def given(value: str) -> str:
    """What was pasted, or what the file of this name holds."""
    try:
        if len(value) < 300 and Path(value).is_file():
            return Path(value).read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError):
        pass
    return value


def typed_of(pairs: Sequence[str]) -> dict[str, str]:
    """``--typed room=214`` and its like, by our words; days are understood in every form in which they travel."""
    found = {}
    for pair in pairs:
        match = _TYPED.fullmatch(pair)
        if not match:
            raise click.ClickException(f"--typed {pair!r}: write word=value, with one of {', '.join(WORDS)}")
        found[match[1]] = match[2]
    return found


def capture(
    settings: Settings,
    redirects: dict[str, str],
    question: str,
    answer: str,
    refresh: str,
    typed: dict[str, str],
) -> None:
    """Read everything, name it, and say what the venue file should hold."""
    found: list[Captured] = []
    for kind, text in redirects.items():
        one = _read(kind, partial(captured.redirect, given(text), settings.key, typed))
        if one.kind != kind:
            raise click.ClickException(
                f"--{kind.replace(' ', '')}: this is {one.kind}; give it by that option"
            )
        found.append(one)
    if question:
        found.append(_read("--pms-question", lambda: captured.question(given(question), settings.key, typed)))
    if answer:
        told, data = _read("--pms-answer", lambda: captured.guest_data(given(answer), settings.key, typed))
        _show_answer(told)
        found += [data] if data else []
    if not found:
        raise click.ClickException("nothing was given; see --help")
    for one in found:
        _show(one)
    address = refresh_url(given(refresh)) if refresh else ""
    click.secho("For venue.toml:", bold=True)
    click.echo(proposals.toml_of(found, settings, address))
    click.secho("What the check assumes:", bold=True)
    for line in proposals.settled(found, settings, address):
        click.echo(f"  {line}")


def refresh_url(text: str) -> str:
    """A plain refresh address with its refresh id replaced; "" for a signed one, which we make ourselves."""
    address = text.strip()
    if "lapi=" in address or "://" not in address:
        return ""
    found = list(re.finditer(r"(?<=[=/])[\w-]{1,32}(?=$|[/&])", address))
    if not found:
        raise click.ClickException("--refresh: there is no refresh id in it; capture it with the id 1")
    last = found[-1]
    return address[: last.start()] + "{refid}" + address[last.end() :]


def _read(what: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except NotCaptured as error:
        raise click.ClickException(f"{what}: {error}") from error


def _show(one: Captured) -> None:
    click.secho(f"{one.kind}: the signature is right" if one.kind != "pms question" else one.kind, bold=True)
    for wire, value in one.fields.items():
        click.echo(f"  {wire:<14} {one.words.get(wire, '(not known)'):<16} {pms.clean(value, 200)}")


def _show_answer(answer: pms.Answer) -> None:
    what = f"return code {answer.code}, {answer.message!r}" if answer.code else answer.state
    click.secho(f"pms answer: {what}, {len(answer.offers)} tickets", bold=True)
