"""Whom a guest can ask: the reception of a hotel, the staff, a desk, a host; the venue file says (``help.who``).

Each case is a whole sentence in every language, never a word put into another sentence. ``ask(_("…"))`` is a lazy text
of two sentences: what happened, then whom to ask *at this venue*. It is evaluated when a page is rendered, within a
request that knows its venue (:func:`remember`); anywhere else the reception is meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask import g, has_request_context
from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


class Who(StrEnum):
    """``help.who`` of a venue file."""

    RECEPTION = "reception"
    STAFF = "staff"
    DESK = "desk"
    HOST = "host"


Sentences = Mapping[Who, LazyString]
ASK: Sentences = {
    # Translators: after a sentence that says what happened. "Reception" is that of a hotel.
    Who.RECEPTION: _("Ask at reception."),
    # Translators: after a sentence that says what happened. "Staff" of a café, a shop, a clinic.
    Who.STAFF: _("Ask the staff."),
    # Translators: after a sentence that says what happened. "Desk": a service desk of a library, a campus, a fair.
    Who.DESK: _("Ask at the service desk."),
    # Translators: after a sentence that says what happened. "Host": who rents out a flat or invited the guest.
    Who.HOST: _("Ask your host."),
}
OTHERWISE: Sentences = {
    # Translators: after a sentence that says what to try first. "Reception" is that of a hotel.
    Who.RECEPTION: _("If that does not help, ask at reception."),
    # Translators: after a sentence that says what to try first. "Staff" of a café, a shop, a clinic.
    Who.STAFF: _("If that does not help, ask the staff."),
    # Translators: after a sentence that says what to try first. "Desk": a service desk.
    Who.DESK: _("If that does not help, ask at the service desk."),
    # Translators: after a sentence that says what to try first. "Host": who rents out a flat or invited the guest.
    Who.HOST: _("If that does not help, ask your host."),
}
TELL: Sentences = {
    # Translators: after a sentence about a fault that the guest cannot mend. "Reception" is that of a hotel.
    Who.RECEPTION: _("Tell reception, so that it can be put right."),
    # Translators: after a sentence about a fault that the guest cannot mend. "Staff" of a café, a shop, a clinic.
    Who.STAFF: _("Tell the staff, so that it can be put right."),
    # Translators: after a sentence about a fault that the guest cannot mend. "Desk": a service desk.
    Who.DESK: _("Tell the service desk, so that it can be put right."),
    # Translators: after a sentence about a fault that the guest cannot mend. "Host": who rents out a flat.
    Who.HOST: _("Tell your host, so that it can be put right."),
}
NEW_ONE: Sentences = {
    # Translators: after "This voucher has been used up." The new one is a voucher, ticket or code.
    Who.RECEPTION: _("Ask at reception for a new one."),
    # Translators: after "This voucher has been used up." The new one is a voucher, ticket or code.
    Who.STAFF: _("Ask the staff for a new one."),
    # Translators: after "This voucher has been used up." The new one is a voucher, ticket or code.
    Who.DESK: _("Ask at the service desk for a new one."),
    # Translators: after "This voucher has been used up." The new one is a voucher, ticket or code.
    Who.HOST: _("Ask your host for a new one."),
}
HELP: Sentences = {
    # Translators: the line of help at the foot of every page.
    Who.RECEPTION: _("Need help? Ask at reception."),
    # Translators: the line of help at the foot of every page.
    Who.STAFF: _("Need help? Ask the staff."),
    # Translators: the line of help at the foot of every page.
    Who.DESK: _("Need help? Ask at the service desk."),
    # Translators: the line of help at the foot of every page.
    Who.HOST: _("Need help? Ask your host."),
}
_NO_BLANK = frozenset({"ja", "zh"})
"""Languages that write one sentence after the other without a blank."""


def remember(who: Who) -> None:
    """Whom the guests of this request's venue ask."""
    g.who = who


def ask(sentence: Any) -> LazyString:
    """What happened, then whom to ask."""
    return _after(sentence, ASK)


def ask_otherwise(sentence: Any) -> LazyString:
    """What happened and what to try, then whom to ask if that does not help."""
    return _after(sentence, OTHERWISE)


def tell(sentence: Any) -> LazyString:
    """A fault that the guest cannot mend, then whom to tell."""
    return _after(sentence, TELL)


def ask_for_a_new_one(sentence: Any) -> LazyString:
    """What was used up or has ended, then whom to ask for another."""
    return _after(sentence, NEW_ONE)


def help_line(phone: str) -> LazyString:
    """The line of help for a venue that has no words of its own in the guest's language."""
    # Translators: follows "Need help? Ask at reception." The phone number may be short, like 9.
    return in_a_row(HELP[_who()], _("Phone: %(phone)s", phone=phone)) if phone else HELP[_who()]


def in_a_row(*sentences: Any) -> LazyString:
    """Whole sentences one after the other, as the guest's language writes them."""
    return LazyString(lambda: _join([str(one) for one in sentences]))


def _after(sentence: Any, sentences: Sentences) -> LazyString:
    return LazyString(lambda: _join([str(sentence), str(sentences[_who()])]))


def _who() -> Who:
    return g.get("who", Who.RECEPTION) if has_request_context() else Who.RECEPTION


def _join(sentences: list[str]) -> str:
    locale = get_locale()
    return ("" if locale and locale.language in _NO_BLANK else " ").join(sentences)
