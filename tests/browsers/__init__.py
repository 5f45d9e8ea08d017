"""Real browsers for the stories: Chromium (Playwright) and WebKitGTK (Selenium) behind one interface.

    with chromium(javascript=False) as guest:
        guest.open(url).fill("username", "ABCD").press("Connect").wait_for_text("You are online")

Measured on two idle cores: the first Chromium 1.1 s (one process per worker, one more for guests without
cookies), then under 0.3 s a guest; the first WebKit 1.2 s (with its Xvfb), then 0.4 s a guest, each in a
browser process of its own; two to four times that on a busy machine. Nothing outside this machine is ever looked up or asked.
"""

from tests.browsers.api import Browser, stop_engines
from tests.browsers.by_playwright import chromium
from tests.browsers.by_selenium import webkit

__all__ = ["Browser", "chromium", "stop_engines", "webkit"]
