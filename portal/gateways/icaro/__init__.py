"""Wings for an Icaro hotspot: the guest pages of the open-source Icaro, in place of its own.

1. The unit catches an offline guest and redirects to us with ``digest``, ``uuid``, ``sessionid`` and more.
2. We ask wax (Icaro's cloud) what the hotspot offers: ``hotspot.py`` reads it, ``skin.py`` dresses our pages in it.
3. The guest gives a voucher, or an address or number that a code is sent to (``registration.py``, each once), with
   a short connection to read the mail; or brings a code from before, or a link from the mail.
4. After the integrations we sign the guest in at wax (``sign_in.py``). A login that may come late goes through the unit
   first, which tells the session of this moment (``unit_redirect.py``, ``views.py``). The unit asks wax every ten
   seconds and may still refuse: then it catches the guest again (``arrival.py``).

Nothing is signed: ``digest`` is the unit's password and stays in the encrypted state. ``client.py`` is the wire.
Sources: Icaro's page on integrations and how the open-source Icaro behaves; what neither tells is marked ASSUMED.
"""

from portal.gateways.icaro.cli import commands
from portal.gateways.icaro.gateway import IcaroGateway
from portal.gateways.icaro.views import blueprint

gateway = IcaroGateway(blueprint, commands)

__all__ = ["gateway"]
