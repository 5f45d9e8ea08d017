"""A local page on which the person who dresses a venue sees every page of it: ``foyer venues preview VENUE``.

It shows samples (:mod:`portal.journey.sample_pages`) in frames, as guests would get them, and again whenever a file of
the venue changes. No box is asked. An address holds a random token, since it may be opened to the local network.
"""
