"""Pilots, brands and chains, tenders won, and bodies that closed."""

from datetime import date, datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.writing import tidy
from kaogong.trail.operations import record, require_may

from .. import queries
from ..models import Brand, BrandMember, Contract, Institution, Pilot, Tender, TenderAward
from .reach import day_of, require_reach


class PilotAlready(Refused):
    """“{name}”已经是“{pilot}”。"""


class DocumentMissing(Refused):
    """请填写依据的文号或备案号。"""


class BrandTaken(Refused):
    """品牌“{name}”已经登记，或本地已有一个同类品牌。"""


class BrandIncomplete(Refused):
    """请填全品牌名称和统一的标识、字号、经营模式、管理制度。"""


class MemberAlready(Refused):
    """“{name}”已经在这个品牌下。"""


class TenderFiled(Refused):
    """招标采购编号“{number}”已经录入。"""


class WinnerMissing(Refused):
    """请填写至少一家中标机构的统一社会信用代码。"""


class WinnerUnknown(Refused):
    """没有登记信用代码为“{credit_code}”的培训机构，请先登记。"""


class StillUnderContract(Refused):
    """这家机构还有在期的协议，先终止协议再登记停办。"""


@transaction.atomic
def grant_pilot(
    institution_id: int, *, kind: str, document: str, starts_on: date, by: Actor, at: datetime
) -> Pilot:
    """Put a body on the list of a pilot by the paper that names it (C11)."""
    require_may(by, Permission.KEEP_REGISTERS, "登记试点")
    body = queries.institution_for_update(institution_id, by=by)
    if not tidy(document):
        raise DocumentMissing()
    if Pilot.objects.filter(institution=body, kind=kind, ends_on__isnull=True).exists():
        raise PilotAlready(name=body.name, pilot=dict(Pilot.KINDS)[kind])
    pilot = Pilot.objects.create(institution=body, kind=kind, document=tidy(document), starts_on=starts_on)
    record("pilot.granted", body, by=by, at=at, reason=pilot.document, subject_kind="institution", kind=kind)
    return pilot


@transaction.atomic
def end_pilot(pilot_id: int, *, by: Actor, at: datetime, reason: str) -> Pilot:
    """Take a body off the list of a pilot from today."""
    require_may(by, Permission.KEEP_REGISTERS, "退出试点")
    pilot = Pilot.objects.select_for_update().filter(pk=pilot_id, ends_on__isnull=True).first()
    if pilot is None:
        raise NotFound()
    body = queries.institution(pilot.institution_id, by=by)
    pilot.ends_on = max(day_of(at), pilot.starts_on)
    pilot.save(update_fields=["ends_on"])
    record("pilot.ended", body, by=by, at=at, reason=reason, subject_kind="institution", kind=pilot.kind)
    return pilot


@transaction.atomic
def register_brand(
    owner_id: int,
    *,
    name: str,
    kind: str,
    image: str,
    trade_mark: str,
    way_of_running: str,
    rules: str,
    by: Actor,
    at: datetime,
) -> Brand:
    """Register a brand: one image, mark, way of running and set of rules; one for each city or county (C7)."""
    require_may(by, Permission.KEEP_REGISTERS, "登记品牌")
    owner = queries.institution(owner_id, by=by)
    words = {
        "image": tidy(image),
        "trade_mark": tidy(trade_mark),
        "way_of_running": tidy(way_of_running),
        "rules": tidy(rules),
    }
    if not tidy(name) or not all(words.values()):
        raise BrandIncomplete()
    region = owner.region_code[:4] + "00" if kind == "city" else owner.region_code[:6]
    taken = Brand.objects.filter(name=tidy(name)).exists() or (
        kind != "chain"
        and Brand.objects.filter(kind=kind, region_code=region, ended_on__isnull=True).exists()
    )
    if taken:
        raise BrandTaken(name=tidy(name))
    brand = Brand.objects.create(
        name=tidy(name), kind=kind, region_code=region, owner=owner, registered_at=at, **words
    )
    record("brand.registered", brand, by=by, at=at, kind=kind)
    _join(brand, owner, by=by, at=at)
    return brand


