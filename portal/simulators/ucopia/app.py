"""The HTTP side of a simulated controller: redirects, cookies, ``portal_api.php``, and what goes wrong."""

from __future__ import annotations

import socket
from collections.abc import Mapping

from flask import Flask, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.simulators.look import with_look
from portal.simulators.ucopia import pages
from portal.simulators.ucopia.controller import Call, Controller, Refused
from portal.simulators.ucopia.faults import ACTIONS, MORE_ACTIONS
from portal.simulators.ucopia.rules import ticked
from portal.simulators.ucopia.session import Session
from portal.simulators.ucopia.wire import php_json

COOKIE = "PHPSESSID"
# Section 2.3.
_REFUSED_AGENTS = (
    "iPhone",
    "iPad",
    "iPod",
    "Apple-iPhone",
    "Apple-iPad",
    "Apple-iPod",
    "Android",
    "Skype WISPr",
    "GeoServices",
    "Mozilla",
    "Opera",
    "BlackBerry",
)
_LONGEST_AGENT = 60


def create_controller(controller: Controller) -> Flask:
    """The Flask application of a controller; serve it with :func:`portal.simulators.server.serve`."""
    app = with_look(Flask(__name__))
    front = _Front(controller)
    app.add_url_rule("/", "index", front.index, methods=["GET", "POST"])
    app.add_url_rule("/index.php", "index", front.index, methods=["GET", "POST"])
    app.add_url_rule("/degraded.html", "degraded", front.degraded)
    app.add_url_rule("/zone/<zone>/", "zone", front.zone, methods=["GET", "POST"])
    app.add_url_rule("/<int:number>/portal/", "portal", front.portal)
    app.add_url_rule("/<int:number>/portal/portal.lang.xml", "words", front.words)
    app.add_url_rule("/shibauth.php", "shibboleth", front.shibboleth)
    app.add_url_rule("/portal_api.php", "api", front.api, methods=["GET", "POST"])
    app.add_url_rule("/portals/_policies/<name>", "policy", front.policy)
    app.add_url_rule("/arrive", "arrive", front.arrive)
    app.register_error_handler(Refused, front.refused)
    pages.add_pages(app, controller)
    return app


def _drop() -> Response:
    """Cut the connection: the client sees it closed without an answer."""
    connection = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    return Response(status=500)


def _agent_allowed(controller: Controller) -> bool:
    settings, agent = controller.settings, request.headers.get("User-Agent", "")
    if settings.let_browsers_in and "text/html" in request.headers.get("Accept", ""):
        return True
    if settings.user_agents == "mozilla":
        return agent.startswith("Mozilla")
    if settings.user_agents == "manual":
        return len(agent) <= _LONGEST_AGENT and not agent.startswith(_REFUSED_AGENTS)
    return True


