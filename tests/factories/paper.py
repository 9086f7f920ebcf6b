"""A document somebody hands in: one empty page, which opens."""

import io

import pypdf


def _one_page() -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(width=595, height=842)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


A_PDF = _one_page()
