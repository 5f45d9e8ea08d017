"""A venue's files name only what lies in the venue's folder, links resolved: a venue is a stranger to every other."""

from __future__ import annotations

from pathlib import Path

LARGEST_SECRET = 10_000


def inside(folder: Path, name: str | Path) -> Path:
    """The file of that name in a venue's folder; raises ValueError (what is wrong; what would be right).

    ``folder`` itself may be a link, the operator made it; nothing in it may lead out.
    """
    try:
        path = (folder / name).resolve()
        found = path.is_relative_to(folder.resolve())
        there = found and path.is_file()
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a NUL
        raise ValueError(
            f"names {str(name)!r}, which cannot be read; name a file in the venue's folder"
        ) from error
    if not found:
        raise ValueError(f"names {str(name)!r}, which lies outside the venue's folder; copy the file into it")
    if not there:
        raise ValueError(f"names {str(name)!r}, which is no file in the venue's folder; put the file there")
    return path


def is_inside(folder: Path, name: str | Path) -> bool:
    """Whether there is such a file and it lies in the folder."""
    try:
        inside(folder, name)
    except ValueError:
        return False
    return True
