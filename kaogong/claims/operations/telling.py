"""Found without asking: the list is made anew, and whoever tells a person says so."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotPermitted, Refused
from kaogong.kernel.region_code import RegionCode
from kaogong.trail.operations import record, require_may

from .. import queries
from ..models import Entitlement, Told
from .judging import keep_rulebook

Progress = Callable[[int, int], None]
_KEPT = (
    "region_code",
    "on",
    "occupation_code",
    "verdict",
    "amount_fen",
    "missing",
    "groups",
    "rulebook_digest",
)


class WayUnknown(Refused):
    """请选择告知的方式。"""


@transaction.atomic
def find_entitlements(
    region_code: str, *, by: Actor, at: datetime, reason: str = "", progress: Progress | None = None
) -> int:
    """Make the list of a region anew: found ones are added or brought up to date, the others go.

    Safe to repeat. Returns how many stand on the list; whom somebody has told stays told.
    """
    require_may_find_entitlements(region_code, by=by)
    keep_rulebook(at)
    digest = queries.rulebook().digest
    listed = {
        (row.person_id, row.scheme_code, row.certificate_id): row
        for row in queries.entitlements_kept(region_code)
    }
    new, changed = [], []
    people_total, last_person, seen = queries.people_kept(region_code), None, 0
    for found in queries.entitled(region_code, timezone.localdate(at)):
        if found.person_id != last_person:
            last_person, seen = found.person_id, seen + 1
            if progress and seen % 500 == 0:
                progress(seen, people_total)
        row = _row(found, digest, at)
        had = listed.pop((row.person_id, row.scheme_code, row.certificate_id), None)
        if had is None:
            new.append(row)
        else:
            for name in _KEPT:
                setattr(had, name, getattr(row, name))
            had.found_at = at
            changed.append(had)
    Entitlement.objects.bulk_create(new, batch_size=2000)
    Entitlement.objects.bulk_update(changed, [*_KEPT, "found_at"], batch_size=1000)
    Entitlement.objects.filter(pk__in=[row.pk for row in listed.values()]).delete()
    record(
        "entitlement.looked_for", by=by, at=at, reason=reason, subject_kind="entitlement", label="应享未享",
        region=region_code, found=len(new) + len(changed), new=len(new), gone=len(listed),
    )  # fmt: skip
    return len(new) + len(changed)


def require_may_find_entitlements(region_code: str, *, by: Actor) -> None:
    """Refuse who may not look, or not there."""
    if by.role == "system":
        return
    require_may(by, Permission.FIND_ENTITLEMENTS, "查找应享未享")
    if not by.region_code or not RegionCode(by.region_code).covers(region_code):
        raise NotPermitted(label="查找应享未享")


def _row(found: queries.Entitled, digest: str, at: datetime) -> Entitlement:
    return Entitlement(
        person_id=found.person_id,
        certificate_id=found.certificate.pk if found.certificate else None,
        region_code=found.region_code,
        scheme_code=found.scheme_code,
        on=found.on,
        occupation_code=found.certificate.occupation_code if found.certificate else "",
        verdict=found.decision.verdict,
        amount_fen=found.decision.amount_fen,
        missing=list(found.missing),
        groups=list(found.groups),
        rulebook_digest=digest,
        found_at=at,
    )


@transaction.atomic
def tell_person(entitlement_id: int, *, how: str, by: Actor, at: datetime, reason: str = "") -> Told:
    """Note that a person was told what they may claim: by whom, when and how."""
    require_may(by, Permission.TELL_PERSON, "告知本人")
    if how not in dict(Told._meta.get_field("how").choices):
        raise WayUnknown()
    found = queries.entitlement(entitlement_id, by=by)
    told = Told.objects.create(
        person_id=found.person_id,
        certificate_id=found.certificate_id,
        scheme_code=found.scheme_code,
        region_code=found.region_code,
        how=how,
        told_at=at,
        by_account_id=by.account_id,
        by_name=by.name,
    )
    record(
        "person.told", by=by, at=at, reason=reason, subject_kind="person", subject_id=found.person_id,
        scheme=found.scheme_code, how=how,
    )  # fmt: skip
    return told


@transaction.atomic
def tell_people(
    entitlement_ids: Iterable[int], *, how: str, by: Actor, at: datetime, reason: str = ""
) -> list[Told]:
    """Note the same of several people at once; all or none."""
    return [tell_person(pk, how=how, by=by, at=at, reason=reason) for pk in sorted(set(entitlement_ids))]
