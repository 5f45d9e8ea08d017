"""What an IACBOX sends by the guest's browser, without a box: for tests that look at one answer of the portal."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

from portal.gateways.iacbox import protocol

ID, OTHER_ID = "7yXYLm3pQ2uVbZkT1LlCwA", "AAAAAAAAAAAAAAAAAAAAAA"
KEY = protocol.Key("correct horse battery")
VENUE = """
name = "Hotel"
system = "iacbox"
landing_url = "https://www.hotel.example/"
[iacbox]
url = "https://logon.now/"
secret = "correct horse battery"
sign_in = ["cred", "pms", "free"]
"""


def arrival(id: str = ID, *, path: str = "/hotel/", **fields: str) -> str:
    """The path of redirect 1."""
    told = {"version": "2.1", "id": id, "action": "auth", "ip": "10.20.30.40", "mac": "00359ac076c4"} | fields
    lapi, si = protocol.seal(
        protocol.pack((KEY.answer_names[word], value) for word, value in told.items()), KEY
    )
    return f"{path}?{urlencode({'lapi': lapi, 'si': si})}"


def outcome(code: int, id: str = ID, **fields: str) -> str:
    """The path of redirect 3."""
    return arrival(id, path="/hotel/callback", action="cbk", code=str(code), **fields)


def sent(address: str) -> dict[str, str]:
    """The data fields of a redirect to the box, by their names on the wire."""
    query = parse_qs(urlsplit(address).query)
    return protocol.unpack(protocol.unseal(query["lapi"][0], query["si"][0], KEY))
