"""Photographs as they are kept: JPEG or PNG, no larger than allowed; of the public's, only the picture itself."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kaogong.kernel.file_kinds import JPEG, PICTURES, kind_of

from .refusals import PhotoUnreadable

LARGEST_PHOTO = 5 * 2**20
MOST_PHOTOS = 6
_PICTURE_CHUNKS = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM", b"pHYs"}


@dataclass(frozen=True, slots=True)
class NewPhoto:
    """One photograph as the phone sends it."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """One photograph ready to be kept."""

    filename: str
    content_type: str
    content: bytes
    digest: str


def checked(photos: Iterable[NewPhoto], *, bare: bool = False) -> Iterator[KeptPhoto]:
    """Each different photograph once; ``bare`` leaves out place, time, phone and name of the file."""
    seen = set()
    for place, photo in enumerate(photos, 1):
        kind = kind_of(photo.content, PICTURES)
        if kind is None or len(photo.content) > LARGEST_PHOTO or place > MOST_PHOTOS:
            raise PhotoUnreadable(filename=photo.filename[:60])
        content = without_metadata(photo.content) if bare else photo.content
        if content is None:
            raise PhotoUnreadable(filename=photo.filename[:60])
        digest = hashlib.sha256(content).hexdigest()
        if digest not in seen:
            seen.add(digest)
            yield KeptPhoto("" if bare else photo.filename[-120:], kind.media_type, content, digest)


def without_metadata(content: bytes) -> bytes | None:
    """The picture without EXIF, XMP, comments and other notes; None when it cannot be read through."""
    return _bare_jpeg(content) if content.startswith(JPEG.beginning) else _bare_png(content)


def _bare_jpeg(content: bytes) -> bytes | None:
    """Segments up to the scan without APP1–APP15 and comments; APP0 says only how the picture is stored."""
    kept, at = [content[:2]], 2
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            return None
        marker, size = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if marker == 0xDA:  # start of scan: all that follows is the picture
            end = content.rfind(b"\xff\xd9")
            return b"".join([*kept, content[at : end + 2]]) if end > at else None
        if size < 2 or at + 2 + size > len(content):
            return None
        if not (0xE1 <= marker <= 0xEF or marker == 0xFE):
            kept.append(content[at : at + 2 + size])
        at += 2 + size
    return None


def _bare_png(content: bytes) -> bytes | None:
    """Only the chunks that make the picture."""
    kept, at = [content[:8]], 8
    while at + 12 <= len(content):
        size, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        if at + 12 + size > len(content):
            return None
        if kind in _PICTURE_CHUNKS:
            kept.append(content[at : at + 12 + size])
        at += 12 + size
        if kind == b"IEND":
            return b"".join(kept)
    return None
