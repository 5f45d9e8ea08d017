"""A notice before (or after) the sign-in, written for this portal: it returns by ``callback``.

With ``sign_return`` it proves that the guest saw the page: ``signature`` is the lower-case hex HMAC-SHA256
of the journey under the webhook's token.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import requests
from flask import Flask, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from portal.simulators.integration.survey import Visit
from portal.simulators.integration.webhooks import FAULTS, Webhook, add_webhook
from portal.simulators.look import with_look


@dataclass(frozen=True)
class Reading:
    """What the portal answered when it was asked for a venue's record; status 0 = no answer."""

    venue: str
    status: int
    text: str


@dataclass
class Notice:
    """``portal_url``: the only host a guest is returned to, and where records are read."""

    portal_url: str
    webhook: Webhook
    sign_return: bool = False
    timeout: float = 5.0
    visits: list[Visit] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)

    def way_back(self, callback: str, journey: str, failed: str = "") -> str:
        """The callback with the journey, and with what proves or explains the outcome."""
        parts = urlsplit(callback)
        returned = {"journey": journey}
        if self.sign_return:
            returned["signature"] = self.signature(journey)
        if failed:
            returned["integration_failed"] = failed
        kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in returned]
        return parts._replace(query=urlencode([*kept, *returned.items()])).geturl()

    def signature(self, journey: str) -> str:
        """64 lower-case hex digits."""
        return hmac.new(self.webhook.token.encode(), journey.encode(), hashlib.sha256).hexdigest()

    def trusts(self, callback: str) -> bool:
        """Whether a callback leads to the portal and nowhere else."""
        here, there = urlsplit(self.portal_url), urlsplit(callback)
        return bool(there.netloc) and (there.scheme, there.netloc) == (here.scheme, here.netloc)

    def read_record(self, venue: str, uuid: str) -> Reading:
        """``GET <portal>/<venue>/integration`` with the token that the webhook brought for this hotspot."""
        record = self.webhook.records.get(uuid) or {}
        address = f"{self.portal_url.rstrip('/')}/{quote(venue, safe='')}/integration"
        try:
            answer = requests.get(
                address,
                headers={"Token": str(record.get("token", ""))},
                timeout=self.timeout,
                allow_redirects=False,
            )
            reading = Reading(venue, answer.status_code, answer.text)
        except requests.RequestException as fault:
            reading = Reading(venue, 0, type(fault).__name__)
        self.readings.append(reading)
        return reading


def create_notice(notice: Notice) -> Flask:
    """The notice on Wings' paths, the webhook and the own page."""
    app = with_look(Flask(__name__))
    app.url_map.merge_slashes = False

    @app.route("/wings/login", methods=["GET", "POST"])
    @app.route("/wings/login/<method>", methods=["GET", "POST"])
    def show(method: str = "") -> BaseResponse | str | tuple[str, int]:
        query = request.args.to_dict()
        journey, callback = query.get("journey", ""), query.get("callback", "")
        if not journey or not notice.trusts(callback):
            return render_template("notice.html", lost=True), 400
        if request.method == "GET":
            notice.visits.append(Visit(request.path, query, "shown"))
            return render_template("notice.html", lost=False, name=query.get("nasid", ""))
        declined = "decline" in request.form
        notice.visits.append(Visit(request.path, query, "declined" if declined else "read"))
        return redirect(notice.way_back(callback, journey, "declined" if declined else ""), 303)

    _add_own_page(app, notice)
    add_webhook(app, notice.webhook)
    return app


def _add_own_page(app: Flask, notice: Notice) -> None:
    @app.get("/simulator")
    def own_page() -> str:
        switches = {"sign_return": notice.sign_return}
        return render_template("own.html", title="Notice", it=notice, switches=switches, faults=FAULTS)

    @app.post("/simulator/switches")
    def set_switches() -> BaseResponse:
        notice.sign_return = "sign_return" in request.form
        return redirect("/simulator", 303)

    @app.post("/simulator/read")
    def read() -> BaseResponse:
        notice.read_record(request.form.get("venue", ""), request.form.get("uuid", ""))
        return redirect("/simulator", 303)
