"""``foyer venues photo``: a photo as guests can bear it: cropped, small, without what a camera wrote about itself."""

from __future__ import annotations

import io
from pathlib import Path

import click
from flask.cli import with_appcontext

from portal.app_state import app_state
from portal.journey.command import venue_or_fail
from portal.venues.pictures import HEAVIEST_PHOTO, PHOTO_ENDINGS

WIDEST, TALLEST = 1280, 960
QUALITIES = (82, 74, 66, 58, 50)


@click.command("photo")
@click.argument("name")
@click.argument("picture", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def photo(name: str, picture: Path) -> None:
    """Put PICTURE into the venue's folder as theme/photo.webp, at most 60 kB, without metadata."""
    venue = venue_or_fail(name)
    try:
        data, size = prepared(picture)
    except OSError as error:
        raise click.ClickException(f"{picture} is no picture that can be read: {error}") from error
    theme = app_state().config.venues / venue.slug / "theme"
    theme.mkdir(exist_ok=True)
    for ending in PHOTO_ENDINGS:
        (theme / f"photo.{ending}").unlink(missing_ok=True)
    (theme / "photo.webp").write_bytes(data)
    click.echo(f"Made {theme / 'photo.webp'}: {size[0]} x {size[1]} pixels, {len(data) // 1000} kB.")


def prepared(picture: Path) -> tuple[bytes, tuple[int, int]]:
    """The picture as WebP and its size in pixels: turned upright, within 1280 x 960, as light as has to be.

    Raises OSError for a file that is no picture.
    """
    from PIL import Image, ImageOps

    with Image.open(picture) as opened:
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    width = min(WIDEST, upright.width)
    while True:  # it ends: a picture of a few pixels is light
        small = ImageOps.contain(upright, (width, TALLEST))
        for quality in QUALITIES:
            out = io.BytesIO()
            small.save(out, "WEBP", quality=quality, method=4)
            if out.tell() <= HEAVIEST_PHOTO:
                return out.getvalue(), small.size
        width = int(width * 0.8)
