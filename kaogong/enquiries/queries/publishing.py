"""Reading common questions: what anyone may read and search, the bureau's own list, those a policy overtook."""

from datetime import date

from django.db.models import Q, QuerySet

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.region_code import RegionCode

from ..models import CommonQuestion
from .conduct import policy_mark


def common_questions(by: Actor) -> QuerySet[CommonQuestion]:
    """Those of the actor's region, the latest first, withdrawn ones too; anybody may read them, a department too."""
    return _reach(by).order_by("-id")


def _reach(by: Actor) -> QuerySet[CommonQuestion]:
    rows = CommonQuestion.objects.all()
    if by.department_code:
        return rows.filter(region_code__startswith=RegionCode(by.region_code).prefix)
    return in_reach(rows, by, organisation=None)


def common_question(question_id: int, *, by: Actor) -> CommonQuestion:
    """One in reach; NotFound otherwise."""
    found = common_questions(by).select_related("enquiry").filter(pk=question_id).first()
    if found is None:
        raise NotFound()
    return found


def common_question_for_update(question_id: int, *, by: Actor) -> CommonQuestion:
    """The same, locked."""
    found = _reach(by).select_for_update().filter(pk=question_id).first()
    if found is None:
        raise NotFound()
    return found


def public_questions(
    region_code: str, on: date, *, words: str = "", category: str = ""
) -> QuerySet[CommonQuestion]:
    """What anyone may read in a region on a day: published, and holding; every word must stand in it."""
    rows = CommonQuestion.objects.filter(
        region_code__startswith=RegionCode(region_code).prefix, status="published", holds_from__lte=on
    ).defer("enquiry")
    for word in words.split()[:8]:
        rows = rows.filter(Q(question__icontains=word) | Q(answer__icontains=word))
    if category:
        rows = rows.filter(category=category)
    return rows.order_by("-holds_from", "-id")


def public_question(question_id: int, region_code: str, on: date) -> CommonQuestion:
    """One of them; NotFound when it does not hold yet, was withdrawn or never was."""
    found = public_questions(region_code, on).filter(pk=question_id).first()
    if found is None:
        raise NotFound()
    return found


def overtaken(by: Actor, on: date) -> list[CommonQuestion]:
    """Those published whose subsidy scheme reads otherwise today than when it was published, or has ended."""
    rows = common_questions(by).filter(status="published").exclude(scheme_code="").order_by("id")
    marks: dict[tuple[str, str], str] = {}
    found = []
    for one in rows:
        key = (one.region_code, one.scheme_code)
        if key not in marks:
            marks[key] = policy_mark(*key, on)
        if marks[key] != one.policy_mark:
            found.append(one)
    return found