@transaction.atomic
def join_brand(brand_id: int, *, credit_code: str, by: Actor, at: datetime) -> BrandMember:
    """Let a registered body, of any region, run under a brand from today."""
    require_may(by, Permission.KEEP_REGISTERS, "加入品牌")
    brand = Brand.objects.select_for_update().filter(pk=brand_id).first()
    if brand is None:
        raise NotFound()
    require_reach(brand.owner.region_code, by)
    body = queries.institution_by_credit_code(credit_code)
    if body is None:
        raise WinnerUnknown(credit_code=credit_code)
    return _join(brand, body, by=by, at=at)


@transaction.atomic
def leave_brand(member_id: int, *, by: Actor, at: datetime, reason: str = "") -> BrandMember:
    """Let a body run under a brand no longer, from today."""
    require_may(by, Permission.KEEP_REGISTERS, "退出品牌")
    member = BrandMember.objects.select_for_update().filter(pk=member_id, left_on__isnull=True).first()
    if member is None:
        raise NotFound()
    require_reach(member.brand.owner.region_code, by)
    member.left_on = day_of(at)
    member.save(update_fields=["left_on"])
    record("brand.left", member.brand, by=by, at=at, reason=reason, institution=member.institution.name)
    return member


@transaction.atomic
def file_tender(
    *,
    number: str,
    title: str,
    awarded_on: date,
    filing_number: str,
    credit_codes: list[str],
    by: Actor,
    at: datetime,
) -> Tender:
    """Enter the filed result of a tender and who won it; the winners may apply by it (C1)."""
    require_may(by, Permission.FILE_TENDER, "录入招标结果")
    if not tidy(filing_number) or not tidy(number):
        raise DocumentMissing()
    winners = []
    for credit_code in credit_codes:
        body = queries.institution_by_credit_code(credit_code)
        if body is None or not body.is_provider:
            raise WinnerUnknown(credit_code=credit_code)
        require_reach(body.region_code, by)
        winners.append(body)
    if not winners:
        raise WinnerMissing()
    tender, is_new = Tender.objects.get_or_create(
        number=tidy(number),
        defaults={
            "title": tidy(title),
            "region_code": by.region_code,
            "awarded_on": awarded_on,
            "filing_number": tidy(filing_number),
            "filed_at": at,
        },
    )
    if not is_new:
        raise TenderFiled(number=tender.number)
    TenderAward.objects.bulk_create(
        TenderAward(tender=tender, institution=body) for body in {body.pk: body for body in winners}.values()
    )
    record("tender.filed", tender, by=by, at=at, winners=len(winners), filing_number=tender.filing_number)
    return tender


@transaction.atomic
def close_institution(institution_id: int, *, by: Actor, at: datetime, reason: str) -> Institution:
    """Say that a body no longer trains, from today; it keeps its history."""
    require_may(by, Permission.KEEP_REGISTERS, "登记停办")
    body = queries.institution_for_update(institution_id, by=by)
    if Contract.objects.filter(
        institution=body, status__in=["recognised", "suspended"], ends_on__gt=day_of(at)
    ).exists():
        raise StillUnderContract()
    body.closed_on = day_of(at)
    body.save(update_fields=["closed_on"])
    record("institution.closed", body, by=by, at=at, reason=reason)
    return body


def _join(brand: Brand, body: Institution, *, by: Actor, at: datetime) -> BrandMember:
    if BrandMember.objects.filter(brand=brand, institution=body, left_on__isnull=True).exists():
        raise MemberAlready(name=body.name)
    member = BrandMember.objects.create(brand=brand, institution=body, joined_on=day_of(at))
    record("brand.joined", brand, by=by, at=at, institution=body.name)
    return member
