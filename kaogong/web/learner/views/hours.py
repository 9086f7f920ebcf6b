"""Hours: class by class, session by session, adding up."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.presence import queries as presence
from kaogong.trail.operations import require_may
from kaogong.training import queries as training
from kaogong.web.parts.fees import fee_words
from kaogong.web.parts.filing import changes_in_words
from kaogong.web.parts.policy import level_name

_LONGEST = 1200  # days: the longest apprenticeship lies within


def classes(request: HttpRequest) -> HttpResponse:
    """Every class I was ever in, with the hours that count."""
    require_may(request.actor, Permission.VIEW_OWN_FILE, gettext("课时"))
    rows = list(training.enrolments_of(request.actor.person_id))
    hours = training.hours_of([row.pk for row in rows])
    for row in rows:
        row.counted = hours[row.pk]
        row.planned = planned(row.training_class)
        row.percent = row.counted * 100 // row.planned if row.planned else 0
        row.occupation_name = catalog.occupation_name(row.training_class.occupation_code)
        row.level_name = level_name(row.training_class.level_code)
    total = sum(row.counted for row in rows)
    return render(request, "learner/hours.html", {"rows": rows, "total": total})


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One class: each session with its mark and hours, and their sum."""
    require_may(request.actor, Permission.VIEW_OWN_FILE, gettext("课时"))
    enrolment = training.enrolment_of(request.actor.person_id, pk)
    sessions = training.attendance_of(enrolment)
    mine = presence.my_sessions(
        request.actor.person_id,
        request.at,
        days_back=_LONGEST,
        days_ahead=_LONGEST,
        class_id=enrolment.training_class_id,
    )
    proof = {one.session.pk: one for one in mine}
    counted = sum(mark.hours_hundredths for _session, mark in sessions if mark is not None)
    return render(
        request,
        "learner/class.html",
        {
            "enrolment": enrolment,
            "training_class": enrolment.training_class,
            "occupation_name": catalog.occupation_name(enrolment.training_class.occupation_code),
            "level_name": level_name(enrolment.training_class.level_code),
            "sessions": [(session, mark, proof.get(session.pk)) for session, mark in sessions],
            "planned": planned(enrolment.training_class),
            "counted": counted,
            "by_rule": _by_rule(request, enrolment),
            "fee": fee_words(training.fee_of(enrolment)),
            "changes": changes_in_words(training.changes_in_force(enrolment.training_class_id)),
            "unmarked": sum(mark is None and session.on <= request.today for session, mark in sessions),
        },
    )


def _by_rule(request: HttpRequest, enrolment):
    """What counts of this learner's hours by the district's rule, and why; None for who has left the class."""
    told = presence.counted_hours(
        enrolment.training_class_id, by=request.actor, on=request.today - timedelta(days=1)
    )
    return next((one for one in told.people if one.enrolment.pk == enrolment.pk), None)


def planned(training_class) -> int:
    """Hundredths of hours the class was filed with."""
    return (training_class.hours_theory + training_class.hours_practice) * 100
