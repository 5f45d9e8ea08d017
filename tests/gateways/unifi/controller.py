"""A pretend UniFi controller, written from the description in ``docs/gateways.md``; it knows nothing of the gateway."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from flask import Flask, Response, jsonify, make_response, request


@dataclass
class Controller:
    """Who is let through, by address, and for how many minutes. ``faults``: ``slow html refuse login``."""

    online: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    faults: set[str] = field(default_factory=set)


def create_controller(controller: Controller) -> Flask:
    """Its API over HTTP."""
    app = Flask("controller")

    @app.post("/api/login")
    def login() -> Response:
        known = request.get_json() == {"username": "portal", "password": "a password"}
        if not known or "login" in controller.faults:
            return make_response(jsonify(meta={"rc": "error", "msg": "api.err.Invalid"}, data=[]), 400)
        answer = make_response(jsonify(meta={"rc": "ok"}, data=[]))
        answer.set_cookie("unifises", "s3ss10n", httponly=True)
        return answer

    @app.post("/api/s/<site>/cmd/stamgr")
    def command(site: str) -> Response:
        if request.cookies.get("unifises") != "s3ss10n":
            return make_response(jsonify(meta={"rc": "error", "msg": "api.err.LoginRequired"}, data=[]), 401)
        asked = request.get_json()
        controller.asked.append(asked["cmd"])
        if "slow" in controller.faults:
            time.sleep(1)
        if "html" in controller.faults:
            return Response("<h1>502 Bad Gateway</h1>", 502)
        if "refuse" in controller.faults or site != "lobby":
            return make_response(jsonify(meta={"rc": "error", "msg": "api.err.UnknownStation"}, data=[]))
        if asked["cmd"] == "authorize-guest":
            controller.online[asked["mac"]] = asked["minutes"]
        else:
            controller.online.pop(asked["mac"], None)
        return make_response(jsonify(meta={"rc": "ok"}, data=[]))

    return app
