"""``foyer ucopia probe <venue>``: what a controller announces, before a guest meets it."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from portal.errors import PortalError, UpstreamError
from portal.gateways.ucopia import probing
from portal.gateways.ucopia.announcement import Init
from portal.gateways.ucopia.client import Client
from portal.gateways.ucopia.connection import connection_of
from portal.gateways.ucopia.controller import settings_of
from portal.gateways.ucopia.endpoint import EntryParams
from portal.gateways.ucopia.next_step import OWN_STEPS
from portal.gateways.ucopia.settings import Settings
from portal.journey.command import venue_or_fail
from portal.languages import BY_CODE, find

ucopia = AppGroup("ucopia", help="Tools for venues with a UCOPIA controller.")
# What a Wi-Fi device would say, with addresses nobody has (RFC 5737).
PRETENDED = {"res": "notyet", "uamip": "192.0.2.1", "uamport": "3990", "challenge": "0" * 32}
PRETENDED |= {"userurl": "http://www.example.com/", "mac": "02-00-00-00-00-01", "ssid": "probe", "vlan": "0"}


@ucopia.command("probe")
@click.argument("venue")
def probe(venue: str) -> None:
    """Open a session, run init, and say what is announced, what will be shown, and what is not known here."""
    found = venue_or_fail(venue)
    if found.system != "ucopia":
        raise click.ClickException(f"{venue} has no UCOPIA controller")
    settings = settings_of(found)
    client = Client(settings.link)
    door = EntryParams("http://www.example.com/", PRETENDED if settings.architecture == "out-of-band" else {})
    try:
        session = client.open(door)
        click.secho(f"A session is open at {session.path or 'no portal page'}.", fg="green")
        session, init = client.init(session, door)
        seen = probing.callers(client, session, init, door)
        page = probing.page_of(client, session)
    except UpstreamError as error:
        raise click.ClickException(_advice(error)) from error
    _announced(init)
    _values(page, settings)
    _caller(init, seen, settings.calls)
    if warning := probing.agent_warning(settings.user_agent):
        click.secho(warning, fg="yellow")


def _advice(error: PortalError) -> str:
    advice = {
        "NoPortal": "401: this server is on no incoming network, or the zone has no portal, or the licence is "
        'missing. If guests do reach the portal, use calls = "browser".',
        "AgentRefused": "403: the user agent is refused; try another user_agent, some sites demand Mozilla.",
        "NoAddress": "404: the controller sees no address, or there is no such page: check url and zone.",
        "Unreachable": f"no connection ({error.reason}): check url, verify and the firewall. Old controllers speak "
        "TLS 1.0 alone.",
    }
    return advice.get(type(error).__name__, f"{type(error).__name__}: {error.reason}")


def _announced(init: Init) -> None:
    click.echo(f"step {init.step or '(none)'}, type {init.type or '(none)'}")
    ways = [*init.modes, *(["login"] if init.standard else []), *(["shibboleth"] if init.shibboleth else [])]
    click.echo(f"ways in: {', '.join(ways) or 'none'}")
    for name, mode in init.modes.items():
        fields = [f"{rule}{'*' if what.mandatory else ''}" for rule, what in mode.rules.items()]
        click.echo(f"  {name}: {', '.join(fields) or 'one button, no field'}   (* mandatory)")
        if mode.unknown:
            click.secho(f"  {name}: not known and not shown: {', '.join(mode.unknown)}", fg="yellow")
    if init.elsewhere:
        click.secho(f"ways on the controller's own page alone: {', '.join(init.elsewhere)}", fg="yellow")
    if init.step not in OWN_STEPS | {"FORCE_MODIFY_PWD"}:
        click.secho(
            f"step {init.step} is not known here: guests are led to the controller's page", fg="yellow"
        )
    policies = {"network": init.policy, "private": init.private_policy}
    policies |= {name: mode.policy for name, mode in init.modes.items()}
    told = [f"{name}{'*' if one.mandatory else ''}" for name, one in policies.items() if one]
    click.echo(f"policies: {', '.join(told) or 'none'}   (* mandatory)")
    ours = [code for code in init.languages if find(code)]
    click.echo(f"languages: {', '.join(ours) or 'not told'}; all are {', '.join(BY_CODE)}")
    click.echo(f"feedback page: {', '.join(sorted(init.shown)) or 'nothing'}; refresh every {init.refresh} s")
    if init.redirect_url:
        delay = "by hand" if init.redirect_delay is None else f"after {init.redirect_delay} s"
        click.echo(f"then on to {init.redirect_url} {delay}")
    for what, there in (("password recovery", init.recovery), ("network password", init.secure)):
        if there:
            click.echo(f"{what}: on our pages")
    if init.trouble:
        click.secho(f"init says: {init.trouble.code}", fg="yellow")
    if init.unknown:
        click.secho(f"not known here: {', '.join(init.unknown)}", fg="yellow")


def _values(page: probing.OwnPage, settings: Settings) -> None:
    """What stands in the controller's own page and nowhere else."""
    if page.choices.get("gender"):
        click.echo(
            f"genders on its page: {', '.join(page.choices['gender'])}; genders = {list(settings.genders)}"
        )
    if page.choices.get("interests"):
        click.echo(f"interests on its page: {', '.join(page.choices['interests'])}")
    if page.unknown_codes:
        shown = "guests read the controller's own sentences"
        click.secho(f"codes that have no words here: {', '.join(page.unknown_codes)} ({shown})", fg="yellow")
    if not page.has_words:
        click.echo("no catalogue of sentences beside its page: codes that we do not know stay general")


def _caller(init: Init, seen: probing.Callers, calls: str) -> None:
    """Whether the API knows a guest by the cookie or by the address that a call comes from."""
    told = connection_of(init.user, 0)
    place = ", ".join(filter(None, (told.ip, told.network, told.zone))) or "not told"
    click.echo(f"the controller takes this server for a guest at: {place}")
    if seen.by_address is None:
        click.secho(
            "it does not tell whether guests are known by their address or by their session", fg="yellow"
        )
        return
    if seen.by_address:
        click.secho("guests are known by their address: our server would be the guest.", fg="yellow")
        if seen.bare_json:
            click.secho(
                "a browser that carries the login would show bare JSON to the guest: use calls = "
                '"server" from a place where each guest has an address of their own',
                fg="yellow",
            )
        wanted = "browser"
    else:
        click.echo("guests are known by their session: our server can act for them.")
        wanted = "server"
    right = "as it is" if calls == wanted else f"the venue file says {calls}"
    click.secho(f'calls = "{wanted}" is right ({right})', fg="green" if calls == wanted else "yellow")


commands = (ucopia,)
