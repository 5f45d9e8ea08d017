"""The controller said no: its reason at the input it is about, on the page that can be tried again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portal.gateways.ucopia import account, wording
from portal.gateways.ucopia.errors import NotDone
from portal.gateways.ucopia.session import GatewaySession, gateway_session_of
from portal.journey.steps import Outcome, RequestContext, SignIn
from portal.session import GuestSession, PendingSignIn

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
    "interests": ("interests",),
    "sponsor": ("sponsor_email",),
}


def again(
    context: RequestContext, guest: GuestSession, chosen: PendingSignIn, notice: Any, status: int
) -> Outcome:
    """The page to try again from: with the new account on it if there is one."""
    if chosen.way == "account":
        return account.page(context, guest, notice, status=status)
    return SignIn(guest, notice=notice, way=chosen.way, status=status)


def refused(context: RequestContext, guest: GuestSession, way: str, action: str, error: NotDone) -> SignIn:
    """The form again, the controller's reason at the input it is about."""
    said = wording.said(context, gateway_session_of(guest), action, error.trouble)
    bound = {said.input: [said.message]} if said.input and _shows(guest, way, said.input) else {}
    return SignIn(
        guest,
        notice="" if bound else said.message,
        upstream_message=said.code,
        way=way,
        errors=bound,
        status=422,
    )


def _shows(guest: GuestSession, way: str, name: str) -> bool:
    """Whether the form of a way has this input: an error of another one must not get lost."""
    device = gateway_session_of(guest)
    if way == "login":
        return name in ("login", "password", *device.offer.boxes)
    if way == "secure":
        return name == "secure_pwd"
    return name in shown_inputs(device, way)


def shown_inputs(device: GatewaySession, way: str) -> frozenset[str]:
    """The inputs that a subscription form shows."""
    mode = device.offer.modes.get(way)
    if mode is None:
        return frozenset()
    names = {name for rule in mode.rules for name in INPUTS_OF.get(rule, ())}
    policies = {"policy_accept"} if mode.policy else set()
    if way == "one" and device.offer.policy:
        policies.add("connect_policy_accept")
    if way == "one" and device.offer.private_policy:
        policies.add("private_policy_accept")
    return frozenset(names | policies)
