"""My vouchers: the number and the code to show at the school, and what became of each."""

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.trail.operations import require_may
from kaogong.vouchers import queries as vouchers


def own(request: HttpRequest) -> HttpResponse:
    """Every voucher of mine, newest first."""
    require_may(request.actor, Permission.VIEW_OWN_FILE, gettext("培训券"))
    rows = list(vouchers.vouchers_of_person(request.actor.person_id))
    for row in rows:
        row.shown_number = vouchers.shown(row.number)
        row.occupations = [catalog.occupation_name(code) or code for code in row.issue.occupation_codes]
        if row.status == "issued":
            row.qr = segno.make(row.number, error="m").svg_data_uri(
                border=2, dark="#1d2b3a", light="#fff", scale=6
            )
    return render(request, "learner/vouchers.html", {"rows": rows})
