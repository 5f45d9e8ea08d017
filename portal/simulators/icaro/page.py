"""The box's own page: what a hotel's mail server, a guest's phone and Icaro's manager would show."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from flask import Flask, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from portal.simulators.icaro.switches import Switches
from portal.simulators.icaro.vouchers import Voucher
from portal.simulators.icaro.wax import Call, Icaro

HIDDEN = {"digest", "password", "voucher_code", "secret"}
SHOWN_CALLS = 50
MASK = "••••"


def masked(call: Call, icaro: Icaro) -> str:
    """A call with its codes, its digest and its secret covered."""
    path, query = call.path, dict(call.query)
    head, marker, _ = path.partition("/register/voucher/")
    if marker:
        path = head + marker + MASK
    if icaro.vouchers.find(query.get("username", "")):
        query["username"] = MASK
    pairs = (f"{name}={MASK if name in HIDDEN and value else value}" for name, value in query.items())
    return f"{path}?{'&'.join(pairs)}"


def add_own_page(app: Flask, icaro: Icaro) -> None:
    """``/simulator`` and the forms on it."""
    app.add_template_filter(_clock_time, "clock")

    @app.get("/simulator")
    def own_page() -> str:
        calls = [(call, masked(call, icaro)) for call in icaro.calls[-SHOWN_CALLS:][::-1]]
        return render_template("icaro.html", icaro=icaro, calls=calls, names=Switches.names())

    @app.post("/simulator/switches")
    def set_switches() -> BaseResponse:
        icaro.switches.set(request.form)
        return _back("switches")

    @app.post("/simulator/preferences")
    def set_preferences() -> BaseResponse:
        known = {name: value for name, value in request.form.items() if name in icaro.preferences}
        with icaro.lock:
            icaro.preferences.update(known)
        return _back("preferences")

    @app.post("/simulator/vouchers")
    def sell_voucher() -> BaseResponse | tuple[Response, int]:
        code, uses = request.form.get("code", ""), request.form.get("uses", "1")
        if not code or not uses.removeprefix("-").isdecimal():
            return Response("A code and a number of uses (-1: no limit).", mimetype="text/plain"), 400
        icaro.add_voucher(Voucher(code, request.form.get("type", "auth"), int(uses)))
        return _back("vouchers")


def _back(part: str) -> BaseResponse:
    return redirect(f"/simulator#{quote(part)}", 303)


def _clock_time(seconds: float | None) -> str:
    if not seconds:
        return "-"
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
