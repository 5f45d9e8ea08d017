"""What can go wrong, sorted by what to do next, and the words a guest reads about it.

::

    PortalError
    ├── GuestError            the guest's browser brought something that cannot be used
    │   ├── StateLost         neither cookie nor form holds a valid state: start again
    │   ├── ForeignState      the state belongs to another venue or another guest
    │   ├── OtherSite         a page of another site sent this form off
    │   ├── BadArrival        a redirect that cannot be trusted or read
    │   └── TooMany           too many attempts: wait
    │       └── TooManyMessages   too many text messages or mails
    ├── VenueClosed           the venue's file is faulty: 503 for this venue alone
    └── UpstreamError         a box or controller
        ├── Unreachable       nothing was done: may be tried again
        ├── Unsure            it may have been done: ask for the state before telling anything
        ├── Refused           it said no: tell the guest
        └── Garbled           it said something that is no answer: tell the operator

A guest is never told "wrong password" when a controller is down.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from portal.whom_to_ask import ask_otherwise, tell


class PortalError(Exception):
    """Root of all that the portal itself raises; ``reason`` is for the log and names nobody."""

    status = 500
    title: LazyString | str = _("Something went wrong")
    text: LazyString | str = ask_otherwise(_("Go back and try again."))

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


class GuestError(PortalError):
    """The browser brought something that cannot be used."""

    status = 400


class StateLost(GuestError):
    """Neither cookie nor form holds a valid state: captive browsers lose both."""

    title = _("This page has expired")
    text = _("This page was open too long or was opened elsewhere. Connect to the Wi-Fi again.")


class ForeignState(GuestError):
    """The state, or the answer of a box, belongs to another guest."""

    status = 403
    title = _("This link is for another device")
    text = _("Connect this device to the Wi-Fi and open the page that appears.")


class OtherSite(GuestError):
    """A page of another site sent a form to us: whatever it holds, the guest did not mean it."""

    status = 403
    title = _("This link does not work")
    text = _("Switch the Wi-Fi of your device off and on, and open the page that appears.")


class BadArrival(GuestError):
    """A redirect that cannot be trusted or read: nothing of it reaches a page."""

    title = _("This link does not work")
    text = _("Switch the Wi-Fi of your device off and on, and open the page that appears.")


class OtherVersion(BadArrival):
    """The box speaks another major version of its protocol."""

    status = 502
    text = tell(_("The Wi-Fi and this page do not work together."))


class TooMany(GuestError):
    """Too many attempts; ``retry_after`` in seconds."""

    status = 429
    title = _("Wait a moment")
    text = _("There were too many attempts in a short time. Wait a moment, then try again.")

    def __init__(self, reason: str = "", retry_after: int = 60) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class TooManyMessages(TooMany):
    """Too many text messages or mails were asked for."""

    text = _("Several codes have been sent already. Wait a while, then try again, or connect another way.")


class VenueClosed(PortalError):
    """The venue's own file is faulty; the log says why."""

    status = 503
    title = _("The Wi-Fi page is being set up")
    text = ask_otherwise(_("Try again in a few minutes."))


class UpstreamError(PortalError):
    """A box or controller did not do what was asked."""

    status = 502


class Unreachable(UpstreamError):
    """No connection, or none in time, and nothing was done: may be tried again."""

    status = 503
    title = _("The network does not answer")
    text = ask_otherwise(_("Wait a moment, then try again."))


class Unsure(UpstreamError):
    """The call went out and no answer came: it may have been done."""

    status = 504
    title = _("The network is slow")
    text = _("Wait a moment, then check whether you are online.")


class Refused(UpstreamError):
    """The box said no; ``code`` is the box's own word for the reason."""

    status = 422

    def __init__(self, code: str, value: object = None) -> None:
        super().__init__(code)
        self.code = code
        self.value = value


class Garbled(UpstreamError):
    """The answer is no answer: HTML, cut JSON, wrong types."""

    title = _("The network does not answer")
    text = ask_otherwise(_("Wait a moment, then try again."))
