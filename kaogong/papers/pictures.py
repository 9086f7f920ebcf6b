"""Photographs: read, made small, without place, time and phone; and what they look like, as a number."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

from kaogong.kernel.file_kinds import PICTURES, kind_of

MOST_PIXELS = 60_000_000
_FORMATS = ("JPEG", "PNG")


@dataclass(frozen=True, slots=True)
class Picture:
    """One photograph as it is kept: a small JPEG, and its look."""

    content: bytes
    look: int


def picture(content: bytes, *, longest: int) -> Picture | None:
    """The photograph upright, no side longer than so many pixels and without notes; None when it is none."""
    read = _read(content, longest)
    if read is None:
        return None
    read.thumbnail((longest, longest))
    spool = io.BytesIO()
    read.save(spool, "JPEG", quality=75, optimize=True)
    return Picture(spool.getvalue(), _look(read))


def look_of(content: bytes) -> int | None:
    """64 bits that stay, but for one or two, when a picture is made smaller or saved again; None when it is none.

    Each bit says whether a cell of a coarse grey grid is lighter than the next (a difference hash).
    """
    read = _read(content, 256)
    return None if read is None else _look(read)


def _read(content: bytes, enough: int) -> Image.Image | None:
    """The picture in its colours, upright; a JPEG is read no larger than it has to be."""
    if kind_of(content, PICTURES) is None:
        return None
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
            warnings.simplefilter("ignore")
            if opened.width * opened.height > MOST_PIXELS:
                return None
            opened.draft("RGB", (enough, enough))
            return ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _look(read: Image.Image) -> int:
    cells = read.convert("L").resize((9, 8), Image.Resampling.LANCZOS).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            at = row * 9 + column
            bits = bits << 1 | (cells[at] < cells[at + 1])
    return bits - (1 << 64) if bits >> 63 else bits
