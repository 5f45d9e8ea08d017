"""Pictures of pages for a person to look at: ``python -m tests.screenshots OUT_DIR URL…``.

Each address is shot as a phone shows it (360 pixels wide, the whole page), light and dark; ``sheet.png``
shows all of them at once.
"""

from __future__ import annotations

import base64
import re
import sys
from html import escape
from pathlib import Path

from tests.browsers import chromium, stop_engines

SHEET = """<!doctype html><html lang="en"><title>Sheet</title><style>
body {{ margin: 16px; background: #777; font: 14px sans-serif; color: #fff }}
main {{ display: grid; grid-template-columns: repeat({columns}, {width}px); gap: 16px; align-items: start }}
figure {{ margin: 0 }} img {{ width: {width}px; display: block }} figcaption {{ overflow-wrap: anywhere }}
</style><main>{figures}</main>"""
FIGURE = '<figure><figcaption>{name}</figcaption><img alt="" src="data:image/png;base64,{data}"></figure>'


def shoot(
    url_or_html: str, out: str | Path, dark: bool = False, language: str = "en", width: int = 360
) -> Path:
    """Save a picture of the whole page at an address, or of some HTML, as the PNG file ``out``."""
    with chromium(dark=dark, language=language, width=width) as guest:
        if re.match(r"(https?|file|data):", url_or_html):
            guest.open(url_or_html)
        else:
            guest.page.set_content(url_or_html)
        return guest.screenshot(out)


def contact_sheet(paths: list[Path], out: str | Path, columns: int = 4, width: int = 360) -> Path:
    """Tile pictures into one, at full size and under their names, as the PNG file ``out``."""
    figures = [
        FIGURE.format(name=escape(path.stem), data=base64.b64encode(path.read_bytes()).decode())
        for path in map(Path, paths)
    ]
    columns = min(columns, len(figures))
    sheet = SHEET.format(columns=columns, width=width, figures="".join(figures))
    return shoot(sheet, out, width=16 + columns * (width + 16))


def main(arguments: list[str]) -> int:
    """The command: the folder, then the addresses."""
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    folder, urls = Path(arguments[0]), arguments[1:]
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, url in enumerate(urls, 1):
        name = re.sub(r"\W+", "-", url.partition("://")[2]).strip("-")[:60]
        for shade in ("light", "dark"):
            paths.append(shoot(url, folder / f"{number:02}-{name}-{shade}.png", dark=shade == "dark"))
    print(contact_sheet(paths, folder / "sheet.png"))
    stop_engines()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
