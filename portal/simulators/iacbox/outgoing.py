"""What the box sends: redirects 1 and 3 as URLs, right or with the faults it was told to have."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from portal.simulators.iacbox.settings import BoxSettings, Faults
from portal.simulators.iacbox.wire import Codec, pack

FOREIGN_SECRET = "the secret of another box"


def codec_of(settings: BoxSettings, secret: str | None = None) -> Codec:
    """The box's codec, with another secret if one is given."""
    return Codec(secret or settings.secret, settings.version, settings.encrypt, settings.salt)


def message_url(base: str, lapi: str, si: str, settings: BoxSettings) -> str:
    """The URL of the portal with the two parameters, in the query or REST-like in the path."""
    if settings.rest_like:
        path = settings.rest_shape.format(lapi=quote(lapi, safe=""), si=quote(si, safe="$"))
        return f"{base.rstrip('/')}/{path}"
    query = urlencode({settings.lapi: lapi, settings.si: si})
    return f"{base}{'&' if '?' in base else '?'}{query}"


def altered(lapi: str) -> str:
    """The same with one character of its middle changed."""
    middle = len(lapi) // 2
    return lapi[:middle] + ("B" if lapi[middle] == "A" else "A") + lapi[middle + 1 :]


class Outgoing:
    """Makes the URLs and keeps the last of each kind, for the fault of sending it again."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}

    def redirect(self, base: str, fields: dict[str, str], settings: BoxSettings, faults: Faults) -> str:
        """The URL that carries the fields to ``base``.

        ASSUMED: a wanted URL that would make it longer than the box's own limit is left out.
        """
        kind = fields["ac"]
        if faults.replay and kind in self._last:
            return self._last[kind]
        url = self._url(base, fields, settings, faults)
        if len(url) > settings.url_limit:
            short = {name: value for name, value in fields.items() if name != "userurl"}
            url = self._url(base, short, settings, faults)
        self._last[kind] = url
        return url

    def _url(self, base: str, fields: dict[str, str], settings: BoxSettings, faults: Faults) -> str:
        sent = fields | ({"ver": "3.0"} if faults.other_version else {})
        sent |= {"iac": faults.other_box} if faults.other_box else {}
        codec = codec_of(settings, FOREIGN_SECRET if faults.wrong_secret else None)
        named = {settings.sent_as(name): value for name, value in sent.items()}
        lapi, si = codec.seal(pack(named, settings.cuts_semicolons))
        url = message_url(base, altered(lapi) if faults.altered_url else lapi, si, settings)
        return f"{url}&{urlencode({settings.lapi: lapi, settings.si: si})}" if faults.repeated else url
