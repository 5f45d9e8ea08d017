"""The box on the wire: what a phone, a guest's browser and an operator at the demo meet."""

from __future__ import annotations

import re
import secrets
import socket
import time
from datetime import UTC, datetime
from typing import NoReturn

from flask import Flask, Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.simulators.iacbox import pms
from portal.simulators.iacbox.box import IacBox
from portal.simulators.iacbox.devices import MAC, Caller, Device, random_mac
from portal.simulators.iacbox.settings import PMS_FAULTS, Faults
from portal.simulators.iacbox.wire import WireFault
from portal.simulators.look import with_look

PROBE = "http://captive.apple.com/hotspot-detect.html"
COOKIE = "device"
FLAGS = (
    "wrong_secret", "altered_url", "other_version", "replay", "unknown_id", "other_id", "full", "repeated",
)  # fmt: skip
GUESTS_WAYS = ("new_phone", "browse", "pms", "refresh", "onward")
LONGEST_DELAY = 60.0
LARGEST_CODE = 9999
VLAN = re.compile(r"[0-9]{1,4}")


def create_box(box: IacBox) -> Flask:
    """The box as a Flask application; ``serve(create_box(box))`` gives it a socket."""
    app = with_look(Flask(__name__))
    # A connection that the fault "down" cuts must reach the server as what it is, not as a page 500.
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.jinja_env.filters["clock"] = _clock
    _meet_guests(app, box)
    _meet_operator(app, box)
    return app


def _meet_guests(app: Flask, box: IacBox) -> None:
    @app.before_request
    def take_redirect_2() -> AnyResponse | None:
        carries = "lapi" in request.args or "si" in request.args
        if not carries and request.endpoint not in GUESTS_WAYS:
            return None
        if spoiled := _faulty(box):
            return spoiled
        return _redirect_2(box) if carries else None

    @app.get("/new-phone")
    def new_phone() -> AnyResponse:
        return _caught(box, _seen(box, random_mac()), request.args.get("url", PROBE))

    @app.get("/device/<mac>/browse")
    def browse(mac: str) -> AnyResponse:
        if not MAC.fullmatch(mac):
            abort(404)
        device, url = _seen(box, mac), request.args.get("url", "http://example.com/")
        if not device.online:
            return _caught(box, device, url)
        page = make_response(
            render_template("note.html", title="Online", text=f"You are on the internet: {url}", mac=mac)
        )
        page.set_cookie(COOKIE, mac, samesite="Lax", httponly=True)
        return page

    @app.get(box.settings.refresh_path)
    def refresh(refid: str) -> AnyResponse:
        device = box.device_of(_caller())
        if device is None:
            return _page(200, "Not known", "Your device is not known here. Please reconnect to the Wi-Fi.")
        return redirect(box.redirect_1(box.seen(device.mac, _peer()), refid=refid))

    @app.get("/onward/<token>/<int:hop>")
    def onward(token: str, hop: int) -> AnyResponse:
        if token not in box.underway or not 0 <= hop < len(box.settings.detour):
            abort(404)
        return _led(box, token, hop + 1)

    @app.get(box.settings.pms.path, endpoint="pms")
    def ask_pms() -> Response:
        answer = pms.answer(box, request.args, request.headers.get("Accept-Language", ""))
        return Response(answer.body, answer.status, content_type=f"{answer.media}; charset=utf-8")


def _meet_operator(app: Flask, box: IacBox) -> None:
    @app.get("/")
    def overview() -> str:
        with box.lock:
            box.settle()
            return render_template(
                "box.html", box=box, flags=FLAGS, pms_faults=PMS_FAULTS, online=box.online()
            )

    @app.get("/arrive")
    def arrive() -> AnyResponse:
        return redirect(url_for("browse", mac=random_mac(), url=PROBE, vlan=request.args.get("vlan")))

    @app.post("/device/<mac>/logoff")
    def log_off(mac: str) -> AnyResponse:
        box.log_off(mac)
        return redirect(url_for("overview"), 303)

    @app.post("/switches")
    def switches() -> AnyResponse:
        box.faults = _faults(request.form.to_dict())
        box.refuses_replay = "refuses_replay" in request.form
        return redirect(url_for("overview"), 303)


