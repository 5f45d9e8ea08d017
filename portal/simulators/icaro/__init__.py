"""A pretend Icaro: its cloud (wax) and one of its units, for the demo and the tests.

The story of a guest, as Icaro tells it:

1. The phone opens any page. The *unit* (a CoovaChilli) redirects it to the guest pages with ``digest``,
   ``uuid``, ``sessionid`` and what else it knows (:mod:`.unit`).
2. The guest pages talk to *wax* (:mod:`.views`): they read the hotspot's preferences, register a voucher
   (each call takes one of its uses, :mod:`.vouchers`) or an e-mail address or number, whose six-digit code
   is shown on this box's own page in place of mail and SMS (:mod:`.users`). A temporary session lets the
   guest read that mail.
3. ``/wax/aaa/login`` only writes down that this session may go online. The unit asks wax every ten seconds
   and then lets the guest in (:mod:`.wax` keeps the notes).

Nothing is signed. ``digest`` is the md5 of the unit's secret and uuid: it names the unit, never a guest.
Sources: Icaro's page on integrations, and how the open-source Icaro behaves. What neither tells is marked
ASSUMED where it is decided.
"""

from portal.simulators.icaro.settings import IcaroSettings, UnitKey
from portal.simulators.icaro.unit import Unit, UnitSettings, create_unit
from portal.simulators.icaro.views import create_icaro
from portal.simulators.icaro.vouchers import Voucher
from portal.simulators.icaro.wax import Icaro

__all__ = [
    "Icaro",
    "IcaroSettings",
    "Unit",
    "UnitKey",
    "UnitSettings",
    "Voucher",
    "create_icaro",
    "create_unit",
]
