"""Chromium, the engine of Android's captive window, driven by Playwright."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from shutil import rmtree
from typing import Any

from playwright.sync_api import Browser as Engine
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    ElementHandle,
    Playwright,
    Response,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError

from tests.browsers.api import FIND, PAUSE, TIMEOUT, Browser, at_the_end
from tests.privacy import watch

EXECUTABLE = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
# The browser's own setting "block all cookies": storage calls throw too, as in Apple's window. Only a
# profile can hold it, so these guests have a process of their own.
NO_COOKIES = {"profile": {"default_content_setting_values": {"cookies": 2}}}


def chromium(
    javascript: bool = True,
    cookies: bool = True,
    dark: bool = False,
    width: int = 360,
    height: int = 640,
    language: str = "en",
    ignore_tls: bool = False,
    bypass_csp: bool = False,
) -> Chromium:
    """A new guest with Chromium; sizes in CSS pixels, ``language`` is the Accept-Language."""
    engine = _with_cookies() if cookies else _without_cookies()
    context = engine.new_context(
        java_script_enabled=javascript,
        color_scheme="dark" if dark else "light",
        viewport={"width": width, "height": height},
        locale=language,
        ignore_https_errors=ignore_tls,
        bypass_csp=bypass_csp,
    )
    return Chromium(context)


class Chromium(Browser):
    """A guest's own context in the worker's Chromium; ``page`` is Playwright's."""

    name = "Chromium"

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        context.set_default_timeout(TIMEOUT * 1000)
        self.page = context.new_page()
        self._errors: list[str] = []
        self._documents: set[str] = set()
        self._open = True
        self.page.on("console", self._hears)
        self.page.on("pageerror", lambda error: self._errors.append(str(error)))
        self.page.on("response", self._notes)

    def open(self, url: str) -> Chromium:
        watch.hears(url)
        self.page.goto(url)
        return self

    def evaluate(self, function: str, argument: Any = None) -> Any:
        try:
            return self.page.evaluate(function, argument)
        except PlaywrightError as error:
            if "context was destroyed" not in str(error):
                raise
            # The page that was asked has just gone: its follower answers.
            self.page.wait_for_load_state()
            return self.page.evaluate(function, argument)

    def find(self, kind: str, what: str) -> ElementHandle | None:
        return self.page.evaluate_handle(FIND, [kind, what]).as_element()

    def fill(self, name: str, value: str) -> Chromium:
        field = self._found("field", name)
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            watch.types(value)
            field.fill(value)
        return self

    def tick(self, name: str) -> Chromium:
        self._found("field", name).check()
        return self

    def press(self, text_or_selector: str) -> Chromium:
        self._found("button", text_or_selector).click()
        return self

    def double_press(self, text_or_selector: str) -> Chromium:
        self._found("button", text_or_selector).dblclick()
        return self

    def follow(self, text: str) -> Chromium:
        self._found("link", text).click()
        return self

    def back(self) -> Chromium:
        self.page.go_back()
        return self

    def reload(self) -> Chromium:
        self.page.reload()
        return self

    def url(self) -> str:
        return self.page.url

    def title(self) -> str:
        return self.page.title()

    def html(self) -> str:
        return self.page.content()

    def screenshot(self, path: str | Path) -> Path:
        self.page.screenshot(path=path, full_page=True, animations="disabled")
        return Path(path)

    def errors(self) -> list[str]:
        return list(self._errors)

    def close(self) -> None:
        if self._open:
            self._open = False
            self.context.close()

    def _pause(self) -> None:
        self.page.wait_for_timeout(PAUSE * 1000)

    def _try(self, look: Callable[[], Any]) -> Any:
        try:
            found, self.fault = look(), None
            return found
        except PlaywrightError as error:
            if "navigat" not in str(error) and "context was destroyed" not in str(error):
                raise
            self.fault = error
            return None

    def _notes(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self._documents.add(response.url)

    def _hears(self, message: ConsoleMessage) -> None:
        # A page that answers 400 or 422 is no fault of the page, nor is an icon that only the browser wants.
        url = message.location.get("url", "")
        harmless = url in self._documents or url.endswith("/favicon.ico")
        if message.type == "error" and not (harmless and message.text.startswith("Failed to load resource")):
            self._errors.append(message.text)


@cache
def _playwright() -> Playwright:
    running = sync_playwright().start()
    at_the_end(lambda: (running.stop(), _playwright.cache_clear()))
    return running


@cache
def _with_cookies() -> Engine:
    engine = _playwright().chromium.launch(executable_path=EXECUTABLE, args=ARGUMENTS)
    at_the_end(lambda: (engine.close(), _with_cookies.cache_clear()))
    return engine


@cache
def _without_cookies() -> Engine:
    profile = tempfile.mkdtemp(prefix="chromium-")
    settings = Path(profile, "Default", "Preferences")
    settings.parent.mkdir()
    settings.write_text(json.dumps(NO_COOKIES))
    start = _playwright().chromium.launch_persistent_context
    context = start(profile, executable_path=EXECUTABLE, args=ARGUMENTS)
    # Its helpers may still be writing when Chromium has gone.
    at_the_end(lambda: (context.close(), rmtree(profile, ignore_errors=True), _without_cookies.cache_clear()))
    assert context.browser, "this Playwright does not tell the browser of a profile"
    return context.browser
