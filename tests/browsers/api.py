"""What a story asks of a browser, the same for every engine."""

from __future__ import annotations

import atexit
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any

TIMEOUT = 10.0  # seconds, for every wait
PAUSE = 0.03  # seconds between two looks

# The button of the form that a guest is filling out: of the way that was unfolded, else of the first one.
OPEN = (
    ".others details.way[open] form button:not(.row), "
    ".first:not(:has(~ .others details.way[open])) form button"
)

# Finds the first visible element of a kind by what a guest reads on it: the whole text before a part of it. A field of the way that was unfolded comes first.
# Runs in the page by the driver's own right, so neither the page's policy nor switched-off scripts stop it.
FIND = """
([kind, what]) => {
  const said = e => (e.innerText || e.value || e.getAttribute('aria-label') || '').replace(/\\s+/g, ' ').trim();
  const selectors = {
    field: 'input:not([type=hidden]), select, textarea',
    button: 'button, input[type=submit], input[type=image], summary, [role=button]',
    link: 'a[href]',
  };
  const seen = [...document.querySelectorAll(selectors[kind])]
    .filter(e => e.checkVisibility({visibilityProperty: true}));
  if (kind === 'field') {
    const named = seen.filter(e => e.name === what);
    return named.find(e => e.closest('details.way[open]')) || named[0] || null;
  }
  const found = seen.find(e => said(e) === what) || seen.find(e => said(e).includes(what));
  if (found) return found;
  try { return document.querySelector(what); } catch { return null; }
}
"""
_stops: list[Callable[[], None]] = []


def at_the_end(stop: Callable[[], None]) -> None:
    """Have ``stop`` called by :func:`stop_engines`."""
    _stops.append(stop)


def stop_engines() -> None:
    """Stop every browser process and display of this worker; the next guest would start new ones."""
    while _stops:
        _stops.pop()()


atexit.register(stop_engines)


class Browser(ABC):
    """One guest's browser, with cookies and storage of its own.

    Every wait ends after ``TIMEOUT`` seconds with an AssertionError that shows the page. ``press``,
    ``follow`` and ``back`` may return before the next page is there: say ``wait_for_text`` or
    ``wait_for_url`` next.
    """

    name: str
    fault: Exception | None = None
    """What the last look met in place of a page, while the engine was between two."""

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @abstractmethod
    def open(self, url: str) -> Browser:
        """Go to an address and wait until it has loaded."""

    @abstractmethod
    def evaluate(self, function: str, argument: Any = None) -> Any:
        """The JSON value of a JavaScript function of one argument, called in the page."""

    @abstractmethod
    def find(self, kind: str, what: str) -> Any:
        """The engine's handle of a visible ``field`` (by name), ``button`` or ``link`` (by text or selector)."""

    @abstractmethod
    def fill(self, name: str, value: str) -> Browser:
        """Type into the visible field of that name, or choose that option (by value or text)."""

    @abstractmethod
    def tick(self, name: str) -> Browser:
        """Tick the visible box of that name, if it is not ticked."""

    @abstractmethod
    def press(self, text_or_selector: str) -> Browser:
        """Click the visible button or summary that says so."""

    @abstractmethod
    def double_press(self, text_or_selector: str) -> Browser:
        """Click twice, as impatient guests do: the server gets the form once or twice, as luck has it."""

    @abstractmethod
    def follow(self, text: str) -> Browser:
        """Click the visible link that says so."""

    @abstractmethod
    def back(self) -> Browser:
        """Go back one page."""

    @abstractmethod
    def reload(self) -> Browser:
        """Load this page again."""

    @abstractmethod
    def url(self) -> str: ...

    @abstractmethod
    def title(self) -> str: ...

    @abstractmethod
    def html(self) -> str:
        """The page as the engine now holds it, serialised."""

    @abstractmethod
    def screenshot(self, path: str | Path) -> Path:
        """Save a picture as PNG: Chromium's of the whole page, WebKit's of the window."""

    @abstractmethod
    def errors(self) -> list[str]:
        """Script errors and breaches of the policy since the start, where the engine tells them: Chromium."""

    @abstractmethod
    def close(self) -> None:
        """End this guest's visit; calling it again does nothing."""

    @abstractmethod
    def _pause(self) -> None:
        """Let the engine work for a moment."""

    @abstractmethod
    def _try(self, look: Callable[[], Any]) -> Any:
        """The result of ``look``, or None while the engine is between two pages; then ``fault`` says what it met."""

    def text(self) -> str:
        """The visible text of the page."""
        return str(self.evaluate("() => document.body ? document.body.innerText : ''"))

    def value(self, name: str) -> str:
        """The current value of the visible field of that name."""
        return str(self.evaluate(f"(what) => ({FIND})(['field', what])?.value", name))

    def wait_for_text(self, text: str, timeout: float = TIMEOUT) -> Browser:
        """Wait until the text stands on the page."""
        return self.wait_until(lambda: text in self.text(), f"no text {text!r}", timeout)

    def wait_for_url(self, part: str, timeout: float = TIMEOUT) -> Browser:
        """Wait until the address holds ``part`` and its page is there to be read."""
        return self.wait_until(
            lambda: part in self.url() and self._state() != "loading", f"no address with {part!r}", timeout
        )

    def wait_until(self, holds: Callable[[], Any], complaint: str, timeout: float = TIMEOUT) -> Browser:
        """Wait until ``holds()`` is true."""
        deadline = time.monotonic() + timeout
        while not self._try(holds):
            if time.monotonic() > deadline:
                # Between two pages for so long is a fault of its own: it is told, not swallowed.
                fault, shown = self.fault, self._try(self.text)
                cause = f" ({type(fault).__name__} at every look: {fault})" if fault else ""
                words = f"{self.name}: {complaint} after {timeout} s{cause} at {self.url()}:\n{shown}"
                raise AssertionError(words) from fault
            self._pause()
        return self

    def _state(self) -> str:
        return str(self.evaluate("() => document.readyState"))

    def _found(self, kind: str, what: str) -> Any:
        """The element, once the page and its scripts are there: a press before that is another story."""
        found: list[Any] = []

        def look() -> Any:
            if kind != "field" and self._state() != "complete":
                return None
            found.append(self.find(kind, what))
            return found[-1]

        self.wait_until(look, f"no {kind} {what!r}")
        return found[-1]
