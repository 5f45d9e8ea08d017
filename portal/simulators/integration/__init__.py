"""Two pretend integrations, for hotspots of any system.

* :mod:`.survey` is written the way an Icaro integration is today: it knows Wings' query and Wings' way back,
  and nothing of this portal. One question, then back to the captive portal's host with the path and the
  query it came with, plus ``integration_done=true``.
* :mod:`.notice` is written for this portal: it comes back by ``callback``, signs what it returns when it is
  told to, and reads the venue's record with the token it got.

Both have an endpoint for the hotspot manager's webhook (:mod:`.webhooks`) that keeps every delivery, and a
page of their own (``/simulator``) that shows what they got.
Source: Icaro's page on integrations. What it does not tell is marked ASSUMED.
"""

from portal.simulators.integration.notice import Notice, create_notice
from portal.simulators.integration.survey import Survey, create_survey
from portal.simulators.integration.webhooks import Delivery, Webhook

__all__ = ["Delivery", "Notice", "Survey", "Webhook", "create_notice", "create_survey"]
