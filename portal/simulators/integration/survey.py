"""A survey after the sign-in, as an integration of Icaro is written today.

It reads Wings' query (``digest uuid sessionid uamip uamport user nasid``, then ``code`` and ``validated``,
or ``code`` and ``email``, or ``code`` and ``num``) and returns to the captive portal's host, to the path it
was called on, with the query it was called with and ``integration_done=true``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from flask import Flask, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from portal.simulators.integration.webhooks import FAULTS, Webhook, add_webhook
from portal.simulators.look import with_look

ENTRY = ("digest", "uuid", "sessionid", "uamip", "uamport", "user", "nasid")
WINGS_QUERY = frozenset((*ENTRY, "code", "validated", "email", "num"))  # all that Wings ever sends
SWITCHES = ("drop_unknown", "cancel", "only_known")


@dataclass(frozen=True)
class Visit:
    """A guest who came by: on which path, with what, and what became of it."""

    path: str
    query: Mapping[str, str]
    outcome: str
    answer: str = ""


@dataclass
class Survey:
    """``portal_url`` is the captive portal's host, e.g. ``http://127.0.0.1:5000``.

    ``drop_unknown``: bring back only what Wings sends. ``cancel``: show a button that declines (no Icaro
    integration has one). ``only_known``: refuse guests of a hotspot whose record never arrived.
    """

    portal_url: str
    webhook: Webhook
    drop_unknown: bool = False
    cancel: bool = False
    only_known: bool = False
    visits: list[Visit] = field(default_factory=list)

    def way_back(self, path: str, raw_query: str, outcome: str) -> str:
        """The URL that ends the hop. The query is not touched, unless this one forgets what it does not know."""
        if self.drop_unknown:
            pairs = parse_qsl(raw_query, keep_blank_values=True)
            raw_query = urlencode([(name, value) for name, value in pairs if name in WINGS_QUERY])
        joint = "&" if raw_query else ""
        return f"{self.portal_url.rstrip('/')}{path}?{raw_query}{joint}{outcome}"


def create_survey(survey: Survey) -> Flask:
    """``/wings/login`` and its methods, the webhook and the own page."""
    app = with_look(Flask(__name__))
    app.url_map.merge_slashes = False  # a doubled slash is the caller's fault, and shall show

    @app.route("/wings/login", methods=["GET", "POST"])
    @app.route(
        "/wings/login/<any(email, sms, facebook, linkedin, instagram):method>", methods=["GET", "POST"]
    )
    def ask(method: str = "") -> BaseResponse | str | tuple[str, int]:
        query = request.args.to_dict()
        record = survey.webhook.record_of(query.get("uuid", ""))
        if not query.get("uuid") or not query.get("sessionid") or (survey.only_known and record is None):
            return render_template("survey.html", unknown=True), 404
        if request.method == "GET":
            survey.visits.append(Visit(request.path, query, "asked"))
            name = record["hotspot"]["name"] if record else query.get("nasid", "")
            return render_template("survey.html", unknown=False, name=name, cancel=survey.cancel)
        declined = "decline" in request.form
        answer = request.form.get("answer", "")
        survey.visits.append(Visit(request.path, query, "declined" if declined else "done", answer))
        outcome = "integration_failed=declined" if declined else "integration_done=true"
        return redirect(survey.way_back(request.path, request.query_string.decode(), outcome), 303)

    @app.get("/simulator")
    def own_page() -> str:
        switches = {name: getattr(survey, name) for name in SWITCHES}
        return render_template("own.html", title="Survey", it=survey, switches=switches, faults=FAULTS)

    @app.post("/simulator/switches")
    def set_switches() -> BaseResponse:
        for name in SWITCHES:
            setattr(survey, name, name in request.form)
        return redirect("/simulator", 303)

    add_webhook(app, survey.webhook)
    return app
