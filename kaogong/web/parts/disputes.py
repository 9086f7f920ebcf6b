"""One objection to a mark, as the school and the bureau see it."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kaogong.claims import queries as claims
from kaogong.kernel.errors import NotFound
from kaogong.kernel.working_days import working_days_between
from kaogong.presence import operations
from kaogong.presence import queries as presence
from kaogong.trail.operations import require_may
from kaogong.web.parts.evidence import mark_words
from kaogong.web.parts.roll import roll_of

# A class may have finished before the answer: then its marks stand once money was decided on them.
uphold_dispute = partial(operations.uphold_dispute, decided=claims.money_decided)


def dispute_page(request: HttpRequest, pk: int, *, may: str, title: str, door: str) -> HttpResponse:
    """What the learner says beside what the check-ins say, and the two answers there are."""
    require_may(request.actor, may, title)
    dispute = presence.disputes(request.actor).filter(pk=pk).first()
    if dispute is None:
        raise NotFound()
    roll = roll_of(dispute.session, request.actor)
    return render(
        request,
        "parts/dispute.html",
        {
            "dispute": dispute,
            "row": next((row for row in roll.rows if row.enrolment.pk == dispute.enrolment_id), None),
            "refused": [one for one in roll.refused if one.enrolment_id == dispute.enrolment_id],
            "recalls": len(roll.recalls),
            "was": mark_words(dispute.mark),
            "wanted": mark_words(dispute.wanted_mark),
            "days_left": working_days_between(request.today, dispute.due_on),
            "namespace": f"{door}:disputes",
            "list_url": f"{door}:disputes:list",
            "session_url": "provider:sessions:detail" if door == "provider" else "bureau:live:session",
        },
    )
