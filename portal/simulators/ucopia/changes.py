"""A guest changes the password, by force or by choice, or gets a forgotten one back (wire)."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from typing import Any

from portal.simulators.ucopia import announced, logins
from portal.simulators.ucopia.accounts import Account, new_password
from portal.simulators.ucopia.codes import Rejected
from portal.simulators.ucopia.rules import Form
from portal.simulators.ucopia.session import Guest
from portal.simulators.ucopia.state import ControllerState

QUESTION = "What was your first pet's name?"


def modify_pwd(controller: ControllerState, guest: Guest, form: Form) -> dict[str, Any]:
    """By choice, online: the feedback page again."""
    if not guest.online or form.get("login", "") != guest.login:
        raise Rejected("permission-denied")
    _changed(controller, form)
    return {"step": "FEEDBACK", "type": "CONNECT", "info": {"code": "info_modify-pwd_success"}}


def force_modify_pwd(controller: ControllerState, guest: Guest, form: Form) -> dict[str, Any]:
    """Before going online. Not settled on the wire: whether a login follows."""
    if not guest.forced or form.get("login", "") != guest.forced:
        raise Rejected("permission-denied")
    account = _changed(controller, form)
    guest.forced, account.must_change = "", False
    answer = {"info": {"code": "info_force-modify-pwd_success"}}
    if controller.settings.after_forced_change == "FEEDBACK":
        return answer | logins.let_in(controller, guest, account)
    guest.at_logon = True
    step, kind = announced.first_step(controller.settings, guest)
    return answer | {"step": step, "type": kind}


def _changed(controller: ControllerState, form: Form) -> Account:
    """The account with its new password. The codes for a wrong old one are ASSUMED to be those of a login."""
    account = controller.accounts.get(form.get("login", ""))
    old, new = form.get("password", ""), form.get("new_password", "")
    if account is None or not hmac.compare_digest(account.password.encode(), old.encode()):
        raise Rejected("bad-login-or-password")
    controller.settings.passwords.judge(new, form.get("new_password_confirm", ""))
    account.password = new
    return account


def options(controller: ControllerState, guest: Guest, form: Form) -> dict[str, Any]:
    """What can be done for whoever this is, found by any of what was typed."""
    settings = controller.settings
    account = _found(controller, form) if settings.pwd_recovery else None
    if account is None:
        raise Rejected("unknown-user")
    guest.recovering = account.login
    modes = {name: name in settings.recovery_modes for name in ("sms", "email", "questions")}
    questions = [QUESTION] if modes["questions"] else []
    return {"user": {"pwdRecovery": {"modes": modes, "questions": questions}}}


def _found(controller: ControllerState, form: Form) -> Account | None:
    if login := form.get("login", "").strip():
        return controller.accounts.get(login)
    mail, phone = form.get("email_address", "").strip(), form.get("phone", "").strip()
    for account in controller.accounts.all():
        person = account.person
        if (mail and person.get("email_address") == mail) or (phone and person.get("phone") == phone):
            return account
    return None


def by_sms(controller: ControllerState, guest: Guest, form: Form) -> dict[str, Any]:
    """A new password by text message."""
    return _sent(controller, guest, "sms")


def by_mail(controller: ControllerState, guest: Guest, form: Form) -> dict[str, Any]:
    """A new password by mail."""
    return _sent(controller, guest, "mail")


def _sent(controller: ControllerState, guest: Guest, kind: str) -> dict[str, Any]:
    account = controller.accounts.get(guest.recovering)
    if account is None:
        raise Rejected("unknown-user")
    account.password = new_password()
    controller.send(kind, account.person, account)
    return {"info": {"code": f"info_pwd-recovery_{kind}-success"}, "step": "LOGON", "type": ""}


def by_questions(controller: ControllerState, guest: Guest, form: Form) -> dict[str, Any]:
    """The new password itself, for the right answers. ASSUMED: they are counted from 0."""
    account = controller.accounts.get(guest.recovering)
    given = [value for name, value in form.items() if name.startswith("answer_")]
    if account is None or given != [account.answer]:
        raise Rejected("wrong-answers")
    account.password = new_password()
    return {
        "info": {
            "code": "info_pwd-recovery_questions-success",
            "pwdRecovery": {"password": account.password},
        },
        "step": "LOGON",
        "type": "",
    }


RECOVERY: Mapping[str, Callable[[ControllerState, Guest, Form], dict[str, Any]]] = {
    "get_pwd_recovery_options_from_user": options,
    "regen_pwd_with_sms_resend": by_sms,
    "regen_pwd_with_email_resend": by_mail,
    "regen_pwd_with_secret_questions": by_questions,
}
