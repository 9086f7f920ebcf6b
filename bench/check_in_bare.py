"""The floor of a check-in: read what was sent, insert one row, say its number."""

import json

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import path

from kaogong.config.urls import urlpatterns as product


def insert(request: HttpRequest) -> JsonResponse:
    """One row of what a phone sent, believed as it is."""
    said = json.loads(request.body)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_insert (client_key, device_key, token, at) VALUES (%s, %s, %s, now())"
            " ON CONFLICT DO NOTHING RETURNING id",
            [said["client_key"], said["device_key"], said["token"]],
        )
        row = cursor.fetchone()
    return JsonResponse({"id": row[0] if row else None})


urlpatterns = [*product, path("bare/insert/", insert)]
