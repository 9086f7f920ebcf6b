"""Photographs made on the spot: seeded blotches, so that one seed is one picture."""

import io
import random

from PIL import Image, ImageDraw


def a_picture(
    seed: int, *, size: tuple[int, int] = (640, 480), quality: int = 88, exif: bytes = b""
) -> bytes:
    """A JPEG of soft blotches; the same seed in another size or quality is the same picture saved again."""
    chance = random.Random(seed)
    drawn = Image.new("RGB", (320, 240), tuple(chance.randrange(256) for _ in range(3)))
    pen = ImageDraw.Draw(drawn)
    for _ in range(24):
        x, y, wide = chance.randrange(320), chance.randrange(240), chance.randrange(20, 90)
        pen.ellipse((x - wide, y - wide, x + wide, y + wide), tuple(chance.randrange(256) for _ in range(3)))
    spool = io.BytesIO()
    drawn.resize(size, Image.Resampling.LANCZOS).save(spool, "JPEG", quality=quality, exif=exif)
    return spool.getvalue()
