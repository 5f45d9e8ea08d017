"""What each action of ``portal_api.php`` does. The caller holds the controller's lock."""

from __future__ import annotations

import hmac
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from portal.simulators.ucopia import answers
from portal.simulators.ucopia.accounts import Account, new_password
from portal.simulators.ucopia.rules import Form, Mode, Rejected, check, ticked
from portal.simulators.ucopia.session import Guest

if TYPE_CHECKING:
    from portal.simulators.ucopia.controller import Controller

Action = Callable[["Controller", Guest, Form], dict[str, Any]]


def run(controller: Controller, action: str, guest: Guest, form: Form) -> dict[str, Any]:
    """Run an action, or the error that its switch forces; an error becomes an answer too."""
    faults = controller.settings.faults
    controller.settle(guest)
    guest.last_error = ""
    try:
        if code := faults.force_error.get(action, ""):
            raise Rejected(code, faults.force_value.get(action))
        return _ACTIONS[action](controller, guest, form)
    except Rejected as error:
        return _failed(controller, action, guest, form, error)


def init(controller: Controller, guest: Guest, form: Form) -> dict[str, Any]:
    """Section 3.1; *wire*: it is the status call as well."""
    answer = answers.init(controller.settings, guest)
    account = controller.accounts.get(guest.login)
    if guest.online and account:
        answer["user"] |= answers.user(controller.settings, guest, account, controller.clock())
        answer["user"]["isConnected"] = True
        answer["step"], answer["type"] = "FEEDBACK", "CONNECT"
    return answer


def subscribe(controller: Controller, guest: Guest, form: Form) -> dict[str, Any]:
    """Section 3.5: make an account by the rules of one of the two modes."""
    settings = controller.settings
    kind = _kind(form)
    mode: Mode = settings.one if kind == "one" else settings.direct
    if not mode.enabled or not settings.profile:
        raise Rejected("no-profile")
    person = check(form, mode, settings.min_password)
    policy = settings.logon_policy
    if kind == "one" and policy.display and policy.mandatory and not ticked(form, "connect_policy_accept"):
        raise Rejected("no-connect-policy-accept")
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
    answer: dict[str, Any] = {
        "info": {
            "code": f"info_{kind}-subscribe_success",
            "subscribe": {"login": account.login, "password": account.password},
        }
    }
    if settings.wire.fake_digest:
        answer["info"]["subscribe"]["user_object"] = {}
        answer["user"] = {"passwordDigest": {"value": answers.FAKE_DIGEST}}
    return answer


def _kind(form: Form) -> str:
    # Wire: a public client sends "on" and is served; all but "direct" counts as one-click.
    return "direct" if form.get("type", "") == "direct" else "one"


def authenticate(controller: Controller, guest: Guest, form: Form) -> dict[str, Any]:
    """Section 3.2. Out of band the guest is only let in when the Wi-Fi device says so."""
    settings, now = controller.settings, controller.clock()
    account = _admitted(controller, guest, form)
    step, kind = answers.first_step(settings)
    answer: dict[str, Any] = {"authenticate_step": step, "authenticate_type": kind}
    if settings.step_after_login != "FEEDBACK":
        return answer | {"step": settings.step_after_login, "type": settings.type_after_login}
    guest.attempts = 0
    controller.sign_off(guest)
    guest.login, guest.signed_at, guest.refreshed_at = account.login, now, now
    guest.initial_remaining = account.remaining(now)
    guest.just_signed = True
    if guest.uam is None:
        controller.sign_on(guest)
    answer |= {"step": "FEEDBACK", "type": "CONNECT"}
    answer["user"] = answers.user(settings, guest, account, now)
    params = answers.redirect_params(settings, guest, account, "login")
    (answer["user"] if settings.wire.redirect_params_in == "user" else answer).update(params)
    return answer


