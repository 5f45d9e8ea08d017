"""The pages of a simulated controller: its own small portal, and the board with its switches."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from portal.simulators.knobs import knobs, number, turn
from portal.simulators.ucopia.accounts import Account
from portal.simulators.ucopia.codes import AUTHENTICATE_CODES, DISCONNECT_CODES, SUBSCRIBE_CODES
from portal.simulators.ucopia.controller import Controller
from portal.simulators.ucopia.faults import ACTIONS, MORE_ACTIONS
from portal.simulators.ucopia.rules import RULES, Mode
from portal.simulators.ucopia.session import Session
from portal.simulators.ucopia.settings import FEEDBACK

OWN_WORDS = {
    "error_logon_only-this-box-says-so": {"en": "Only this controller says so."},
    "error_logon_night-pause": {
        "en": "The Wi-Fi sleeps at night. It wakes up at %s.",
        "fr": "Le Wi-Fi dort la nuit. Il se réveille à %s.",
        "de": "Das WLAN schläft nachts. Es wacht um %s auf.",
    },
    "error_subscribe_no-more-accounts": {"fr": "Plus de <b>100&nbsp;%%</b> des comptes sont pris."},
}
"""Codes of an imagined firmware, with sentences in some languages (ASSUMED)."""
_PLACES = (*ACTIONS, *MORE_ACTIONS, "open", "words")
_BY_ACTION = ("slow", "hang_after", "garble", "force_error")


def query(**values: str) -> str:
    """A query string."""
    return urlencode(values)


def portal(controller: Controller, session: Session) -> AnyResponse:
    """The controller's own portal for a session; a guest who has just signed in is sent on."""
    settings = controller.settings
    with controller.lock:
        guest = controller.guest_of(session)
        controller.settle(guest)
        just_signed, guest.just_signed = guest.just_signed and guest.online, False
        error, guest.last_error = guest.last_error, ""
        target = settings.redirect_url or (guest.requested_url if settings.to_requested_url else "")
        delay = settings.redirect_delay if settings.redirect_url else 0
        if just_signed and target and not delay:
            return redirect(target)
        page = render_template(
            "portal.html",
            guest=guest,
            settings=settings,
            account=controller.accounts.get(guest.login),
            error=error,
            target=target if just_signed else "",
            delay=delay,
        )
    return Response(page)


def words() -> dict[str, Any]:
    """The catalogue of the controller's own page: every code it knows, and some that only it knows."""
    kinds = [f"{kind}-subscribe" for kind in ("one", "direct")]
    codes = [[f"error_logon_{code}"] for code in AUTHENTICATE_CODES]
    codes += [[f"error_{kind}_{code}" for kind in kinds] for code in SUBSCRIBE_CODES]
    return {"codes": [*codes, *([code] for code in DISCONNECT_CODES)], "own": OWN_WORDS}


def add_pages(app: Flask, controller: Controller) -> None:
    """Add ``/simulator`` (see and turn the switches) and ``/simulator/account`` (add an account)."""

    @app.get("/simulator")
    def board() -> str:
        with controller.lock:
            return render_template("board.html", **_board(controller))

    @app.post("/simulator")
    def turn_board() -> AnyResponse:
        with controller.lock:
            _turn_board(controller, request.form)
        return redirect("/simulator", 303)

    @app.post("/simulator/account")
    def add_account() -> AnyResponse:
        login, password = request.form.get("login", "").strip(), request.form.get("password", "")
        if login and password:
            with controller.lock:
                validity = int(number(request.form.get("validity", "")) or 0)
                credit = int(number(request.form.get("credit", "")) or 0)
                expires = int(controller.clock()) + validity if validity else 0
                controller.accounts.add(Account(login, password, expires=expires, credit=credit))
        return redirect("/simulator", 303)


def _board(controller: Controller) -> dict[str, Any]:
    settings, faults, now = controller.settings, controller.settings.faults, controller.clock()
    for guest in controller.guests.values():
        controller.settle(guest)
    return {
        "controller": controller,
        "settings": settings,
        "rules": RULES,
        "feedback": FEEDBACK,
        "actions": _PLACES,
        "modes": settings.modes,
        "policies": {"logon": settings.logon_policy, "private": settings.private_policy},
        "groups": {
            "Controller": knobs(settings, "settings"),
            "Style of answers": knobs(settings.wire, "wire"),
            "Sessions that go wrong": knobs(faults, "faults"),
        },
        "by_action": {name: getattr(faults, name) for name in _BY_ACTION},
        "dead": faults.dead,
        "sessions": controller.sessions.all()[-30:],
        "calls": list(controller.calls)[-30:][::-1],
        "messages": list(controller.messages)[-30:][::-1],
        "accounts": controller.accounts.all()[-30:],
        "now": now,
    }


def _turn_board(controller: Controller, form: MultiDict[str, str]) -> None:
    settings, faults = controller.settings, controller.settings.faults
    turn(settings, "settings", form)
    turn(settings.wire, "wire", form)
    turn(faults, "faults", form)
    for name, mode in settings.modes.items():
        _turn_mode(mode, name, form)
    for name, policy in (("logon", settings.logon_policy), ("private", settings.private_policy)):
        policy.display, policy.mandatory = f"{name}.display" in form, f"{name}.mandatory" in form
    settings.feedback = {name: f"feedback.{name}" in form for name in FEEDBACK}
    faults.dead = {action for action in _PLACES if f"dead.{action}" in form}
    for name in _BY_ACTION:
        given = {action: form.get(f"{name}.{action}", "").strip() for action in _PLACES}
        if name in ("slow", "hang_after"):
            seconds = {action: number(value) for action, value in given.items()}
            setattr(faults, name, {action: wait for action, wait in seconds.items() if wait})
        else:
            setattr(faults, name, {action: value for action, value in given.items() if value})


def _turn_mode(mode: Mode, name: str, form: MultiDict[str, str]) -> None:
    mode.enabled = f"{name}.enabled" in form
    mode.sponsoring = f"{name}.sponsoring" in form
    mode.policy.display = f"{name}.policy.display" in form
    mode.policy.mandatory = f"{name}.policy.mandatory" in form
    for rule_name, rule in mode.rules.items():
        rule.display = f"{name}.{rule_name}.display" in form
        rule.mandatory = f"{name}.{rule_name}.mandatory" in form
