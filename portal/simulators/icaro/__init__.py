"""A pretend Icaro: its cloud (wax) and one of its units, for the demo and the tests.

The story of a guest, as Icaro tells it:

1. The phone opens any page. The *unit* (a CoovaChilli) redirects it to the guest pages with ``digest``,
   ``uuid``, ``sessionid`` and what else it knows (:mod:`.unit`).
2. The guest pages talk to *wax* (:mod:`.views`, :mod:`.wax`): they read the hotspot's preferences, register a
   voucher (each call takes one of its uses, :mod:`.vouchers`) or an e-mail address or number, whose six-digit code
   is shown on this box's own page in place of mail and SMS (:mod:`.users`). A short connection lets the guest read
   that mail.
3. ``/wax/aaa/login`` looks at name and password alone and writes a record (:mod:`.auths`). The unit fetches all
   records every ten seconds and asks wax's other side (:mod:`.aaa`), which may refuse what the first one took.

Nothing is signed. ``digest`` is the md5 of the unit's secret and uuid: it names the unit, never a guest.
Sources: Icaro's page on integrations, and the source and a run of the open-source Icaro (wax, sun-api, dedalo) and
of CoovaChilli. What they do not tell is marked ASSUMED where it is decided.
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
