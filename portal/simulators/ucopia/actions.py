"""What each action of ``portal_api.php`` does. The caller holds the controller's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.simulators.ucopia import announced, changes, logins, steps, subscribing, told
from portal.simulators.ucopia.codes import Rejected
from portal.simulators.ucopia.rules import PERSONAL, Form
from portal.simulators.ucopia.session import Guest
from portal.simulators.ucopia.state import ControllerState

Action = Callable[[ControllerState, Guest, Form], dict[str, Any]]
# What goes without the network's password (wire: every later call carries it).
_OPEN = frozenset({"init", "secure_pwd", "switch_language"})


def run(controller: ControllerState, action: str, guest: Guest, form: Form) -> dict[str, Any]:
    """Run an action, or the error that its switch forces; an error becomes an answer too."""
    settings, faults = controller.settings, controller.settings.faults
    controller.settle(guest)
    guest.last_error = ""
    try:
        if code := faults.force_error.get(action, ""):
            raise Rejected(code, faults.force_value.get(action))
        if action not in _OPEN and form.get("secure_pwd", "") != settings.secure_password:
            raise Rejected("bad-secure-password")
        return _ACTIONS[action](controller, guest, form)
    except Rejected as error:
        return _failed(controller, action, guest, form, error)


def init(controller: ControllerState, guest: Guest, form: Form) -> dict[str, Any]:
    """Section 3.1; *wire*: it is the status call as well."""
    settings, now = controller.settings, controller.clock()
    answer = announced.init(settings, guest)
    account = controller.accounts.get(guest.login or guest.barred)
    if guest.online and account and now - guest.signed_at < settings.init_lag:
        _lags(answer, settings.lag_says)
    elif guest.online and account:
        answer["user"] |= told.user(settings, guest, account, now)
        answer["user"]["isConnected"] = True
        answer["step"], answer["type"] = "FEEDBACK", "CONNECT"
    elif guest.forced:
        answer["user"]["login"] = {"value": guest.forced}
    if code := settings.faults.init_error:
        answer["error"] = _report(f"error_logon_{code}", settings.faults.init_value)
    elif account and not guest.online and account_over_quota(controller, account.login):
        answer["error"] = _report(
            "error_logon_volume-quota-reached-detail", told.quota_error(settings, account, now)
        )
    return answer


def account_over_quota(controller: ControllerState, login: str) -> bool:
    """Whether an account's data are used up."""
    account = controller.accounts.get(login)
    return account is not None and told.over_quota(controller.settings, account, controller.clock())


def _lags(answer: dict[str, Any], how: str) -> None:
    """``init`` lags behind the login for a while."""
    if how == "not connected":
        answer["user"]["isConnected"] = False
    elif how == "bare feedback":
        answer["step"], answer["type"] = "FEEDBACK", "CONNECT"


def refresh(controller: ControllerState, guest: Guest, form: Form) -> dict[str, Any]:
    """Section 3.4."""
    account = controller.accounts.get(guest.login)
    fits = account is not None and form.get("login", "").strip() == guest.login
    if not guest.online or not fits or not logins.digest_fits(controller, account, form):
        raise Rejected("failed")
    guest.refreshed_at = controller.clock()
    return {"step": "FEEDBACK", "type": "REFRESH"}


def disconnect(controller: ControllerState, guest: Guest, form: Form) -> dict[str, Any]:
    """Section 3.3. Out of band the guest stays online until the Wi-Fi device says otherwise."""
    settings = controller.settings
    login = form.get("login", "").strip()
    if not login:
        raise Rejected("no-login")
    account = controller.accounts.get(guest.login)
    if not guest.online or account is None or login != account.login:
        raise Rejected("failed to disconnect device")
    if not logins.digest_fits(controller, account, form):
        raise Rejected("no-password")
    params = told.redirect_params(settings, guest, account, "logout")
    user: dict[str, Any] = {"login": {"value": login}}
    if guest.uam is None:
        controller.sign_off(guest)
        guest.login = ""
    else:
        user["isConnected"] = True
    _step, kind = announced.first_step(settings, guest)
    answer = {"step": "LOGON", "type": kind, "info": {"code": "disconnect_success"}, "user": user}
    (user if settings.wire.redirect_params_in == "user" else answer).update(params)
    return answer


def _failed(
    controller: ControllerState, action: str, guest: Guest, form: Form, error: Rejected
) -> dict[str, Any]:
    style = controller.settings.wire
    if action == "refresh":
        return {"step": "LOGON", "type": ""}
    code = _prefix(controller, action, form, error) + error.code
    guest.last_error = code
    report = _report(code, error.value)
    if style.errors_in == "error":
        return {"error": report}
    if action == "subscribe":
        return {"info": report | {"subscribe": {"login": None}}}
    step, kind = announced.first_step(controller.settings, guest)
    return {"step": step, "type": kind, "info": report}


def _report(code: str, value: Any) -> dict[str, Any]:
    return {"code": code} | ({"value": value} if value is not None else {})


def _prefix(controller: ControllerState, action: str, form: Form, error: Rejected) -> str:
    """What stands before a code. ASSUMED for recovery."""
    style = controller.settings.wire
    if action == "subscribe":
        names_field = error.code.endswith("custom-field") and (
            error.value in PERSONAL or isinstance(error.value, list)
        )
        if style.modeless_codes and names_field:
            return "error_subscribe_"
        return f"error_{subscribing.kind_of(form)}-subscribe_"
    if action in ("modify_pwd", "force_modify_pwd"):
        return f"error_{action.replace('_', '-')}_"
    if action in ("authenticate", "secure_pwd", "automatic_authenticate"):
        return "error_logon_" if style.logon_prefix else ""
    if action in changes.RECOVERY:
        return "error_pwd-recovery_"
    return ""


_ACTIONS: dict[str, Action] = {
    "init": init,
    "subscribe": subscribing.subscribe,
    "authenticate": logins.authenticate,
    "refresh": refresh,
    "disconnect": disconnect,
    "secure_pwd": steps.secure_pwd,
    "automatic_authenticate": steps.automatic_authenticate,
    "switch_language": steps.switch_language,
    "back_action": steps.back_action,
    "modify_pwd": changes.modify_pwd,
    "force_modify_pwd": changes.force_modify_pwd,
    **changes.RECOVERY,
}
