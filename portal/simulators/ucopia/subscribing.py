"""``subscribe``: an account of each of the five types, by the rules that its mode announces."""

from __future__ import annotations

from typing import Any

from portal.simulators.ucopia import told
from portal.simulators.ucopia.accounts import Account, new_password
from portal.simulators.ucopia.codes import Rejected
from portal.simulators.ucopia.rules import Form, check, ticked
from portal.simulators.ucopia.session import Guest
from portal.simulators.ucopia.state import ControllerState

BY_MESSAGE = ("sms", "mail", "print")


def kind_of(form: Form) -> str:
    """The type. ASSUMED: what is none counts as one-click (a public client sends ``on``; unproven)."""
    kind = form.get("type", "")
    return kind if kind in ("direct", *BY_MESSAGE) else "one"


def subscribe(controller: ControllerState, guest: Guest, form: Form) -> dict[str, Any]:
    """Section 3.5, and the wire's three types whose account arrives by message."""
    settings = controller.settings
    kind = kind_of(form)
    mode = settings.modes[kind]
    if not mode.enabled or not settings.profile:
        raise Rejected("no-profile")
    person = check(form, mode, kind, settings.passwords)
    policy = settings.logon_policy
    if kind == "one" and policy.display and policy.mandatory and not ticked(form, "connect_policy_accept"):
        raise Rejected("no-connect-policy-accept")
    account = _made(controller, guest, kind, person)
    answer: dict[str, Any] = {"info": {"code": f"info_{kind}-subscribe_success"}}
    if kind in BY_MESSAGE:
        controller.send(kind, person, account)
        return answer
    answer["info"]["subscribe"] = {"login": account.login, "password": account.password}
    if settings.wire.new_keys:
        answer["info"]["subscribe"]["user_object"] = {}
    if settings.wire.fake_digest:
        answer["user"] = {"passwordDigest": {"value": told.FAKE_DIGEST}}
    return answer


def _made(controller: ControllerState, guest: Guest, kind: str, person: dict[str, str]) -> Account:
    settings = controller.settings
    login = person.pop("user_login", "")
    if login and login in controller.accounts:
        raise Rejected("already-used-login")
    account = Account(
        login=login or controller.accounts.free_login(),
        password=person.pop("user_password", "") or new_password(),
        creation=f"portal-{kind}",
        expires=int(controller.clock()) + settings.validity if settings.validity else 0,
        credit=settings.time_credit,
        person=person,
    )
    controller.accounts.add(account)
    controller.accounts.made += 1
    guest.made.add(account.login)
    return account
