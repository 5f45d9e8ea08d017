"""What an operator types: ``flask --app wsgi venues …`` and what each system adds."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from portal import checkup
from portal.house import House
from portal.systems import Systems
from portal.tables import Fault
from portal.venues import FILE, Closed, Faulty, Venue, is_slug, read_venue

venues = AppGroup("venues", help="Make venues and check them.")

TEMPLATES = {
    "iacbox": """\
name = "{name}"
system = "iacbox"
default_language = "en"
landing_url = ""                    # where a guest goes who is online

[iacbox]
url = "https://logon.now/"          # the box's address
secret_file = "secret"              # the shared secret, in a file of this folder
sign_in = ["cred"]                  # cred, pms, free, to, create
""",
    "icaro": """\
name = "{name}"
system = "icaro"
default_language = "en"
landing_url = ""                    # where a guest goes who is online; what Icaro says comes first

[icaro]
url = "https://icaro.example/"      # the host that serves wax
units = []                          # the uuids of the hotspot's units
country = ""                        # whose phone numbers need no +: "IT"
social_url = ""                     # Icaro's own page, for Facebook and LinkedIn
""",
    "ucopia": """\
name = "{name}"
system = "ucopia"
default_language = "en"
landing_url = ""                    # where a guest goes who is online

[ucopia]
url = "https://controller.example/" # the controller's address
architecture = "in-line"            # in-line, or out-of-band with zone = "…"
calls = "server"                    # server | browser: ask with  flask --app wsgi ucopia probe <venue>
""",
}


def init_app(app: Flask) -> None:
    """Register the commands of the house and those of every system."""
    app.cli.add_command(venues)
    house: House = app.extensions["portal"]
    for name in house.systems:
        app.cli.add_command(SystemTools(name, house.systems))
    for system in house.systems.in_use():
        for group in system.commands:
            app.cli.add_command(group)


class SystemTools(click.Group):
    """The commands of a system that no venue speaks to yet, loaded when somebody types them."""

    def __init__(self, name: str, systems: Systems) -> None:
        super().__init__(name, help=f"Tools for venues with {name}.")
        self._systems = systems

    def list_commands(self, context: click.Context) -> list[str]:
        """Their names."""
        return sorted(self._tools())

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """One of them."""
        return self._tools().get(name)

    def _tools(self) -> dict[str, click.Command]:
        groups = self._systems[self.name or ""].commands
        return {name: tool for group in groups for name, tool in group.commands.items()}


def the_house() -> House:
    """The house of the application that the command runs in."""
    from portal.house import house

    return house()


@venues.command("new")
@click.argument("name")
@click.option("--system", type=click.Choice(sorted(TEMPLATES)), default="iacbox", show_default=True)
def new(name: str, system: str) -> None:
    """Make the folder of a venue with a file to fill in."""
    if not is_slug(name):
        raise click.ClickException(f"{name!r} cannot be a venue's name; use a-z, 0-9 and -")
    folder = the_house().config.venues / name
    if folder.exists():
        raise click.ClickException(f"{folder} exists already")
    folder.mkdir(parents=True)
    (folder / FILE).write_text(
        TEMPLATES[system].format(name=name.replace("-", " ").title()), encoding="utf-8"
    )
    click.echo(f"Made {folder / FILE}. Fill it in, then: flask --app wsgi venues check {name}")


@venues.command("check")
@click.argument("names", nargs=-1)
def check(names: tuple[str, ...]) -> None:
    """Report every fault of the venues (default: all), what is assumed, and the walled garden.

    Exits with 1 when a venue has a fault.
    """
    house = the_house()
    folders = [house.config.venues / name for name in names] or [
        item.folder for item in house.venues.values()
    ]
    if not folders:
        raise click.ClickException("there are no venues yet; make one with: flask --app wsgi venues new NAME")
    good = [_check_one(folder, house) for folder in folders]
    sys.exit(0 if all(good) else 1)


def _check_one(folder: Path, house: House) -> bool:
    click.secho(folder.name, bold=True)
    try:
        venue = read_venue(folder, house.systems, house.config.demo)
    except Faulty as error:
        _faults(error.faults)
        return False
    for note in checkup.notes(venue):
        click.echo(f"  note: {note}")
    click.echo(
        "  reachable before login, beside this portal: " + (", ".join(checkup.garden(venue)) or "nothing")
    )
    click.secho("  serves", fg="green")
    return True


def _faults(faults: tuple[Fault, ...]) -> None:
    for fault in faults:
        click.secho(f"  fault: {fault}", fg="red")


def venue_or_fail(name: str) -> Venue:
    """A venue that serves, for a command; otherwise says why not."""
    found = the_house().venues.get(name)
    if isinstance(found, Venue):
        return found
    if isinstance(found, Closed):
        raise click.ClickException("; ".join(map(str, found.faults)))
    raise click.ClickException(f"there is no venue {name!r}; there are {', '.join(the_house().venues)}")