def _faults(form: dict[str, str]) -> Faults:
    """The switches as the form has them; a value that a form cannot have ends in 400."""
    try:
        slow, refusal = float(form.get("slow") or 0), int(form.get("refusal") or 0)
    except ValueError:
        abort(400)
    down, spoiled = form.get("down", ""), form.get("pms", "")
    if not 0 <= slow <= LONGEST_DELAY or down not in ("", "close", "503") or spoiled not in ("", *PMS_FAULTS):
        abort(400)
    if not 0 <= refusal <= LARGEST_CODE:
        abort(400)
    return Faults(
        **{flag: flag in form for flag in FLAGS},  # type: ignore[arg-type]
        down=down,
        slow=slow,
        pms=spoiled,
        refusal=refusal,
        refusal_text=form.get("refusal_text", ""),
        other_box=form.get("other_box", ""),
    )


def _faulty(box: IacBox) -> AnyResponse | None:
    """What the faults of the whole box, and its limit on the length of a URL, make of a guest's request."""
    if box.faults.slow:
        time.sleep(box.faults.slow)
    if box.faults.down == "close":
        _cut()
    if box.faults.down == "503":
        return _page(503, "Out of order", "The box is restarting.")
    if len(request.host_url.rstrip("/") + request.environ["RAW_URI"]) > box.settings.url_limit:
        return _page(414, "Too long", f"A URL may have {box.settings.url_limit} characters.")
    return None


def _cut() -> NoReturn:
    """End the connection without an answer. Werkzeug alone would keep it open for a next request."""
    if connection := request.environ.get("werkzeug.socket"):
        connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError


def _redirect_2(box: IacBox) -> AnyResponse:
    """The answer to a signed message. A wrong signature gets a page: its id may not be believed."""
    lapi, si = request.args.getlist("lapi"), request.args.getlist("si")
    caller = _caller()
    try:
        if len(lapi) != 1 or len(si) != 1:
            raise WireFault("lapi and si are needed once each")
        reply = box.receive(lapi[0], si[0], caller)
    except WireFault as fault:
        box.note("refused, portal to box", {"why": str(fault)})
        return _page(403, "Refused", f"This message cannot be trusted: {fault}.")
    if reply.url and box.settings.detour:
        token = secrets.token_urlsafe(9)
        box.underway[token] = reply.url
        return _led(box, token, 0)
    if reply.url:
        return redirect(reply.url)
    device = box.device_of(caller)
    return _page(
        200,
        "Online" if reply.code == 0 else f"Error {reply.code}",
        reply.text,
        reply.language,
        device.mac if device else "",
    )


def _led(box: IacBox, token: str, hop: int) -> AnyResponse:
    """The next address of the detour, and behind the last one the address that was meant."""
    if hop < len(box.settings.detour):
        return redirect(f"{box.settings.detour[hop]}onward/{token}/{hop}")
    return redirect(box.underway.pop(token))


def _seen(box: IacBox, mac: str) -> Device:
    """The phone of this address, in the VLAN that the parameter ``vlan`` names or where it was before."""
    device, vlan = box.seen(mac, _peer()), request.args.get("vlan", "")
    if vlan and not VLAN.fullmatch(vlan):
        abort(400)
    device.vlan = vlan or device.vlan
    return device


def _caller() -> Caller:
    return Caller(request.args.get("device", ""), request.cookies.get(COOKIE, ""), _peer())


def _caught(box: IacBox, device: Device, wanted: str) -> AnyResponse:
    """Redirect 1, and the cookie by which the simulation knows the phone again; without a portal a page."""
    if not box.settings.landing_url:
        return _page(503, "No portal", "This box has not been told where its portal is.")
    response = redirect(box.redirect_1(device, wanted))
    response.set_cookie(COOKIE, device.mac, samesite="Lax", httponly=True)
    return response


def _page(status: int, title: str, text: str, language: str = "en", mac: str = "") -> Response:
    page = make_response(render_template("note.html", title=title, text=text, language=language, mac=mac))
    page.status_code = status
    return page


def _peer() -> str:
    return request.remote_addr or ""


def _clock(at: float | None) -> str:
    return "" if at is None else datetime.fromtimestamp(at, UTC).strftime("%d.%m.%Y %H:%M:%S")
