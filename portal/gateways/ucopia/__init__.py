"""UCOPIA, portal API 5.1: our server (or the guest's browser) speaks to the controller, the guest to us.

In-line, the controller is on the guest's way: a guest is sent to us, our server opens a session at the
controller (``/?dst=…``) and asks ``init`` what it announces. The forms are made from that. ``subscribe`` makes an
account, ``authenticate`` takes the guest online, ``refresh`` keeps them there, ``disconnect`` ends it.

Out-of-band, a Wi-Fi device (NAS) redirects to us with ``res=notyet`` and a challenge; the session is opened at
``/zone/<zone>/`` with the same words. ``authenticate`` then also says how the guest's browser logs in at that
device, which comes back to us with ``res=success``.

``client.py`` is the wire (``api.py`` one call of it, ``entrance.py`` the way in); ``announcement.py``, ``modes.py``,
``policies.py`` and ``answers.py`` are its types; ``features.py``, ``connection.py`` and ``session.py`` are what the guest's
state keeps; ``methods.py``, ``forms.py``, ``fields.py`` and ``messages.py`` are what a guest fills in and reads,
``sentences.py`` what the controller would say; ``arrival.py``, ``next_step.py``, ``subscription.py``, ``sign_in.py``,
``presence.py`` and ``success.py`` are the journey in its order. ``docs/ucopia.md`` tells operators what is done, and what
no document settles.
"""

from portal.gateways.ucopia.views import gateway

__all__ = ["gateway"]
