"""The photos of two of the demo's venues, painted: ``python -m tests.tools.demo_photos`` writes them.

No camera and nobody's work: layers of colour, blurred as air and lenses do. The same numbers give the same picture.
"""

from __future__ import annotations

import random
import tempfile
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from portal.cli.photos import prepared
from portal.simulators.demo import VENUES

WIDTH, HEIGHT = 1280, 960
Colour = tuple[int, int, int]


def sky(height: int, *stops: Colour) -> Image.Image:
    """From the first colour on top to the last one, evenly."""
    strip = Image.new("RGB", (1, len(stops)))
    strip.putdata(stops)
    return strip.resize((WIDTH, height), Image.Resampling.BICUBIC)


def ridge(chance: random.Random, base: float, height: float) -> list[tuple[float, float]]:
    """The line of some hills: a point halved again and again, each time a little off (midpoint displacement)."""
    line = [base + chance.uniform(-height, height), base - height, base + chance.uniform(-height, height)]
    while len(line) < WIDTH // 3:
        height *= 0.54
        between = [(a + b) / 2 + chance.uniform(-height, height) for a, b in pairwise(line)]
        line = [one for pair in zip(line, between, strict=False) for one in pair] + [line[-1]]
    return [(x * WIDTH / (len(line) - 1), y) for x, y in enumerate(line)]


def hills(
    picture: Image.Image, chance: random.Random, base: float, height: float, colour: Colour, haze: float
) -> None:
    """A range of hills down to the lower edge, the farther the hazier."""
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).polygon(
        [(0, picture.height), *ridge(chance, base, height), (WIDTH, picture.height)], 255
    )
    tint = sky(picture.height, colour, colour, tuple(min(255, one + 26) for one in colour))  # type: ignore[arg-type]
    picture.paste(tint, mask=mask.filter(ImageFilter.GaussianBlur(haze)))


def glow(
    picture: Image.Image, centre: tuple[float, float], size: float, colour: Colour, blur: float
) -> Image.Image:
    """Light added to the picture: a disc, blurred."""
    light = Image.new("RGB", picture.size)
    x, y = centre
    ImageDraw.Draw(light).ellipse((x - size, y - size, x + size, y + size), colour)
    return ImageChops.screen(picture, light.filter(ImageFilter.GaussianBlur(blur)))


def rippled(picture: Image.Image, chance: random.Random) -> Image.Image:
    """As water shows it: upside down, each line a little aside, more so the nearer it is."""
    mirrored, drift = ImageOps.flip(picture), 0.0
    water = mirrored.copy()
    for y in range(mirrored.height):
        drift = 0.7 * drift + chance.uniform(-1, 1) * (1 + y / 30)
        line = mirrored.crop((0, y, WIDTH, y + 1))
        water.paste(ImageChops.offset(line, round(drift), 0), (0, y))
    return water.filter(ImageFilter.GaussianBlur(1.1))


def grain(picture: Image.Image, strength: float) -> Image.Image:
    """A film's grain, which also keeps gradients from showing steps."""
    noise = Image.effect_noise(picture.size, 40).filter(ImageFilter.GaussianBlur(0.7)).convert("RGB")
    return Image.blend(picture, ImageChops.soft_light(picture, noise), strength)


def lake() -> Image.Image:
    """A lake among hills, the sun just gone."""
    chance, shore = random.Random(11), 560
    land = sky(shore, (70, 104, 138), (133, 156, 174), (214, 196, 180), (247, 209, 164), (250, 190, 130))
    land = glow(land, (830, 470), 70, (255, 214, 150), 70)
    for base, height, colour, haze in (
        (400, 84, (150, 150, 164), 3.0),
        (446, 60, (112, 122, 142), 2.0),
        (500, 42, (72, 88, 108), 1.4),
        (540, 20, (36, 50, 62), 0.9),
    ):
        hills(land, chance, base, height, colour, haze)  # type: ignore[arg-type]
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    picture.paste(land)
    water = ImageChops.multiply(
        rippled(land.crop((0, shore - 400, WIDTH, shore)), chance), sky(400, (222, 226, 234), (150, 166, 186))
    )
    picture.paste(water, (0, shore))
    return grain(picture, 0.35)


def evening() -> Image.Image:
    """Lamps of a hall in the evening, out of focus."""
    chance = random.Random(5)
    picture = sky(HEIGHT, (16, 22, 44), (28, 34, 62), (52, 44, 66), (30, 26, 40))
    warm: list[Colour] = [(118, 78, 34), (130, 92, 46), (98, 58, 30), (84, 74, 70), (52, 66, 96)]
    for blur, number, size in ((16, 26, (10, 26)), (5, 34, (22, 46)), (2.2, 16, (44, 78))):
        for _ in range(number):
            y = chance.gauss(HEIGHT * 0.5, HEIGHT * 0.15)
            picture = glow(
                picture, (chance.uniform(0, WIDTH), y), chance.uniform(*size), chance.choice(warm), blur
            )
    return grain(picture, 0.3)


PHOTOS = {"seehof": lake, "palace": evening}


def main() -> None:
    """Paint them into the folders of the venues, as ``foyer venues photo`` would put them there."""
    for slug, paint in PHOTOS.items():
        with tempfile.TemporaryDirectory() as folder:
            paint().save(source := Path(folder) / "photo.png")
            data, size = prepared(source)
        (VENUES / slug / "theme" / "photo.webp").write_bytes(data)
        print(f"{slug}: {size[0]} x {size[1]}, {len(data) // 1000} kB")


if __name__ == "__main__":
    main()
