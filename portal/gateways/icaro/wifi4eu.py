"""The banner that a hotspot has to show which the European Union has paid for ("WiFi4EU").

Wings loads the European Commission's script, which puts the Commission's picture into ``#wifi4eubanner`` and counts
visits. It is the one thing of all our pages that comes from elsewhere: only on the first page of such a hotspot, and
the policy of that page alone allows it. Without scripts there are our own drawing of the logo and a sentence.
Source: Wings' ``App.vue``; the Commission's guide to the snippet.
"""

from __future__ import annotations

import base64
import json

from markupsafe import Markup

from portal.gateways.icaro.hotspot_cache import hotspots
from portal.gateways.icaro.session import gateway_session_of
from portal.journey.steps import Banner, RequestContext
from portal.session import Stage
from portal.venues.themes import hash_source

HOST = "https://collection.wifi4eu.ec.europa.eu"
SCRIPT = f"{HOST}/wifi4eu.min.js"
OFFICIAL = frozenset(
    [
        "bg",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "fi",
        "fr",
        "ga",
        "hr",
        "hu",
        "it",
        "lt",
        "lv",
        "mt",
        "nl",
        "pl",
        "pt",
        "ro",
        "sk",
        "sl",
        "sv",
    ]
)
"""Languages of the Union: the banner exists in these."""
_STAR = "M0-3.2.9-1 3.2-1 1.4.5 2 2.8 0 1.4-2 2.8-1.4.5-3.2-1-.9-1z"
_RING = "".join(
    f'<path transform="translate({x} {y})" d="{_STAR}"/>'
    for x, y in ((20, 8), (30.4, 14), (30.4, 26), (20, 32), (9.6, 26), (9.6, 14))
)
_DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 140 40"><rect width="140" height="40" rx="4" fill="#039"/>'
    f'<g fill="#fc0">{_RING}</g><text x="42" y="27" font-family="sans-serif" font-size="20" font-weight="700" '
    'fill="#fff">WiFi4EU</text></svg>'
)
LOGO = "data:image/svg+xml;base64," + base64.b64encode(_DRAWING.encode()).decode()


def banner(context: RequestContext) -> Banner | None:
    """The banner of this guest's hotspot, in the guest's language where the Union has it; on the first page alone."""
    guest = context.guest
    if guest is None or not guest.device or guest.stage != Stage.ARRIVED:
        return None
    hotspot = hotspots().latest(context.venue, gateway_session_of(guest).unit).hotspot
    if hotspot is None or hotspot.wifi4eu is None:
        return None
    network, language = hotspot.wifi4eu
    own = context.language.code.partition("-")[0]
    language = own if own in OFFICIAL else language if language in OFFICIAL else "en"
    script = (
        "var wifi4euTimerStart=Date.now();"
        f"var wifi4euNetworkIdentifier={json.dumps(network)};var wifi4euLanguage={json.dumps(language)};"
    )
    values = {"logo": LOGO, "script": Markup(script), "source": SCRIPT}  # noqa: S704  checked by Hotspot.wifi4eu
    return Banner("icaro/wifi4eu.html", values, (hash_source(script), HOST), (HOST,))
