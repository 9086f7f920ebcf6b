"""What a file is by how it begins, whatever it is called: the kinds people hand in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind: the name it ends in, its media type, and the bytes every file of it begins with."""

    extension: str
    media_type: str
    beginning: bytes


PDF = FileKind("pdf", "application/pdf", b"%PDF-")
JPEG = FileKind("jpg", "image/jpeg", b"\xff\xd8\xff")
PNG = FileKind("png", "image/png", b"\x89PNG\r\n\x1a\n")
ZIP = FileKind("zip", "application/zip", b"PK\x03\x04")  # .xlsx and .docx are zips
PAPERS = (PDF, JPEG, PNG)
PICTURES = (JPEG, PNG)


def kind_of(content: bytes, kinds: tuple[FileKind, ...]) -> FileKind | None:
    """The kind among these that the content begins as; None when none of them."""
    return next((kind for kind in kinds if content.startswith(kind.beginning)), None)
