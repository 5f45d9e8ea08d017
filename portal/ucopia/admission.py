"""Taking a guest online: the account, ``authenticate``, the Wi-Fi device's login, or the guest's own browser."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from portal.errors import Unsure, UpstreamError
from portal.guest import Chosen, Guest
from portal.house import house
from portal.journey import pages
from portal.journey.forms import typed_into
from portal.journey.system import Outcome, Ready, Redirect, SignIn, Visit, Way
from portal.ucopia import account, forms, guesses, messages, once
from portal.ucopia.answers import NasCall
from portal.ucopia.common import ask, client_of_venue, door_of, settings_of
from portal.ucopia.connection import connection_of
from portal.ucopia.device import Device, device_of
from portal.ucopia.errors import ForeignHost, NotDone
from portal.ucopia.onward import by_browser, to_nas

log = logging.getLogger("portal.ucopia")


def choose(visit: Visit, way: Way) -> Outcome:
    """A valid form: keep what was typed, passwords aside, and make the account if it is a new one."""
    form = way.form
    guest = visit.known.but(typed=typed_into(form, way.name), accepted="terms" in form)
    device = device_of(guest)
    if way.name == "login":
        guesses.check(visit.venue.slug, form["login"].data)
        values = {"login": form["login"].data, "password": form["password"].data}
        return Ready(guest, Chosen("login", values | forms.beside(form, "policy_accept")))
    try:
        with once.ticket(house(), device.once or guest.visit, visit.now) as ticket:
            return _subscribed(visit, guest, device, way, ticket)
    except once.Taken:
        return account.unknown(visit, guest)
    except NotDone as error:
        return _refused(device.but(session=error.session).on(guest), way.name, "subscribe", error)
    except UpstreamError as error:
        return SignIn(guest, notice=messages.words_for(error), way=way.name, status=error.status)


def _subscribed(visit: Visit, guest: Guest, device: Device, way: Way, ticket: once.Ticket) -> Outcome:
    """The account of this form: made now, or by the first of two clicks."""
    if ticket.account is None:
        door, fields = door_of(visit, guest, device), forms.posted(way.form, settings_of(visit.venue))
        try:
            session, made = client_of_venue(visit.venue).subscribe(device.session, door, way.name, fields)
        except Unsure:
            return _perhaps(visit, guest, device, way)
        except UpstreamError:
            ticket.release()
            raise
        ticket.keep(made, visit.now)
        device = device.but(session=session, account=made)
    else:
        device = device.but(account=ticket.account)
    log.info("account made venue=%s visit=%s mode=%s", visit.venue.slug, guest.visit, way.name)
    guest = device.on(guest)
    if way.name == "direct":
        return account.page(visit, guest)
    return Ready(guest, account_chosen(device, forms.beside(way.form, "connect_policy_accept")))


def _perhaps(visit: Visit, guest: Guest, device: Device, way: Way) -> Outcome:
    """No answer: an account that the guest named herself can be tried; otherwise say how things are."""
    login, password = (
        way.form[name].data if name in way.form else "" for name in ("user_login", "user_password")
    )
    if login and password:
        more = forms.beside(way.form, "connect_policy_accept")
        return Ready(guest, Chosen(way.name, {"login": login, "password": password} | more))
    return account.unknown(visit, guest)


def account_chosen(device: Device, beside: Mapping[str, Any]) -> Chosen:
    """Going on with the account that was made here; ``beside`` is :func:`portal.ucopia.forms.beside`."""
    made = device.account
    values = {"login": made.login, "password": made.password} if made else {}
    return Chosen("account", {**values, **beside})


def admit(visit: Visit, chosen: Chosen) -> Outcome:
    """Every hop is done: ``authenticate``, by us or by the guest's browser."""
    guest = visit.known.but(chosen=None)
    device = device_of(guest)
    settings, values = settings_of(visit.venue), chosen.values
    if settings.calls == "browser":
        return by_browser(visit, guest, device, "authenticate", values)
    door, secure = door_of(visit, guest, device), forms.secure(values, settings)
    try:
        session, reply = client_of_venue(visit.venue).authenticate(
            device.session, door, values["login"], values["password"], bool(values.get("accepted")), secure
        )
    except Unsure as error:
        return _look(visit, guest, device, chosen, error)
    except NotDone as error:
        return _not_let_in(visit, guest, device.but(session=error.session), chosen, error)
    except UpstreamError as error:
        return _again(visit, device.on(guest), chosen, messages.words_for(error), error.status)
    device = device.but(session=session, connection=connection_of(reply.user, visit.now))
    if reply.nas:
        return _to_nas(visit, device.on(guest.but(stage="asked")), chosen, reply.nas)
    if reply.step != "FEEDBACK":
        return account.elsewhere(visit, device.on(guest), reply.step)
    return admitted(visit, guest, device)


