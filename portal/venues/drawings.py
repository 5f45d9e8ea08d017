"""The drawing of a skin: ``static/themes/<skin>/drawing.svg``, coloured by the tokens, inline in the page.

Its shapes carry classes instead of colours: ``i`` the action colour, ``p`` the page, ``s`` the surface, ``x y z`` the
skin's own ``--art-accent``, ``--art-second``, ``--art-third``; ``base.css`` says how they look in each scheme. So one
drawing serves light and dark, and follows a venue's own colours.
"""

from __future__ import annotations

from functools import cache

from markupsafe import Markup

from portal.venues.themes import ROOT


@cache
def drawing_of(skin: str) -> Markup:
    """The SVG element of a bundled skin; nothing where it has no drawing."""
    file = ROOT / "static" / "themes" / skin / "drawing.svg"
    return Markup(file.read_text().strip()) if file.is_file() else Markup("")  # noqa: S704  our own file
