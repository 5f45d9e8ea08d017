"""Wax over HTTP: the wall that every call passes, the calls, and the box's own page."""

from __future__ import annotations

from flask import Flask, Response, jsonify, request

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
        fault = _fault(icaro)
        return (jsonify(message=fault), 400) if fault else None

    @app.after_request
    def keep(response: Response) -> Response:
        if request.path.startswith("/wax/"):
            query = request.args.to_dict()
            call = Call(icaro.clock(), request.method, request.path, query, response.status_code)
            icaro.calls.append(call)
        return response


def _fault(icaro: Icaro) -> str | None:
    """What wax has against the caller. ASSUMED: the poll of a unit alone needs no session."""
    needed = ["digest", "uuid", "sessionid"]
    if request.path == "/wax/aaa/auth":
        needed.remove("sessionid")
    for name in needed:
        if not request.args.get(name):
            return f"{name} is required" if name == "sessionid" else f"{name} required"
    unit = icaro.unit(request.args["uuid"])
    if unit is None:
        return "uuid is invalid"
    return None if request.args["digest"] == unit.digest else "digest is invalid"


def _json(answer: Answer) -> tuple[Response, int]:
    status, body = answer
    return jsonify(body), status


def _add_registration(app: Flask, icaro: Icaro) -> None:
    @app.get(f"{REGISTER}/voucher/<path:code>")
    def register_voucher(code: str) -> tuple[Response, int]:
        return _json(icaro.register_voucher(code, request.args["sessionid"]))

    @app.get(f"{REGISTER}/email/<path:address>")
    def register_email(address: str) -> tuple[Response, int]:
        return _json(icaro.register_user("email", address, request.args))

    @app.get(f"{REGISTER}/sms/<path:number>")
    def register_sms(number: str) -> tuple[Response, int]:
        return _json(icaro.register_user("sms", number, request.args))


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

    @app.get("/wax/aaa/auth")
    def fetch() -> tuple[Response, int]:
        """What a unit asks every ten seconds (real), with its secret in the query (real)."""
        unit = icaro.unit(request.args["uuid"])
        if unit is None or request.args.get("secret") != unit.secret:
            return jsonify(message="Invalid secret for this unit"), 401
        notes = icaro.fetch(unit.uuid)
        return (jsonify(notes), 200) if notes else (jsonify(message="No auths found for this unit!"), 404)


def _add_consents(app: Flask, icaro: Icaro) -> None:
    @app.delete("/wax/marketings/<user_id>")
    def delete_marketing(user_id: str) -> tuple[Response, int]:
        return _json(icaro.forget("marketing", user_id))

    @app.delete("/wax/surveys/<user_id>")
    def delete_survey(user_id: str) -> tuple[Response, int]:
        return _json(icaro.forget("survey", user_id))

    @app.put("/wax/additional/<user_id>")
    def additional(user_id: str) -> tuple[Response, int]:
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            return jsonify(message="Request fields malformed"), 400
        return _json(icaro.remember(user_id, body.get("reason"), body.get("country")))
