"""The way through the unit that tells the current session.

A unit names another session whenever an authenticated one ends, the short connection included, and never obeys a login
with the old one. Its page ``/www/redirect.chi?url=<base64>`` sends a browser on with ``&sessionid=…`` added, so a guest
whose login may come late goes there first::

    code, or way back from a hop  ->  303 to the unit  ->  302 to /<venue>/session  ->  the login at wax, online

What was chosen waits in the guest's state meanwhile, under a name (``errand``) without which the way back does nothing:
a link of somebody else cannot log another session in.

The unit's script is ``url=$(echo "${FORM_url}" | base64 -d)`` and ``Location: ${url}&sessionid=${CHI_SESSION_ID}``.
So our address has a query already, and what goes there has no ``=``, ``+`` or ``%`` in it: it arrives however a unit
decodes a query. CoovaChilli cuts one at 2047 bytes without a word, so it holds no state. Sources: ``redirect.chi`` of
Icaro's dedalo; CoovaChilli's ``redir.c`` and ``chilli_limits.h``.
"""

from __future__ import annotations

import base64
import os
from urllib.parse import urlencode

from portal.app_state import app_state
from portal.gateways.icaro.session import gateway_session_of, may_have_changed, with_progress
from portal.journey.link_state import handle_of
from portal.journey.pages import COOKIE, has_cookie
from portal.journey.steps import Redirect, RequestContext
from portal.session import GuestSession, PendingSignIn

USE = b"icaro session"
"""What a state in the address of the way back is sealed for."""


def is_needed(context: RequestContext, guest: GuestSession) -> bool:
    """Whether the session may have changed and the unit can be asked through the browser."""
    return may_have_changed(guest, context.now) and bool(gateway_session_of(guest).redirect_page)


def ask(context: RequestContext, guest: GuestSession, chosen: PendingSignIn) -> Redirect:
    """To the unit and back to us; what was chosen waits."""
    errand = os.urandom(9).hex()
    guest = with_progress(guest.but(pending=chosen), errand=errand)
    back = {"errand": errand}
    if not has_cookie():
        back[COOKIE] = handle_of(app_state().codec.dumps(guest, context.now, USE))
    address = f"{context.base}/{context.venue.slug}/session?{urlencode(back)}".encode()
    filled = address + b"&" * (-len(address) % 3)  # to a length that base64 need not fill up with "="
    return Redirect(
        guest, f"{gateway_session_of(guest).redirect_page}?url={base64.b64encode(filled).decode()}"
    )
