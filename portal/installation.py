"""Whether this installation is whole: without its templates or its languages every page would fail, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from portal.languages import LANGUAGES

TEMPLATES = (
    "base.html",
    "macros.html",
    "message.html",
    "online.html",
    "sign_in.html",
    "hops/consent.html",
    "ways/form.html",
    "scripts/submit.js",
)
COMPILE = "translations/update.py compile"


class Incomplete(SystemExit):
    """The start is refused; the message lists what is missing."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("The portal cannot start:\n" + "\n".join(f"  * {fault}" for fault in faults))


def check(root: Path) -> None:
    """``root``: where templates, static files and translations lie. Raises :class:`Incomplete`."""
    if faults := list(_faults(root)):
        raise Incomplete(faults)


def _faults(root: Path) -> Iterator[str]:
    lost = [f"templates/{name}" for name in TEMPLATES if not _is_there(root / "templates" / name)]
    lost += [
        name for name in ("static/base.css", "static/themes/classic/theme.css") if not _is_there(root / name)
    ]
    if lost:
        yield f"{', '.join(lost)}: missing in {root}; install the wheel again, or start in a whole checkout"
    bare = [
        row.code for row in LANGUAGES if row.code != "en" and not _is_there(_catalogue(root, row.catalogue))
    ]
    if bare:
        yield f"catalogues of {', '.join(bare)} are not compiled; in a checkout run: python {COMPILE}"


def _catalogue(root: Path, name: str) -> Path:
    return root / "translations" / name / "LC_MESSAGES" / "messages.mo"


def _is_there(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0
