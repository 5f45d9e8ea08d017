"""UCOPIA, portal API 5.1: our server (or the guest's browser) speaks to the controller, the guest to us.

In-line, the controller is on the guest's way: a guest is sent to us, our server opens a session at the
controller (``/?dst=…``) and asks ``init`` what it announces. The forms are made from that. ``subscribe`` makes an
account, ``authenticate`` takes the guest online, ``refresh`` keeps her there, ``disconnect`` ends it.

Out-of-band, a Wi-Fi device (NAS) redirects to us with ``res=notyet`` and a challenge; the session is opened at
``/zone/<zone>/`` with the same words. ``authenticate`` then also says how the guest's browser logs in at that
device, which comes back to us with ``res=success``.

``client.py`` is the wire and ``answers.py`` its types; ``offer.py``, ``connection.py`` and ``device.py`` are what the
guest's state keeps; ``forms.py`` and ``messages.py`` are what a guest fills in and reads; ``arrival.py``,
``admission.py`` and ``feedback.py`` are the journey in its order.
"""

from portal.gateways.ucopia.views import gateway

__all__ = ["gateway"]
