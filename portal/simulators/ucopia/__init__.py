"""A simulated UCOPIA controller, from the vendor's "UCOPIA portal API, version 5.1".

In line, the guest's first request is caught and sent to ``/?dst=…``; the controller checks its settings
(Table 1, section 2.3), opens a PHP session and sends the guest to ``/<n>/portal/``. From then on
``portal_api.php`` answers ``init``, ``subscribe``, ``authenticate``, ``refresh`` and ``disconnect``, and what the
vendor's own page calls beside them.
Out of band (section 5), a Wi-Fi device redirects to ``/zone/<zone>/?res=notyet&uamip=…``; then
``authenticate`` also says how to log in at that device, which asks this controller by RADIUS
(:meth:`Controller.radius`) and comes back to ``/zone/<zone>/?res=success``.

What the manual does not tell is set in :class:`ControllerSettings` and marked ASSUMED; what only real
controllers show is marked *wire*. How answers look is a :class:`WireStyle`, what goes wrong is
:class:`Faults`; all of it can be switched at ``/simulator`` while the controller runs.
"""

from portal.simulators.ucopia.accounts import Account
from portal.simulators.ucopia.app import create_controller
from portal.simulators.ucopia.controller import Call, Controller, Message
from portal.simulators.ucopia.faults import ACTIONS, MORE_ACTIONS, Faults
from portal.simulators.ucopia.rules import Mode, Policy, Rule
from portal.simulators.ucopia.settings import ControllerSettings
from portal.simulators.ucopia.style import WireStyle

__all__ = [
    "ACTIONS",
    "MORE_ACTIONS",
    "Account",
    "Call",
    "Controller",
    "ControllerSettings",
    "Faults",
    "Message",
    "Mode",
    "Policy",
    "Rule",
    "WireStyle",
    "create_controller",
]
