"""IACBOX, Login-API 1.x and 2.x ("API definition"): the guest's browser carries every message.

1. The box catches an offline guest and redirects to us with ``lapi`` (data fields) and ``si`` (signature).
2. We show the login page, and redirect the browser to the box with ``ac=logon`` and a type.
3. The box takes the guest online, or does not, and redirects back with ``ac=cbk``, ``rc`` and ``err``.

A guest who is online and comes with another browser has no state: ``ac=ref`` asks the box for it again.
``protocol.py`` is the wire, ``names.py`` the names on it, ``system.py`` what the journey asks for.
"""

from portal.gateways.iacbox.views import gateway

__all__ = ["gateway"]
