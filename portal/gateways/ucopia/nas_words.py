"""What a redirect of the Wi-Fi device says and anybody could have written: its address, its reason for a refusal."""

from __future__ import annotations

import ipaddress
import re

from portal.journey.steps import RequestContext
from portal.session import GuestSession

LONGEST = 200
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_LURES = re.compile(r"://|www\.|@|\d{6}|\.[a-z]{2,}/", re.IGNORECASE)


def is_private(uamip: str) -> bool:
    """Whether this is a private IP address, as that of a Wi-Fi device beside the guest; names never are."""
    try:
        address = ipaddress.ip_address(uamip)
    except ValueError:
        return False
    return address.is_private and not address.is_unspecified


def reason_of(context: RequestContext, guest: GuestSession) -> str:
    """Why the device refused, in quotation marks, for a guest whom we sent there; else nothing.

    A link with ``res=failed&reason=…`` can come from anybody: whoever has not just been sent to the device gets our
    own words alone, and nobody gets an address or a number to call.
    """
    reason = " ".join(_ODD.sub(" ", context.query.get("reason", ""))[:LONGEST].split())
    if guest.stage != "asked" or not reason or _LURES.search(reason):
        return ""
    return f"“{reason}”"