def admitted(visit: Visit, guest: Guest, device: Device) -> Redirect:
    """The feedback page comes as a full navigation, so that the phone tests the network again."""
    guest = device.on(guest.but(stage="admitted", typed={}))
    return Redirect(guest, pages.with_state(visit, f"/{visit.venue.slug}/online"))


def _look(visit: Visit, guest: Guest, device: Device, chosen: Chosen, error: Unsure) -> Outcome:
    """A timed-out ``authenticate`` may have worked (wire): ``init`` tells."""
    try:
        guest, device, init = ask(visit, guest, device)
    except UpstreamError:
        return _again(visit, device.on(guest), chosen, messages.words_for(error), error.status)
    if init.connected:
        return admitted(visit, guest, device)
    return _again(visit, device.on(guest), chosen, messages.BUSY, 504)


def _not_let_in(visit: Visit, guest: Guest, device: Device, chosen: Chosen, error: NotDone) -> Outcome:
    """The controller said no. An account that was made here is kept only while it can still be good."""
    if chosen.way == "login":
        guesses.wrong(visit.venue.slug, chosen.values["login"], error.code)
        return _refused(device.on(guest), "login", "authenticate", error)
    said = messages.said("authenticate", error.code, error.value)
    return _again(visit, device.on(guest), chosen, said.message, 422)


def _again(visit: Visit, guest: Guest, chosen: Chosen, notice: Any, status: int) -> Outcome:
    """The page to try again from: with the new account on it if there is one."""
    if chosen.way == "account":
        return account.page(visit, guest, notice, status=status)
    return SignIn(guest, notice=notice, way=chosen.way, status=status)


def _refused(guest: Guest, way: str, action: str, error: NotDone) -> SignIn:
    """The form again, the controller's reason at the input it is about."""
    said = messages.said(action, error.code, error.value)
    bound = {said.input: [said.message]} if said.input and _shows(guest, way, said.input) else {}
    return SignIn(
        guest, notice="" if bound else said.message, box_says=said.code, way=way, errors=bound, status=422
    )


def _shows(guest: Guest, way: str, name: str) -> bool:
    """Whether the form of a way has this input: an error of another one must not get lost."""
    if way == "login":
        offer = device_of(guest).offer
        there = {"policy_accept": offer.policy, "secure_pwd": offer.secure}
        return name in ("login", "password") or bool(there.get(name))
    return name in shown_inputs(device_of(guest), way)


def shown_inputs(device: Device, way: str) -> frozenset[str]:
    """The inputs that a subscription form shows."""
    mode = device.offer.modes.get(way)
    if mode is None:
        return frozenset()
    names = {name for rule in mode.rules for name in INPUTS_OF.get(rule, ())}
    policies = {"policy_accept"} if mode.policy else set()
    if device.offer.policy and way == "one":
        policies.add("connect_policy_accept")
    return frozenset(names | policies)


INPUTS_OF: Mapping[str, Sequence[str]] = {
    "userLogin": ("user_login",),
    "userPassword": ("user_password", "user_password_confirm"),
    "firstName": ("first_name",),
    "lastName": ("last_name",),
    "email": ("email_address",),
    "phone": ("prefix", "phone"),
    "organizationalUnitName": ("organizational_unit_name",),
    "postalAddress": (
        *("postal_address", "postal_code", "postal_locality_name", "postal_country_name"),
        *("postal_postoffice_box", "postal_state_or_province_name"),
    ),
    **{f"personalField_{number}": (f"personal_field_{number}",) for number in (1, 2, 3)},
    "birthDate": ("birth_date",),
    "gender": ("gender",),
    "userLanguage": ("user_language",),
    "sponsor_email": ("sponsor_email",),
    "secure_pwd": ("secure_pwd",),
}


def _to_nas(visit: Visit, guest: Guest, chosen: Chosen, call: NasCall) -> Outcome:
    try:
        return to_nas(visit, guest, call)
    except ForeignHost as error:
        log.error("nas_hosts forbids what the controller of %s names: %s", visit.venue.slug, error.reason)
        return _again(visit, guest.but(stage="arrived"), chosen, messages.words_for(error), error.status)
