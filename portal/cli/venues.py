"""What an operator types: ``flask --app wsgi venues …`` and what each system adds."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.app_state import AppState, app_state
from portal.cli import checks
from portal.journey import own_templates
from portal.venues.loading import FILE, Faulty, is_slug, read_venue
from portal.venues.tables import Fault

venues = AppGroup("venues", help="Make venues and check them.")


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
    click.echo(f"Made {folder / FILE}. Fill it in, then: flask --app wsgi venues check {name}")


@venues.command("check")
@click.argument("names", nargs=-1)
def check(names: tuple[str, ...]) -> None:
    """Report every fault of the venues (default: all), what is assumed, and the walled garden.

    Exits with 1 when a venue has a fault.
    """
    state = app_state()
    folders = [state.config.venues / name for name in names] or [
        item.folder for item in state.venues.values()
    ]
    if not folders:
        raise click.ClickException("there are no venues yet; make one with: flask --app wsgi venues new NAME")
    good = [_check_one(folder, state) for folder in folders]
    sys.exit(0 if all(good) else 1)


@venues.command("preview")
@click.argument("name")
@click.option("--port", default=0, help="The port; without it any free one.")
@click.option(
    "--lan", is_flag=True, help="For a real phone too: every address of this machine, and a QR code."
)
def preview(name: str, port: int, lan: bool) -> None:
    """Show every page of a venue on a local page, live while its files change. No box is needed."""
    from portal.studio.command import preview as show

    if not (app_state().config.venues / name / FILE).is_file():
        known = ", ".join(app_state().venues)
        raise click.ClickException(f"there is no venue {name!r}; there are {known}")
    show(name, checks.notes, port, lan)


def _check_one(folder: Path, app_state: AppState) -> bool:
    click.secho(folder.name, bold=True)
    try:
        venue = read_venue(folder, app_state.gateways, app_state.config.demo)
    except Faulty as error:
        _faults(error.faults)
        return False
    own = own_templates.try_out(venue)
    _faults(own)
    for note in checks.notes(venue):
        click.echo(f"  note: {note}")
    click.echo(
        "  reachable before login, beside this portal: "
        + (", ".join(checks.walled_garden(venue)) or "nothing")
    )
    click.secho("  serves" + (", with our templates in place of those" if own else ""), fg="green")
    return not own


def _faults(faults: Sequence[Fault]) -> None:
    for fault in faults:
        click.secho(f"  fault: {fault}", fg="red")
