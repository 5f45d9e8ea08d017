"""A guest without a browser: walks through the portal over plain HTTP, and reads as a story.

    Guest(portal.url).opens("alpenblick/?lapi=…").chooses_language("de") \\
        .fills(username="ABCD").ticks("terms").presses(way="cred").sees("Sie sind online")

She has no JavaScript, and cookies unless she is told to refuse them. Every page of the portal that she reads
is inspected (:mod:`tests.page`). Only this machine is asked: where a redirect or a link leads to another host
she stops, and ``leaves_for`` tells. Not played: ``SameSite`` (every port of a host is one site anyway).
"""

from __future__ import annotations

import ipaddress
import re
import warnings
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urldefrag, urljoin, urlsplit

import requests
from bs4 import BeautifulSoup, Tag
from urllib3.exceptions import InsecureRequestWarning

from tests import forms, privacy
from tests.page import inspect, is_html, origin, visible_text

TIMEOUT = 10.0  # seconds
MOST_REDIRECTS = 12
REDIRECTS = {301, 302, 303, 307, 308}


class Guest:
    """A guest of the portal at ``base_url``.

    ``client_ip`` is told to the portal, and to no one else, in ``X-Forwarded-For``: it must trust one proxy.
    ``inspects=False`` is for pages that are meant to be odd. ``timeout`` is in seconds, and may be changed.
    ``goes_on``: a page that refreshes itself at once is followed, as browsers do, and stands in the trail; a text is
    what the address has to hold for that (by default the redirects to an IACBOX, which every sign-in ends in).

    ``trail`` holds ``(method, url, status)`` of every request since the guest's last step; the status is 0
    where she left for a host that is not on this machine. ``url``, ``response``, ``html`` and ``page`` are
    those of the page she looks at.
    """

    def __init__(
        self,
        base_url: str,
        cookies: bool = True,
        language: str = "en",
        client_ip: str | None = None,
        inspects: bool = True,
        timeout: float = TIMEOUT,
        goes_on: bool | str = "lapi=",
    ) -> None:
        self.base_url, self.inspects, self.timeout, self.goes_on = base_url, inspects, timeout, goes_on
        self.client_ip = client_ip
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update({"Accept-Language": language, "Accept": "text/html,*/*;q=0.8"})
        if not cookies:
            self.session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.trail: list[tuple[str, str, int]] = []
        self.url, self.html, self.page = "", "", BeautifulSoup("", "html.parser")
        self.response = requests.Response()
        self._before: list[tuple[str, requests.Response]] = []

    # What a guest does

    def opens(self, url: str) -> Guest:
        """Type an address, whole or relative to the portal."""
        return self._goes("GET", urljoin(self.base_url, url))

    def follows(self, text_or_href: str) -> Guest:
        """Follow the link with that text (whole, then a part of it), or with that part of an address."""
        links = self.page.select("a[href], area[href]")
        tries = (
            [link for link in links if forms.words(link.get_text(" ")) == forms.words(text_or_href)],
            [link for link in links if forms.words(text_or_href) in forms.words(link.get_text(" "))],
            [link for link in links if text_or_href in str(link["href"])],
        )
        found = next((links for links in tries if links), None)
        assert found, f"no link {text_or_href!r} on {self.url}; there are {[str(a['href']) for a in links]}"
        return self._goes("GET", urljoin(self.url, str(found[0]["href"])))

    def chooses_language(self, code: str) -> Guest:
        """Follow the link of the language menu that is marked with this code (``hreflang`` or ``lang``)."""
        links = self.page.select("a[href][hreflang], a[href][lang]")
        offers = {str(link.get("hreflang") or link["lang"]).replace("_", "-"): link for link in links}
        link = offers.get(code.replace("_", "-"))
        assert link is not None, f"no language {code!r} on {self.url}; there are {sorted(offers)}"
        return self._goes("GET", urljoin(self.url, str(link["href"])))

    def fills(self, **values: str) -> Guest:
        """Fill fields by name, in every form that has them; a guest cannot see hidden ones."""
        for name, value in values.items():
            fields = [field for field in self._fields(name) if forms.kind(field) != "hidden"]
            assert fields, f"the field {name!r} on {self.url} is hidden"
            for field in fields:
                forms.fill(field, value)
        return self

    def ticks(self, *names: str, ticked: bool = True) -> Guest:
        """Tick boxes by name, in every form that has them; ``ticked=False`` clears them."""
        for name in names:
            for box in self._fields(name):
                assert forms.kind(box) == "checkbox", f"{name!r} is no box to tick"
                forms.tick(box, ticked)
        return self

    def forges(self, **values: str) -> Guest:
        """What no honest guest does: change hidden fields."""
        for name, value in values.items():
            for field in self._fields(name):
                field["value"] = value
        return self

    def presses(self, way: str | None = None, button: str | None = None) -> Guest:
        """Submit the form of a way of signing in, or the form of a button, or the page's first form."""
        form = forms.find_form(self.page, way) if way is not None or button is None else None
        pressed = forms.find_button(form or self.page, button) if button is not None else None
        form = form or forms.form_of(self.page, pressed)
        assert form is not None, f"the button {button!r} belongs to no form"
        pressed = pressed or forms.first_button(self.page, form)
        sent = forms.submission(self.page, self.url, form, pressed)
        return self._goes(sent.method, sent.url, sent.body)

    def buys(self, ticket: str) -> Guest:
        """Take a ticket that costs money: press its card, then the button of the page that says what it costs."""
        return self.presses(button=ticket).presses(button=ticket)

    def goes_back(self) -> Guest:
        """Go back to the page before, as it was sent then and without asking again."""
        assert self._before, "there is no page to go back to"
        self._shows(*self._before.pop())
        return self

    def reloads(self) -> Guest:
        """Ask again for the page at this address."""
        return self._goes("GET", self.url)

    def waits_for_refresh(self) -> Guest:
        """Follow the page's own refresh (``<meta http-equiv=refresh>`` or the header), without the wait."""
        meta = self.page.find("meta", attrs={"http-equiv": re.compile("^refresh$", re.I)})
        order = str(meta["content"]) if isinstance(meta, Tag) else self.response.headers.get("Refresh", "")
        match = re.fullmatch(r"\s*[\d.]+\s*(?:[;,]\s*(?:url\s*=)?\s*['\"]?(.*?)['\"]?\s*)?", order, re.I)
        assert match, f"{self.url} does not refresh itself: {order!r}"
        return self._goes("GET", urljoin(self.url, match[1] or self.url))

    def loses_cookies(self) -> Guest:
        """What captive windows do between two pages."""
        self.session.cookies.clear()
        return self

    # What a guest notices

    def sees(self, *texts: str) -> Guest:
        """The texts stand on the page; what a closed ``<details>`` holds counts."""
        for text in texts:
            assert forms.words(text) in self.text, f"{text!r} is not on {self._here()}: {self.text}"
        return self

    def does_not_see(self, *texts: str) -> Guest:
        """None of the texts stands on the page."""
        for text in texts:
            assert forms.words(text) not in self.text, f"{text!r} is on {self._here()}: {self.text}"
        return self

    def is_at(self, path: str) -> Guest:
        """The address is this: whole, or its path, or path and query (the portal's, if relative)."""
        wanted, here = urlsplit(urljoin(self.url, path)), urlsplit(urldefrag(self.url)[0])
        here = here if wanted.query else here._replace(query="")
        assert here == wanted, f"at {self._here()}, not at {wanted.geturl()}"
        return self

    def status(self, code: int) -> Guest:
        """The page came with this status."""
        assert self.response.status_code == code, f"not {code}: {self._here()}: {self.text}"
        return self

    def leaves_for(self, start_of_url: str) -> Guest:
        """The last step led to a host that is not on this machine."""
        assert self.trail, "no step yet"
        assert self.trail[-1][2] == 0, f"still at {self._here()}"
        assert self.trail[-1][1].startswith(start_of_url), f"left for {self.trail[-1][1]}"
        return self

    def has_error_on(self, name: str, text: str = "") -> Guest:
        """The field is marked as wrong and says why (with ``text`` in it)."""
        wrong = [field for field in self._fields(name) if field.get("aria-invalid") == "true"]
        assert wrong, f"{name!r} is not marked as wrong on {self._here()}: {self.text}"
        ids = str(wrong[0].get("aria-describedby", "")).split()
        reason = " ".join(visible_text(tag) for tag in self.page.find_all(id=ids) if ids)
        assert reason, f"{name!r} is marked as wrong, but nothing says why"
        assert text in reason, f"{name!r} says {reason!r}"
        return self

    def field(self, name: str) -> str | None:
        """The current value of a field (of the marked one, of several); None where nothing is marked."""
        values = [forms.value_of(field) for field in self._fields(name)]
        return next((value for value in values if value is not None), None)

    @property
    def text(self) -> str:
        """The text of the page, as read."""
        return visible_text(self.page)

    # How it is done

    def _fields(self, name: str) -> list[Tag]:
        fields = forms.fields_named(self.page, name)
        assert fields, f"no field {name!r} on {self._here()}: {self.text}"
        return fields

    def _here(self) -> str:
        return f"{self.response.status_code} {self.url}"

    def _goes(self, method: str, url: str, body: str | None = None) -> Guest:
        before, self.trail = (self.url, self.response), []
        for _ in range(MOST_REDIRECTS):
            url, fragment = urldefrag(url)
            if not _is_here(url):
                self.trail.append((method, url, 0))
                self._shows(url, requests.Response())
                break
            response = self._asks(method, url, body)
            self.trail.append((method, url, response.status_code))
            if response.status_code not in REDIRECTS or "Location" not in response.headers:
                self._shows(f"{url}#{fragment}" if fragment else url, response)
                if not (onward := self._at_once()):
                    break
                method, body, url = "GET", None, urljoin(url, onward)
                continue
            if response.status_code not in {307, 308}:
                method, body = "GET", None
            url = urljoin(url, _address(response))
        else:
            raise AssertionError(f"redirected without end: {self.trail}")
        if before[0]:
            self._before.append(before)
        return self

    def _at_once(self) -> str:
        """Where this page goes on without a wait, if it does."""
        meta = self.page.find("meta", attrs={"http-equiv": "refresh", "content": re.compile("^0;url=")})
        address = str(meta["content"]).removeprefix("0;url=") if isinstance(meta, Tag) else ""
        return address if self.goes_on is True or (self.goes_on and str(self.goes_on) in address) else ""

    def _asks(self, method: str, url: str, body: str | None) -> requests.Response:
        privacy.watch.hears(url, body)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        if self.client_ip and origin(url) == origin(self.base_url):
            headers["X-Forwarded-For"] = self.client_ip
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", InsecureRequestWarning
            )  # the boxes sign their certificates themselves
            response = self.session.request(
                method,
                url,
                data=body,
                headers=headers,
                timeout=self.timeout,
                allow_redirects=False,
                verify=False,
            )
        if origin(url) == origin(self.base_url):
            small_headers(response)
        return response

    def _shows(self, url: str, response: requests.Response) -> None:
        self.url, self.response = url, response
        self.html = response.content.decode("utf-8", "replace") if response.content else ""
        self.page = BeautifulSoup(self.html if is_html(response) else "", "html.parser")
        if self.inspects and is_html(response) and origin(url) == origin(self.base_url):
            inspect(response, origin(self.base_url))


def small_headers(response: requests.Response) -> None:
    """A stock proxy takes 4 kB of headers; and no state stands in an address that a proxy writes down."""
    size = sum(len(name) + len(value) + 4 for name, value in response.headers.items())
    assert size <= 3_500, f"{size} bytes of headers"
    assert "guest=" not in response.headers.get("Location", "")


def _address(response: requests.Response) -> str:
    """The Location as browsers read it: UTF-8, tabs dropped, backslashes as slashes before the query."""
    location = response.headers["Location"].encode("latin-1").decode("utf-8", "replace").strip()
    path, mark, query = re.sub(r"[\t\r\n]", "", location).partition("?")
    return path.replace("\\", "/") + mark + query


def _is_here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return urlsplit(url).scheme in {"http", "https"}
    try:
        return ipaddress.ip_address(host).is_loopback and urlsplit(url).scheme in {"http", "https"}
    except ValueError:
        return False
