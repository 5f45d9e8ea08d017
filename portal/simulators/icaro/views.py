"""Wax over HTTP: the wall that every call passes, the calls, and the box's own page."""

from __future__ import annotations

from flask import Flask, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from portal.simulators.icaro import aaa
from portal.simulators.icaro.page import add_own_page
from portal.simulators.icaro.switches import broken
from portal.simulators.icaro.wax import Answer, Call, Icaro
from portal.simulators.look import with_look

REGISTER = "/wax/register"


def create_icaro(icaro: Icaro) -> Flask:
    """Wax and its own page (``/simulator``) for one hotspot."""
    app = with_look(Flask(__name__))
    _add_wall(app, icaro)
    _add_registration(app, icaro)
    _add_aaa(app, icaro)
    _add_unit(app, icaro)
    _add_consents(app, icaro)
    app.add_url_rule("/wax/preferences", "preferences", lambda: _json(icaro.describe()))
    app.register_error_handler(404, lambda error: ({"message": "API not found"}, 404))
    add_own_page(app, icaro)
    return app


def _add_wall(app: Flask, icaro: Icaro) -> None:
    @app.before_request
    def wall() -> Response | tuple[Response, int] | None:
        if not request.path.startswith("/wax/"):
            return None
        answer = broken(icaro.switches, request, icaro.settings.slow_seconds)
        if answer is not None:
            return answer
        fault = "" if request.path.startswith("/wax/short/") else _fault(icaro)
        return (jsonify(message=fault), 400) if fault else None

    @app.after_request
    def keep(response: Response) -> Response:
        if request.path.startswith("/wax/"):
            query = request.args.to_dict()
            call = Call(icaro.clock(), request.method, request.path, query, response.status_code)
            icaro.calls.append(call)
        return response


def _fault(icaro: Icaro) -> str:
    """What wax has against the caller. A session is not asked for."""
    for name in ("digest", "uuid"):
        if not request.args.get(name):
            return f"{name} required"
    unit = icaro.unit(request.args["uuid"])
    if unit is None:
        return "uuid is invalid"
    return "" if request.args["digest"] == unit.digest else "digest is invalid"


def _json(answer: Answer) -> tuple[Response, int]:
    status, body = answer
    return (Response() if body is None else jsonify(body)), status


def _add_registration(app: Flask, icaro: Icaro) -> None:
    """A name with ``/`` in it is another path, hence 404."""

    @app.get(f"{REGISTER}/voucher/<code>")
    def register_voucher(code: str) -> tuple[Response, int]:
        return _json(icaro.register_voucher(code, request.args))

    @app.get(f"{REGISTER}/email/<address>")
    def register_email(address: str) -> tuple[Response, int]:
        return _json(icaro.register_user("email", address, request.args, request.host_url))

    @app.get(f"{REGISTER}/sms/<number>")
    def register_sms(number: str) -> tuple[Response, int]:
        return _json(icaro.register_user("sms", number, request.args, request.host_url))

    @app.get("/wax/short/<hash>")
    def short(hash: str) -> BaseResponse | tuple[Response, int]:
        long = icaro.outbox.long(hash)
        return redirect(long, 302) if long else (jsonify(message="Shortener hash not found!"), 404)


def _add_aaa(app: Flask, icaro: Icaro) -> None:
    @app.get("/wax/aaa/temp")
    def temporary() -> tuple[Response, int]:
        return _json(icaro.temporary(request.args))

    @app.get("/wax/aaa/logout")
    def logout() -> tuple[Response, int]:
        return _json(icaro.logout(request.args))

    @app.get("/wax/aaa/login")
    def login() -> tuple[Response, int]:
        return _json(icaro.login(request.args))


def _add_unit(app: Flask, icaro: Icaro) -> None:
    """What a unit asks: all records every ten seconds (with its secret in the query), then about each guest."""

    @app.get("/wax/aaa/auth")
    def fetch() -> tuple[Response, int]:
        unit = icaro.unit(request.args["uuid"])
        if unit is None or request.args.get("secret") != unit.secret:
            return jsonify(message="Invalid secret for this unit"), 401
        records = icaro.fetch(unit.uuid)
        return (jsonify(records), 200) if records else (jsonify(message="No auths found for this unit!"), 404)

    @app.get("/wax/aaa")
    @app.get("/wax/aaa/")
    def dispatch() -> tuple[str, int]:
        stage, service = request.args.get("stage", ""), request.args.get("service", "")
        if not stage:
            return "No stage provided", 400
        if stage == "counters":
            icaro.count(request.args)
            return "Ack: 1", 200
        if (stage, service) != ("login", "login"):
            return f"Invalid stage: '{stage}'", 404
        try:
            return icaro.judge(request.args), 200
        except aaa.Rejected as refusal:
            return f"{aaa.REJECT}{refusal}", 403


def _add_consents(app: Flask, icaro: Icaro) -> None:
    @app.delete("/wax/marketings/<user_id>")
    def delete_marketing(user_id: str) -> tuple[Response, int]:
        return _json(icaro.forget_marketing(user_id))

    @app.delete("/wax/surveys/<user_id>")
    def delete_survey(user_id: str) -> tuple[Response, int]:
        return _json(icaro.forget_survey(user_id))

    @app.put("/wax/additional/<user_id>")
    def additional(user_id: str) -> tuple[Response, int]:
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            return jsonify(message="Request fields malformed", error="EOF"), 400
        return _json(icaro.remember(user_id, body.get("reason"), body.get("country")))
