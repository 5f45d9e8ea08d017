"""UniFi's external portal: the worked example of ``docs/gateways.md``, a gateway in a package of its own.

The access point sends a guest's browser to ``/guest/s/<site>/?id=<mac>&ap=&t=&url=&ssid=``; afterwards this server
signs in at the controller (``POST /api/login``) and has it let the device through (``authorize-guest``).
"""

from tests.gateways.unifi.views import gateway as gateway
