"""A paper as it was handed in, shown in the browser and never guessed at."""

from typing import Any

from django.http import HttpResponse


def paper(document: Any) -> HttpResponse:
    """``document`` has ``data`` (its bytes as they came) and ``content_type``."""
    response = HttpResponse(document.data, content_type=document.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    return response
