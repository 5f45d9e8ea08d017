"""WebKitGTK, the engine of Apple's captive window, driven by Selenium.

Scripts off is MiniBrowser's ``--enable-javascript=false`` (the driver's own scripts still run, ``<noscript>``
shows); cookies off is ``--cookies-policy=never``; the language is that of the process's locale. Its window is
at least 447 CSS pixels wide, dark colours cannot be asked for, and it tells no console errors.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from selenium.common.exceptions import (
    JavascriptException,
    NoSuchElementException,
    NoSuchFrameException,
    StaleElementReferenceException,
)
from selenium.webdriver import ActionChains, Remote
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from tests.browsers.api import FIND, PAUSE, TIMEOUT, Browser, at_the_end
from tests.privacy import watch

DRIVER = "/usr/bin/WebKitWebDriver"
BROWSERS = "*/webkit2gtk-4.*/MiniBrowser"  # below /usr/lib
SCREEN = "800x900x24"
DRIVER_TIMEOUT = 30  # seconds for one command, the start of a browser included
# A closed port: what is not on this machine is neither looked up nor reached. (Not as the capability "proxy":
# with a noProxy in it, WebKitGTK 2.50 reads past the end of that list and now and then crashes at the start.)
NOWHERE = ["--proxy=http://127.0.0.1:9", "--ignore-host=127.0.0.1", "--ignore-host=localhost"]
# As one paste. Key by key, the driver now and then drops a Shift ("müller") on a busy machine.
TYPED = """
const [field, text] = arguments;
field.focus();
field.select();
document.execCommand(text ? 'insertText' : 'delete', false, text);
"""
# Typing into the parts of a date depends on the locale.
TYPED_BY_SCRIPT = """
const [field, value] = arguments;
field.value = value;
for (const name of ['input', 'change']) field.dispatchEvent(new Event(name, {bubbles: true}));
"""


def webkit(
    javascript: bool = True, cookies: bool = True, language: str = "en", ignore_tls: bool = False
) -> WebKit:
    """A new guest with WebKitGTK, in a browser process of its own."""
    options = Options()
    options.binary_location = str(_minibrowser())
    for argument in (
        "--automation",
        f"--enable-javascript={'true' if javascript else 'false'}",
        f"--cookies-policy={'no-third-party' if cookies else 'never'}",
        *NOWHERE,
    ):
        options.add_argument(argument)
    options.set_capability("acceptInsecureCerts", ignore_tls)
    return WebKit(options, language)


class WebKit(Browser):
    """A guest's own WebKit; ``driver`` is Selenium's."""

    name = "WebKit"

    def __init__(self, options: Options, language: str) -> None:
        environment = {
            **os.environ,
            "DISPLAY": _display(),
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
            "NO_AT_BRIDGE": "1",
            **_locale(language),
        }
        assert Path(DRIVER).exists(), f"no {DRIVER}: install the package webkit2gtk-driver"
        self._service = Service(DRIVER, env=environment, popen_kw={"start_new_session": True})
        self._service.start()
        url = self._service.service_url
        try:
            config = ClientConfig(remote_server_addr=url, timeout=DRIVER_TIMEOUT)
            self.driver = Remote(RemoteConnection(client_config=config), options=options)
        except BaseException:
            self._stop_driver()
            raise
        self._open = True
        _opened.append(self)
        self.driver.set_page_load_timeout(TIMEOUT)
        self.driver.set_window_rect(0, 0, 360, 640)

    def open(self, url: str) -> WebKit:
        watch.hears(url)
        self.driver.get(url)
        return self

    def evaluate(self, function: str, argument: Any = None) -> Any:
        return self.driver.execute_script(f"return ({function})(arguments[0])", argument)

    def find(self, kind: str, what: str) -> WebElement | None:
        return self.evaluate(FIND, [kind, what])

    def fill(self, name: str, value: str) -> WebKit:
        field = self._found("field", name)
        if field.tag_name != "select":
            watch.types(value)
        if field.tag_name == "select":
            options = Select(field)
            try:
                options.select_by_value(value)
            except NoSuchElementException:
                options.select_by_visible_text(value)
        elif field.get_attribute("type") in {"date", "time", "datetime-local", "month"}:
            self.driver.execute_script(TYPED_BY_SCRIPT, field, value)
        else:
            self.driver.execute_script(TYPED, field, value)
        return self

    def tick(self, name: str) -> WebKit:
        box = self._found("field", name)
        if not box.is_selected():
            box.click()
        return self

    def press(self, text_or_selector: str) -> WebKit:
        self._found("button", text_or_selector).click()
        return self

    def double_press(self, text_or_selector: str) -> WebKit:
        button = self._found("button", text_or_selector)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
        ActionChains(self.driver).double_click(button).perform()
        return self

    def follow(self, text: str) -> WebKit:
        self._found("link", text).click()
        return self

    def back(self) -> WebKit:
        self.driver.back()
        return self

    def reload(self) -> WebKit:
        self.driver.refresh()
        return self

    def url(self) -> str:
        return self.driver.current_url

    def title(self) -> str:
        return self.driver.title

    def html(self) -> str:
        return self.driver.page_source

    def screenshot(self, path: str | Path) -> Path:
        assert self.driver.get_screenshot_as_file(str(path)), f"cannot write {path}"
        return Path(path)

    def errors(self) -> list[str]:
        """Nothing, ever: WebKit keeps the console of a driven (so private) window to itself."""
        return []

    def close(self) -> None:
        if self._open:
            self._open = False
            _opened.remove(self)
            try:
                self.driver.quit()
            finally:
                self._stop_driver()

    def _stop_driver(self) -> None:
        group = self._service.process.pid  # its own group: the driver and the browser
        self._service.stop()
        with suppress(ProcessLookupError):  # when all of them have ended by themselves
            os.killpg(group, signal.SIGKILL)

    def _pause(self) -> None:
        time.sleep(PAUSE)

    def _try(self, look: Callable[[], Any]) -> Any:
        # "No frame" is a page that was unloaded while a look was at it ("Callback was not called before the unload
        # event"). A browser that has crashed is none of these; it ends in an error of the connection.
        try:
            found, self.fault = look(), None
            return found
        except (JavascriptException, NoSuchFrameException, StaleElementReferenceException) as error:
            self.fault = error
            return None


_opened: list[WebKit] = []


@cache
def _folder() -> Path:
    folder = tempfile.mkdtemp(prefix="webkit-")
    at_the_end(lambda: (shutil.rmtree(folder), _folder.cache_clear()))
    return Path(folder)


def _minibrowser() -> Path:
    found = sorted(Path("/usr/lib").glob(BROWSERS))
    assert found, f"no /usr/lib/{BROWSERS}: install the package webkit2gtk-driver"
    return found[-1]


def _locale(language: str) -> dict[str, str]:
    """The environment of a locale of that language: C's own rules under another name, which WebKit reads."""
    name = language.replace("-", "_") + ".UTF-8"
    rules = Path("/usr/lib/locale/C.utf8")
    assert rules.is_dir(), f"no {rules}, from which the guest's language is made"
    locales = _folder() / "locales"
    locales.mkdir(exist_ok=True)
    if not (locales / name).exists():
        (locales / name).symlink_to(rules)
    return {"LOCPATH": str(locales), "LC_ALL": name, "LANGUAGE": ""}


@cache
def _display() -> str:
    """The display of this worker's own Xvfb."""
    program = shutil.which("Xvfb")
    assert program, "no Xvfb: install the package xvfb"
    reading, writing = os.pipe()
    # -noreset: without it the display restarts when its last window closes, under the feet of the next guest.
    command = [program, "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        number = pipe.readline().strip()
    assert number, "Xvfb did not start"

    def stop() -> None:
        server.terminate()
        server.wait(TIMEOUT)
        _display.cache_clear()

    at_the_end(stop)
    return f":{number}"
