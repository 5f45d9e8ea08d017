"""A toy portal that has every trait the tools must cope with, and a toy box on another port."""

from __future__ import annotations

import base64
import hashlib

from flask import Flask, Response, redirect, request

STYLE = "body { font: 16px sans-serif; color: #111; background: #fff } summary, a { padding: 8px 0; display: inline-block }"
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; form-action 'self' {box}; "
    f"style-src 'sha256-{STYLE_HASH}'; img-src 'self'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
PAGE = """<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8">
<title>{heading} · Toy</title><style>{style}</style></head><body>
<nav aria-label="Language"><a href="?lang=de" hreflang="de">Deutsch</a>
<a href="?lang=ar" hreflang="ar">العربية</a></nav>
<main><h1>{heading}</h1><p>Cookie: {cookie}; language: {asked}; from: {client}</p>{main}</main></body></html>"""
FORMS = """
<form method="post" action="/sign-in"><input type="hidden" name="guest" value="token">
<input type="hidden" name="way" value="cred">
<label for="username">Ticket code</label><input id="username" name="username" maxlength="20" value="{username}"
  {wrong}>{error}
<label for="speed">Speed</label><select id="speed" name="speed"><option value="1">Slow<option value="2">Fast</select>
<label for="day">Day</label><input id="day" type="date" name="day">
<label><input type="checkbox" name="terms" value="yes"> I accept the terms of use</label>
<label for="note">Note</label><textarea id="note" name="note"></textarea>
<button name="template" value="7">Connect</button> <button name="template" value="8">Connect faster</button></form>
<details><summary>By room</summary><form method="post" action="/sign-in">
<input type="hidden" name="guest" value="token"><input type="hidden" name="way" value="pms">
<label for="room">Room</label><input id="room" name="room"><button>Go to the room</button></form></details>
<noscript><p>No scripts here</p></noscript>
<p><a href="/far">To the box</a> <a href="/out">To the world</a> <a href="/wait">Wait</a></p>"""
ERROR = '<p id="username-error">That ticket is not known.</p>'
HOP = """<form method="post" action="{box}enter" data-submit><input type="hidden" name="ticket" value="T1">
<button>Continue</button></form>"""
RECEIVED: list[dict[str, str]] = []


def portal(box: str = "https://box.example/") -> Flask:
    """The portal whose box is at ``box``."""
    app = Flask(__name__)

    def page(heading: str, main: str, status: int = 200) -> Response:
        language = request.args.get("lang", "en")
        html = PAGE.format(
            language=language,
            direction="rtl" if language == "ar" else "ltr",
            heading=heading,
            style=STYLE,
            main=main,
            cookie=request.cookies.get("seen", "-"),
            asked=request.headers.get("Accept-Language"),
            client=request.headers.get("X-Forwarded-For", "-"),
        )
        headers = {name: value.format(box=box.rstrip("/")) for name, value in HEADERS.items()}
        answer = Response(html, status, headers)
        answer.set_cookie("seen", "yes", httponly=True, samesite="Lax")
        return answer

    @app.get("/")
    def home() -> Response:
        return page("Connect to the Wi-Fi", FORMS.format(username="", wrong="", error=""))

    @app.post("/sign-in")
    def sign_in() -> Response:
        RECEIVED.append(request.form.to_dict())
        if request.form.get("username") == "WRONG":
            wrong = 'aria-invalid="true" aria-describedby="username-error"'
            return page("Try again", FORMS.format(username="WRONG", wrong=wrong, error=ERROR), 422)
        answer = redirect("/online", 303)
        answer.set_cookie("signed", "in")
        return answer

    @app.get("/online")
    def online() -> Response:
        return page("You are online", f"<p>Signed: {request.cookies.get('signed', '-')}</p>")

    @app.get("/hop")
    def hop() -> Response:
        return page("One moment", HOP.format(box=box))

    @app.get("/far")
    def far() -> Response:
        return redirect(f"{box}hello", 302)

    @app.get("/out")
    def out() -> Response:
        return redirect("//hotel.example/welcome", 302)

    @app.get("/wait")
    def wait() -> Response:
        answer = page("One moment", "")
        answer.headers["Refresh"] = "5; url=/online"
        return answer

    @app.get("/keep")
    def keep() -> Response:
        return page("Keep", '<form method="post" action="/307"><input type="hidden" name="guest" value="t">'
                    "<button>Send</button></form>")  # fmt: skip

    @app.post("/307")
    def temporary() -> Response:
        return redirect("/sign-in", 307)

    @app.get("/loop")
    def loop() -> Response:
        return redirect("/loop", 302)

    @app.get("/broken")
    def broken() -> Response:
        answer = page(
            "Broken", '<img src="https://cdn.example/a.png" alt=""><script>document.title = 1</script>'
        )
        return answer

    return app


def box() -> Flask:
    """A box: it tells what it got, and its pages are none of the portal's business."""
    app = Flask(__name__)

    @app.route("/hello")
    @app.post("/enter", endpoint="enter")
    def hello() -> str:
        got = f"{request.form.to_dict()} cookie {request.cookies.get('seen', '-')}"
        return (
            f"<title>Box</title><p>{{{{ Box got {got} from {request.headers.get('X-Forwarded-For', '-')}</p>"
        )

    return app
