"""Freezing what a draw is made from."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel import drawing
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.writing import mask_name, tidy
from kaogong.supervision import queries
from kaogong.supervision.models import Draw, DrawInspector, DrawObject
from kaogong.trail.operations import begin, next_number, require_may

from .refusals import NothingToDraw, PercentWrong, PurposeMissing, TooFewToSend, UnknownReference

INSPECTED = "已检查过"


@transaction.atomic
def prepare_draw(
    *,
    purpose: str,
    objects_kind: str,
    percent: int,
    at_least: int,
    by: Actor,
    at: datetime,
    stratify_by: str = "",
    inspectors_per_object: int = 2,
    exclusions: Mapping[str, str] | None = None,
    only_uninspected: bool = False,
    reason: str = "",
) -> Draw:
    """Freeze today's objects and inspectors of the actor's region, with strata, quotas and exclusions.

    ``exclusions``: number of a class or credit code of a provider → why it is not drawn from; it stays on the
    roster with the reason. Refused by name where too few inspectors could be sent to an object.
    """
    require_may(by, Permission.PREPARE_DRAW, "准备抽取")
    if not by.region_code or by.organisation_id is not None:
        raise NotFound()
    if not purpose.strip():
        raise PurposeMissing()
    if not (0 <= percent <= 100 and at_least >= 0 and inspectors_per_object >= 2):
        raise PercentWrong()
    on = timezone.localdate(at)
    standing = queries.candidates(objects_kind, stratify_by, on=on, by=by)
    why = {reference: tidy(text) for reference, text in (exclusions or {}).items() if tidy(text)}
    unknown = sorted(set(exclusions or {}) - {one.reference for one in standing})
    if unknown:
        raise UnknownReference(reference=unknown[0])
    if only_uninspected:
        why = {one.reference: INSPECTED for one in standing if one.is_inspected} | why
    counts = Counter(one.stratum for one in standing if one.reference not in why)
    quotas = drawing.quotas_for(counts, percent, at_least)
    if not sum(quotas.values()):
        raise NothingToDraw()
    draw = Draw(
        number=next_number(Draw, f"CJ-{on.year}-"),
        purpose=tidy(purpose),
        region_code=by.region_code,
        objects_kind=objects_kind,
        stratify_by=stratify_by,
        quotas=quotas,
        inspectors_per_object=inspectors_per_object,
        prepared_by_account_id=by.account_id,
        prepared_at=at,
    )
    people = list(queries.inspectors_on(by, on))
    forbidden = queries.conflicts_of(people)
    codes = {one.institution.pk: one.institution.credit_code for one in standing}
    objects = [
        DrawObject(
            draw=draw,
            reference=one.reference,
            title=one.title,
            stratum=one.stratum,
            institution=one.institution,
            training_class_id=one.class_id,
            excluded_because=why.get(one.reference, ""),
        )
        for one in standing
    ]
    sent = [
        DrawInspector(
            draw=draw,
            inspector=person,
            masked_name=mask_name(person.name),
            conflicts=sorted(codes[id] for id in forbidden[person.pk] if id in codes),
        )
        for person in people
    ]
    # Saved once with its digest, which never changes afterwards: so the roster is made of unsaved rows.
    roster = queries.roster_from(draw, objects, sent)
    for one, count in drawing.without_enough(roster):
        raise TooFewToSend(object=f"{one.id} {one.name}", count=count, needed=inspectors_per_object)
    draw.roster_digest = drawing.digest_of(drawing.roster_lines(roster))
    draw.save()
    DrawObject.objects.bulk_create(objects, batch_size=2000)
    DrawInspector.objects.bulk_create(sent, batch_size=2000)
    begin(
        draw,
        "prepared",
        by=by,
        at=at,
        reason=reason,
        objects=sum(counts.values()),
        drawn=sum(quotas.values()),
    )
    return draw
