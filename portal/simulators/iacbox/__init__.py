"""A simulated IACBOX: catches phones, sends them to the portal and takes them online (Login-API 2.x).

A phone that is offline opens a page. The box answers with redirect 1 to the portal: two parameters, ``lapi``
(the data fields) and ``si`` (their signature). The portal's form ends in redirect 2 back to the box, which
checks the signature, the client id and the ticket, takes the phone online and goes on with redirect 3 and the
return code; or without a final callback to the wanted URL, or to its own page. A refresh (``ac=ref``) gets
redirect 1 again. A hotel's guests are checked against twelve rooms at the PMS endpoint.

``IacBox`` is the state, ``create_box`` the Flask application over it, ``wire`` the codec, ``logon`` the
decision about redirect 2, ``pms`` and ``hotel`` the room number login, ``outgoing`` redirects 1 and 3 with
their faults, ``texts`` what the box says in fifteen languages. Source: the vendor's "API definition"; what it
does not say is marked ASSUMED and can be set.
"""

from portal.simulators.iacbox.app import create_box
from portal.simulators.iacbox.box import IacBox, Reply
from portal.simulators.iacbox.devices import Caller
from portal.simulators.iacbox.settings import BoxSettings, Faults, PmsSettings

__all__ = ["BoxSettings", "Caller", "Faults", "IacBox", "PmsSettings", "Reply", "create_box"]
