"""What an operator types: ``foyer venues …`` and what each system adds."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.app_state import AppState, app_state
from portal.cli import checks
from portal.cli.cards import cards
from portal.cli.photos import photo
from portal.cli.texts import texts
from portal.journey import own_templates
from portal.journey.command import NoSuchVenue
from portal.venues.kept import Kept, digest_of
from portal.venues.loading import FILE, Faulty, is_slug, read_folder, venue_folders
from portal.venues.tables import Fault

venues = AppGroup("venues", help="Make venues and check them.")
for one in (cards, photo, texts):
    venues.add_command(one)


_ABSENT = re.compile(r"\w_(file|env)\b.*(no file|not set|cannot be read|FileNotFound)")
"""A secret that is kept in a file or a variable, and is not there."""


@venues.command("new")
@click.argument("name")
@click.option("--system", default="iacbox", show_default=True, help="The gateway: iacbox, ucopia or icaro.")
def new(name: str, system: str) -> None:
    """Make the folder of a venue with a file to fill in."""
    if not is_slug(name):
        raise click.ClickException(f"{name!r} cannot be a venue's name; use a-z, 0-9 and -")
    gateways = app_state().gateways
    if system not in gateways:
        raise click.ClickException(f"there is no system {system!r}; there are {', '.join(gateways)}")
    folder = app_state().config.venues / name
    if folder.exists():
        raise click.ClickException(f"{folder} exists already")
    folder.mkdir(parents=True)
    (folder / FILE).write_text(
        gateways[system].venue_example.format(name=name.replace("-", " ").title()), encoding="utf-8"
    )
    click.echo(f"Made {folder / FILE}. Fill it in, then: foyer venues check {name}")


@venues.command("check")
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for pipelines.")
@click.option("--offline", is_flag=True, help="Secrets in files and variables may be absent here.")
def check(names: tuple[str, ...], as_json: bool, offline: bool) -> None:
    """Report every fault of the venues (default: all), what is assumed, and the walled garden.

    Reads the folders as they are and changes nothing for guests. Exits with 1 when a venue has a fault.
    """
    state = app_state()
    folders = [_folder_of(name) for name in names] or venue_folders(state.config.venues)
    if not folders:
        raise click.ClickException("there are no venues yet; make one with: foyer venues new NAME")
    reports = [report(folder, state, offline) for folder in folders]
    if as_json:
        click.echo(json.dumps({"venues": [asdict(one) for one in reports]}, ensure_ascii=False, indent=1))
    else:
        for one in reports:
            show(one)
    sys.exit(0 if all(one.serves for one in reports) else 1)


@venues.command("preview")
@click.argument("name")
@click.option("--port", default=0, help="The port; without it any free one.")
@click.option(
    "--lan", is_flag=True, help="For a real phone too: every address of this machine, and a QR code."
)
def preview(name: str, port: int, lan: bool) -> None:
    """Show every page of a venue on a local page, live while its files change. No box is needed."""
    from portal.studio.command import preview as open_preview

    if not (app_state().config.venues / name / FILE).is_file():
        raise NoSuchVenue(name)
    open_preview(name, checks.notes, port, lan)


def _folder_of(name: str) -> Path:
    """A venue's folder, which may be gone while guests are still served what was in it."""
    folder = app_state().config.venues / name
    if not folder.is_dir() and not Kept(app_state().config.state).current(name):
        raise NoSuchVenue(name)
    return folder


@dataclass(frozen=True)
class Report:
    """What ``venues check`` found; ``last_good``: guests are served the version before these faults."""

    venue: str
    serves: bool
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    reachable: tuple[str, ...] = ()
    last_good: bool = False


def report(folder: Path, state: AppState, offline: bool = False) -> Report:
    """One venue's folder as it is now. ``offline``: faults that only say that a secret is not here do not count."""
    try:
        venue = read_folder(folder, state.gateways, state.config.demo)
    except Faulty as error:
        faults = tuple(
            one for one in error.faults if not (offline and _ABSENT.search(f"{one.key} {one.wrong}"))
        )
        last_good = bool(Kept(state.config.state).current(folder.name))
        return Report(folder.name, not faults, faults, last_good=last_good)
    own = tuple(own_templates.try_out(venue))
    notes, reachable = tuple(checks.notes(venue)), tuple(checks.walled_garden(venue))
    return Report(folder.name, not own, own, notes, reachable)


def show(one: Report) -> None:
    """A report as lines."""
    click.secho(one.venue, bold=True)
    for fault in one.faults:
        click.secho(f"  fault: {fault}", fg="red")
    if not one.serves:
        if one.last_good:
            click.echo("  guests are still served what was last good")
        return
    for note in one.notes:
        click.echo(f"  note: {note}")
    click.echo("  reachable before login, beside this portal: " + (", ".join(one.reachable) or "nothing"))
    click.secho("  serves", fg="green")


@venues.command("reload")
@click.argument("names", nargs=-1, required=True)
def reload(names: tuple[str, ...]) -> None:
    """Read the folders of venues again; a running portal of this host serves them within a second.

    A folder with faults changes nothing: guests go on with what was last good, and the exit status is 1. A venue whose
    folder is gone is served no more. HUP does the same for all venues and for the settings.
    """
    done = [_reload_one(_folder_of(name), app_state()) for name in names]
    sys.exit(0 if all(done) else 1)


def _reload_one(folder: Path, state: AppState) -> bool:
    kept = Kept(state.config.state)
    try:
        if not folder.is_dir() and kept.current(folder.name):
            kept.withdraw(folder.name)
            click.echo(f"{folder.name}: its folder is gone, so it is served no more")
            return True
        found = report(folder, state)
        digest = digest_of(folder) if found.serves else ""
        if not found.serves:
            kept.refuse(folder.name, digest, found.faults) if folder.is_dir() else None
            show(found)
            return False
        read_folder(kept.add(folder, digest), state.gateways, state.config.demo)
        kept.publish(folder.name, digest)
    except (OSError, Faulty) as error:
        raise click.ClickException(
            f"{folder.name}: {error}; it cannot be handed over in {kept.folder}: set PORTAL_STATE as the portal has it, "
            "or send HUP to the portal"
        ) from error
    click.echo(f"{folder.name}: serves what was read anew")
    return True