class _Front:
    """The views, with the controller they belong to."""

    def __init__(self, controller: Controller) -> None:
        self.controller = controller

    # -- the way in

    def index(self) -> AnyResponse:
        """``GET /?dst=…`` or ``/index.php``: section 2.1, and section 6 once connected."""
        if dropped := self._fault_before("open"):
            return dropped
        self._check_settings()
        session = self.controller.open_inline(self._cookie(), self._address(), request.values.get("dst", ""))
        return self._hop(session)

    def zone(self, zone: str) -> AnyResponse:
        """``/zone/<zone>/?res=…``: section 5, steps 1 and 2."""
        if dropped := self._fault_before("open"):
            return dropped
        self._check_settings()
        session = self.controller.open_zone(self._cookie(), self._address(), zone, request.values)
        return self._hop(session)

    def arrive(self) -> AnyResponse:
        """The guest's first request is caught. ASSUMED: it is sent on with ``dst``, the page it wanted.

        The controller's own cookie is set on the way, as by any page of it.
        """
        wanted = request.args.get("dst", "http://www.example.com/")
        session = self.controller.open_inline(self._cookie(), self._address(), wanted)
        target = self.controller.settings.portal_url or request.url_root
        mark = "&" if "?" in target else "?"
        return self._with_cookie(
            redirect(f"{target}{mark}{pages.query(dst=wanted, **self._window(session))}"), session
        )

    def _window(self, session: Session) -> dict[str, str]:
        """The name of the window that a phone has opened by itself, for its page's query."""
        name = self.controller.guest_of(session).window
        return {"cna_id": name} if self.controller.settings.names_windows else {}

    def degraded(self) -> AnyResponse:
        """*Wire*: a first round can end here; the page only sets the cookie. Its name is ASSUMED."""
        self._fault_before("open")
        with self.controller.lock:
            session = self.controller.sessions.find(self._cookie(), self.controller.clock())
        response: AnyResponse = Response(render_template("degraded.html"))
        return self._with_cookie(response, session) if session else response

    def portal(self, number: int) -> AnyResponse:
        """The controller's own portal page: after signing in it sends the guest on."""
        if dropped := self._fault_before("open"):
            return dropped
        session = self.controller.session_of(self._cookie(), self._address())
        if session is None:
            return redirect("/")
        session.entered = True
        if request.path == self.controller.settings.init_redirect:
            self.controller.guest_of(session).redirected = True
        if number != session.portal:
            raise Refused("empty-address")
        return self._with_cookie(pages.portal(self.controller, session), session)

    def words(self, number: int) -> AnyResponse:
        """*Wire*: the controller's own words for every code, in every language, beside the portal page."""
        if dropped := self._fault_before("words"):
            return dropped
        return Response(render_template("portal.lang.xml", **pages.words()), content_type="text/xml")

    def shibboleth(self) -> AnyResponse:
        """*Wire*: the way through an organisation. ASSUMED: it succeeds at once and comes back to the portal."""
        session = self.controller.session_of(self._cookie(), self._address())
        if session is None:
            return redirect("/")
        self.controller.guest_of(session).shibboleth = True
        target = self.controller.settings.portal_url or f"/{session.portal}/portal/"
        return self._with_cookie(redirect(target), session)

    def policy(self, name: str) -> AnyResponse:
        """The document behind a relative link of a policy."""
        self._fault_before("open")
        return Response(render_template("policy.html", name=name))

    def refused(self, refusal: Refused) -> AnyResponse:
        """Table 1 as a page of plain text."""
        return Response(refusal.text, refusal.status, content_type="text/html; charset=UTF-8")

    def _hop(self, session: Session) -> AnyResponse:
        window = self._window(session)
        target = f"/{session.portal}/portal/" + (f"?{pages.query(**window)}" if window else "")
        target = "/degraded.html" if session.degraded else target
        return self._with_cookie(redirect(target), session)

    def _check_settings(self) -> None:
        if self.controller.settings.refusal:
            raise Refused(self.controller.settings.refusal)
        if not _agent_allowed(self.controller):
            raise Refused("user-agent")

    # -- the API

    def api(self) -> AnyResponse:
        """``portal_api.php``; the manual sends POST and shows GET in an example: both are served."""
        form = _form()
        action = form.get("action", "").strip('"')
        if action not in (*ACTIONS, *MORE_ACTIONS):
            return redirect("/")
        if dropped := self._fault_before(action):
            return dropped
        session = self.controller.session_of(self._cookie(), self._address(), action)
        if self.controller.loses_session(action, session) or session is None:
            return self._lost()
        body = php_json(self.controller.act(action, form, session))
        faults = self.controller.faults
        if seconds := faults.hang_after.get(action, 0):
            self.controller.wait(seconds)
            return _drop()
        if action in faults.garble:
            return self._with_cookie(_garbled(body, faults.garble[action]), session)
        return self._with_cookie(self._answer(action, form, body, session), session)

    def _answer(self, action: str, form: Mapping[str, str], body: bytes, session: Session) -> AnyResponse:
        style = self.controller.settings.wire
        if style.navigation == "redirect" and action in ("authenticate", "disconnect") and not _is_ajax(form):
            # Wire, one operator: a call that is a navigation of the guest's browser goes on to the portal.
            return redirect(f"/{session.portal}/portal/")
        response = Response(body, content_type=style.content_type)
        # Wire: only a page of the controller itself may read the answer.
        response.headers["Access-Control-Allow-Origin"] = request.host_url.rstrip("/")
        response.headers["Cache-Control"] = "no-store, no-cache, must-revalidate"
        return response

    def _lost(self) -> AnyResponse:
        style = self.controller.settings.wire
        kind = self.controller.faults.lost_session_answer
        if kind == "error":
            lost = {"error": {"code": "error_redirect-to-index"}, "redirect": "/index.php"}
            return Response(php_json(lost), content_type=style.content_type)
        if kind == "html":
            return Response(render_template("lost.html"))
        return redirect("/")

    # -- every request

    def _fault_before(self, action: str) -> AnyResponse | None:
        """Note the call; wait or drop the connection if a switch says so."""
        controller = self.controller
        controller.calls.append(
            Call(
                at=controller.clock(),
                action=action,
                path=request.path,
                form=_form(),
                client=self._address(),
                user_agent=request.headers.get("User-Agent", ""),
                cookie=self._cookie() or "",
            )
        )
        controller.wait(controller.faults.slow.get(action, 0))
        return _drop() if action in controller.faults.dead else None

    def _cookie(self) -> str | None:
        return request.cookies.get(COOKIE)

    def _address(self) -> str:
        return request.remote_addr or ""

    def _with_cookie(self, response: AnyResponse, session: Session) -> AnyResponse:
        session_id = self.controller.cookie_for(session)
        if session_id != self._cookie():
            response.set_cookie(COOKIE, session_id, path="/", secure=request.is_secure, httponly=True)
        return response


def _form() -> dict[str, str]:
    """What was sent; a list (``name[]``, wire) is one value with commas."""
    form = request.values.to_dict()
    for name in [name for name in form if name.endswith("[]")]:
        form[name.removesuffix("[]")] = ",".join(request.values.getlist(name))
    return form


def _is_ajax(form: Mapping[str, str]) -> bool:
    return ticked(form, "from_ajax") or request.headers.get("X-Requested-With") == "XMLHttpRequest"


def _garbled(body: bytes, how: str | bytes) -> AnyResponse:
    if isinstance(how, bytes):
        return Response(how, content_type="text/html; charset=UTF-8")
    if how == "cut":
        return Response(body[: len(body) // 2], content_type="text/html; charset=UTF-8")
    if how == "binary":
        return Response(bytes(range(256)) * 4, content_type="application/octet-stream")
    return Response(render_template("lost.html"))