def _admitted(controller: Controller, guest: Guest, form: Form) -> Account:
    settings, now = controller.settings, controller.clock()
    if guest.banned_until > now:
        raise Rejected("too-many-attempts", math.ceil((guest.banned_until - now) / 60))
    login, password = form.get("login", "").strip(), form.get("password", "")
    if not login:
        raise Rejected("no-login")
    if not password:
        raise Rejected("no-password")
    policy = settings.logon_policy
    if policy.display and policy.mandatory and not ticked(form, "policy_accept"):
        raise Rejected("bad-policy-accept")
    if settings.secure_password and form.get("secure_pwd", "") != settings.secure_password:
        raise Rejected("bad-secure-password")
    account = controller.accounts.get(login)
    if account is None or not hmac.compare_digest(account.password.encode(), password.encode()):
        _count_attempt(controller, guest, now)
        raise Rejected("bad-login-or-password")
    if account.creation == "DELEG" and not settings.standard_login:
        raise Rejected("permission-denied")
    if account.expired(now):
        raise Rejected(settings.expired_code)
    if account.exhausted(now):
        raise Rejected(settings.exhausted_code)
    return account


def _count_attempt(controller: Controller, guest: Guest, now: float) -> None:
    settings = controller.settings
    guest.attempts += 1
    if settings.max_attempts and guest.attempts >= settings.max_attempts:
        guest.attempts = 0
        guest.banned_until = now + settings.ban_minutes * 60
        raise Rejected("too-many-attempts", settings.ban_minutes)


def refresh(controller: Controller, guest: Guest, form: Form) -> dict[str, Any]:
    """Section 3.4."""
    account = controller.accounts.get(guest.login)
    fits = account is not None and form.get("login", "").strip() == guest.login
    if not guest.online or not fits or not _digest_fits(controller, account, form):
        raise Rejected("failed")
    guest.refreshed_at = controller.clock()
    return {"step": "FEEDBACK", "type": "REFRESH"}


def disconnect(controller: Controller, guest: Guest, form: Form) -> dict[str, Any]:
    """Section 3.3. Out of band the guest stays online until the Wi-Fi device says otherwise."""
    settings = controller.settings
    login = form.get("login", "").strip()
    if not login:
        raise Rejected("no-login")
    account = controller.accounts.get(guest.login)
    if not guest.online or account is None or login != account.login:
        raise Rejected("failed to disconnect device")
    if not _digest_fits(controller, account, form):
        raise Rejected("no-password")
    params = answers.redirect_params(settings, guest, account, "logout")
    user: dict[str, Any] = {"login": {"value": login}}
    if guest.uam is None:
        controller.sign_off(guest)
    else:
        user["isConnected"] = True
    _step, kind = answers.first_step(settings)
    answer = {"step": "LOGON", "type": kind, "info": {"code": "disconnect_success"}, "user": user}
    (user if settings.wire.redirect_params_in == "user" else answer).update(params)
    return answer


def _digest_fits(controller: Controller, account: Account | None, form: Form) -> bool:
    if not controller.settings.old_firmware or account is None:
        return True
    digest = answers.password_digest(controller.settings, account)
    return hmac.compare_digest(form.get("password_digest", "").encode(), digest.encode())


def _failed(controller: Controller, action: str, guest: Guest, form: Form, error: Rejected) -> dict[str, Any]:
    style = controller.settings.wire
    if action == "refresh":
        return {"step": "LOGON", "type": ""}
    code = error.code
    if action == "subscribe":
        code = f"error_{_kind(form)}-subscribe_{code}"
    elif action == "authenticate" and style.logon_prefix:
        code = f"error_logon_{code}"
    guest.last_error = code
    report: dict[str, Any] = {"code": code}
    if error.value is not None:
        report["value"] = error.value
    if style.errors_in == "error":
        return {"error": report}
    if action == "subscribe":
        return {"info": report | {"subscribe": {"login": None}}}
    step, kind = answers.first_step(controller.settings)
    return {"step": step, "type": kind, "info": report}


_ACTIONS: dict[str, Action] = {
    "init": init,
    "subscribe": subscribe,
    "authenticate": authenticate,
    "refresh": refresh,
    "disconnect": disconnect,
}
