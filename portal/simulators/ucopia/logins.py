"""``authenticate`` (section 3.2): by login and password, through Shibboleth, or with a password to change first."""

from __future__ import annotations

import hmac
import math
from typing import Any

from portal.simulators.ucopia import announced, told
from portal.simulators.ucopia.accounts import Account
from portal.simulators.ucopia.codes import NO_PRIVATE_POLICY, Rejected
from portal.simulators.ucopia.rules import Form, ticked
from portal.simulators.ucopia.session import Guest
from portal.simulators.ucopia.state import ControllerState

SHIBBOLETH = ("shibuser", "shibpwd")
"""The two fixed words of a guest who has come back from her organisation (wire)."""


def authenticate(controller: ControllerState, guest: Guest, form: Form) -> dict[str, Any]:
    """Let a guest in. Out of band that is only done when the Wi-Fi device says so."""
    settings = controller.settings
    account = _admitted(controller, guest, form)
    step, kind = announced.first_step(settings, guest)
    answer: dict[str, Any] = {"authenticate_step": step, "authenticate_type": kind}
    if account.must_change:
        guest.forced = account.login
        user = {"login": {"value": account.login}} | settings.passwords.announced()
        return answer | {"step": "FORCE_MODIFY_PWD", "type": "", "user": user}
    if settings.step_after_login != "FEEDBACK":
        return answer | {"step": settings.step_after_login, "type": settings.type_after_login}
    return answer | let_in(controller, guest, account)


def let_in(controller: ControllerState, guest: Guest, account: Account) -> dict[str, Any]:
    """The step, the type and all that is told of who is online now."""
    settings, now = controller.settings, controller.clock()
    if not (guest.online and guest.login == account.login):
        # Wire: ``authenticate`` while connected is harmless and answers fresh data.
        controller.sign_off(guest)
        guest.login, guest.signed_at, guest.refreshed_at = account.login, now, now
        guest.initial_remaining = account.remaining(now)
    guest.attempts, guest.just_signed = 0, True
    if guest.uam is None:
        controller.sign_on(guest)
    answer: dict[str, Any] = {"step": "FEEDBACK", "type": "CONNECT"}
    answer["user"] = told.user(settings, guest, account, now)
    if not settings.login_in_answers:
        del answer["user"]["login"]
    if settings.wire.new_keys:
        answer |= {"informativeWidget": told.widget(settings, account, now), "accountRefill": False}
    params = told.redirect_params(settings, guest, account, "login")
    (answer["user"] if settings.wire.redirect_params_in == "user" else answer).update(params)
    return answer


def _admitted(controller: ControllerState, guest: Guest, form: Form) -> Account:
    """Whose login it is. Raises :class:`Rejected`."""
    settings, now = controller.settings, controller.clock()
    if guest.banned_until > now:
        raise Rejected("too-many-attempts", math.ceil((guest.banned_until - now) / 60))
    login, password = form.get("login", "").strip(), form.get("password", "")
    if not login:
        raise Rejected("no-login")
    if not password:
        raise Rejected("no-password")
    _policies(controller, form)
    if guest.shibboleth and (login, password) == SHIBBOLETH:
        return _of_organisation(controller, guest)
    account = controller.accounts.get(login)
    if account is None or not hmac.compare_digest(account.password.encode(), password.encode()):
        _count_attempt(controller, guest, now)
        raise Rejected("bad-login-or-password")
    if account.creation == "DELEG" and not settings.standard_login:
        raise Rejected("permission-denied")
    at_one = announced.first_step(settings, guest) == ("SUBSCRIBE", "ONE")
    if settings.login_needs_back and at_one and login not in guest.made:
        raise Rejected("permission-denied")
    _still_good(controller, guest, account, now)
    return account


def _policies(controller: ControllerState, form: Form) -> None:
    settings = controller.settings
    if _wanted(settings.logon_policy, form, "policy_accept"):
        raise Rejected("bad-policy-accept")
    if settings.wire.new_keys and _wanted(settings.private_policy, form, "private_policy_accept"):
        raise Rejected(NO_PRIVATE_POLICY)


def _wanted(policy: Any, form: Form, name: str) -> bool:
    return bool(policy.display and policy.mandatory and not ticked(form, name))


def _still_good(controller: ControllerState, guest: Guest, account: Account, now: float) -> None:
    settings = controller.settings
    if account.expired(now):
        raise Rejected(settings.expired_code)
    if account.exhausted(now):
        raise Rejected(settings.exhausted_code)
    if told.over_quota(settings, account, now):
        guest.barred = account.login
        if settings.wire.new_keys:
            raise Rejected("volume-quota-reached-detail", told.quota_error(settings, account, now))
        raise Rejected("volume-quota-reached")


def _of_organisation(controller: ControllerState, guest: Guest) -> Account:
    login = f"shib-{guest.mac.replace(':', '')}"
    known = controller.accounts.get(login)
    return known or controller.accounts.add(Account(login, SHIBBOLETH[1], creation="shibboleth"))


def _count_attempt(controller: ControllerState, guest: Guest, now: float) -> None:
    settings = controller.settings
    guest.attempts += 1
    if settings.max_attempts and guest.attempts >= settings.max_attempts:
        guest.attempts = 0
        guest.banned_until = now + settings.ban_minutes * 60
        raise Rejected("too-many-attempts", settings.ban_minutes)


def digest_fits(controller: ControllerState, account: Account | None, form: Form) -> bool:
    """Whether old firmware gets back the digest that it gave (wire)."""
    if not controller.settings.old_firmware or account is None:
        return True
    digest = told.password_digest(controller.settings, account)
    return hmac.compare_digest(form.get("password_digest", "").encode(), digest.encode())
