"""Common questions: an answer of use to others published without its asker, and taken back when it no longer holds."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.writing import tidy
from kaogong.trail.operations import begin, move, next_number, require_may

from .. import queries
from ..models import CommonQuestion, Enquiry
from .refusals import (
    NotAnonymised,
    NotYetAnswered,
    PublishedEmpty,
    PublishedName,
    PublishedNumbers,
    SchemeNotInForce,
)

ANSWER_AT_MOST = 5000


@transaction.atomic
def publish_common_question(
    enquiry_id: int, *, question: str, answer: str, holds_from: date, by: Actor, at: datetime,
    category: str = "", scheme_code: str = "", is_anonymous: bool = False, reason: str = "",
) -> CommonQuestion:  # fmt: skip
    """Publish an answered enquiry in edited words, after a person confirmed that nobody can be told from them.

    Refused while a number of a person or the asker's own name stands in the words. Where it rests on a subsidy
    scheme, the scheme as it reads on ``holds_from`` (or today, if later) is kept to be compared with.
    """
    require_may(by, Permission.PUBLISH_COMMON_QUESTION, "发布常见问题")
    enquiry = queries.enquiry_for_update(enquiry_id, by=by)
    if enquiry.first_answered_at is None:
        raise NotYetAnswered()
    question, answer = tidy(question)[:200], queries.plain(answer)[:ANSWER_AT_MOST]
    if not question or not answer:
        raise PublishedEmpty()
    if not is_anonymous:
        raise NotAnonymised()
    if queries.numbers_typed(f"{question}\n{answer}"):
        raise PublishedNumbers()
    name = Enquiry.objects.only("asker_name").get(pk=enquiry.pk).asker_name
    if len(name) > 1 and name in f"{question}\n{answer}":
        raise PublishedName()
    on = max(holds_from, timezone.localdate(at))
    mark = queries.policy_mark(enquiry.region_code, scheme_code, on)
    if scheme_code and not mark:
        raise SchemeNotInForce(scheme=scheme_code, on=on)
    made = CommonQuestion.objects.create(
        number=next_number(CommonQuestion, f"CW-{timezone.localdate(at).year}-"),
        region_code=by.region_code, category=category or enquiry.category, question=question, answer=answer,
        enquiry=enquiry, scheme_code=scheme_code, policy_mark=mark, holds_from=holds_from, published_at=at,
        published_by=by.name,
    )  # fmt: skip
    begin(made, "published", by=by, at=at, reason=reason, enquiry=enquiry.number)
    return made


@transaction.atomic
def withdraw_common_question(question_id: int, *, by: Actor, at: datetime, reason: str) -> CommonQuestion:
    """Take a common question off the portal; when and why stay written."""
    found = queries.common_question_for_update(question_id, by=by)
    found.withdrawn_on, found.why_withdrawn = timezone.localdate(at), reason.strip()[:500]
    found.save(update_fields=["withdrawn_on", "why_withdrawn"])  # a refused move undoes it
    move(found, "withdraw", by=by, at=at, reason=reason)
    return found
