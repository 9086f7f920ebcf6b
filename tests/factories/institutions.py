"""Makers of institutions, contracts, facilities, trainers and applications."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

from django.utils import timezone

from kaogong import sheets
from kaogong.institutions import queries
from kaogong.institutions.models import (
    Contract,
    EvaluationRound,
    Institution,
    RecognitionApplication,
    Room,
    Site,
    Trainer,
)
from kaogong.institutions.operations import (
    Wish,
    accept_application,
    add_equipment,
    add_room,
    add_site,
    add_trainer,
    approve_application,
    contract_application,
    draft_application,
    draft_contract,
    enforce_application,
    import_scores,
    judge_condition,
    open_evaluation,
    publish_application,
    recognise_provider,
    record_visit,
    register_institution,
    score_provider,
    set_institution_bank_account,
    submit_application,
)
from kaogong.kernel.actor import Actor, system_actor
from kaogong.kernel.credit_code import make_credit_code
from kaogong.notices.operations import close_notice
from kaogong.sheets.provider_layouts import OUTSIDE_SCORES

from .people import AT, REGION, an_actor, an_id_number

COOK = ("4-03-02-01", "5")  # 中式烹调师 五级/初级工
_serial = count(1)


def make_institution(
    name: str = "",
    *,
    recognised_for: list[tuple[str, str]] | None = None,
    kind: str = "training_school",
    is_provider: bool = True,
    is_assessor: bool = False,
    region_code: str = REGION,
    bank_account: str = "3803020109000123456",
    at: datetime = AT,
    **fields,
) -> Institution:
    """Register one synthetic institution with a bank account; ``recognised_for`` adds a contract in force."""
    serial = next(_serial)
    fields.setdefault("credit_code", make_credit_code("52", REGION, serial).value)
    if is_assessor:
        fields.setdefault("certificate_body_code", f"S000037{serial:06d}")
    by = system_actor()
    institution = register_institution(
        name=name or f"示例区第{serial}职业培训学校",
        kind=kind,
        region_code=region_code,
        is_provider=is_provider,
        is_assessor=is_assessor,
        by=by,
        at=at,
        **fields,
    )
    if bank_account:
        institution = set_institution_bank_account(
            institution.pk, bank_name="示例银行", account=bank_account, by=by, at=at
        )
    if recognised_for:
        make_contract(institution, recognised_for, at=at)
    return institution


def make_contract(
    institution: Institution,
    scopes: list[tuple[str, str]] | None = None,
    *,
    starts_on: date = date(2026, 1, 1),
    ends_on: date = date(2028, 1, 1),
    recognised: bool = True,
    at: datetime = AT,
) -> Contract:
    """Draft a contract and, unless told otherwise, recognise the provider."""
    clerk = an_actor("bureau_clerk", region_code=institution.region_code, at=at)
    contract = draft_contract(
        institution.pk,
        number=f"XY-2026-{next(_serial):05d}",
        starts_on=starts_on,
        ends_on=ends_on,
        head_count=500,
        scopes=scopes or [COOK],
        by=clerk,
        at=at,
    )
    return recognise_provider(contract.pk, by=clerk, at=at) if recognised else contract


def make_site(institution: Institution, name: str = "", *, capacity: int = 60, at: datetime = AT) -> Site:
    """Add one teaching place."""
    name = name or f"教学点{next(_serial)}"
    return add_site(
        institution.pk, name=name, address=f"示例街道1号{name}", capacity=capacity, by=system_actor(), at=at
    )


def make_room(site: Site, name: str = "", *, capacity: int = 40, at: datetime = AT, **fields) -> Room:
    """Add one room to a site."""
    name = name or f"第{next(_serial)}教室"
    return add_room(site.pk, name=name, capacity=capacity, by=system_actor(), at=at, **fields)


def make_trainer(institution: Institution, name: str = "李师傅", *, at: datetime = AT, **fields) -> Trainer:
    """Add one full-time trainer; a new person unless an ``id_number`` is given."""
    fields = {"employment": "full", "qualification": "高级技师", "level_code": "1"} | fields
    fields.setdefault("id_number", an_id_number().value)
    return add_trainer(institution.pk, name=name, by=system_actor(), at=at, **fields)


def make_ready(institution: Institution, *, at: datetime = AT) -> Institution:
    """Give a body what the example region's checklist counts: rooms, three trainers, a manager, equipment."""
    site = make_site(institution, at=at)
    make_room(site, capacity=40, accessible=True, at=at)
    make_room(site, capacity=40, kind="workshop", at=at)
    for place in range(3):
        make_trainer(institution, is_manager=place == 0, at=at)
    add_equipment(
        institution.pk,
        occupation_code=COOK[0],
        title="灶台",
        model="ZT-1",
        quantity=12,
        by=system_actor(),
        at=at,
    )
    return institution


def a_wish(**fields) -> Wish:
    """Two years of cooking for 300 people."""
    given = {
        "starts_on": date(2026, 3, 1),
        "ends_on": date(2028, 3, 1),
        "head_count": 300,
        "scopes": (COOK,),
        "area": "示例区",
    }
    return Wish(**given | fields)


@dataclass(frozen=True)
class Bureau:
    """Who takes an application up, and who decides."""

    clerk: Actor
    reviewer: Actor


def make_bureau(at: datetime = AT) -> Bureau:
    return Bureau(an_actor("bureau_clerk", at=at), an_actor("reviewer", at=at))


STAGES = ("drafted", "submitted", "accepted", "visited", "approved", "contracted", "published", "in_force")


def make_application(
    institution: Institution | None = None,
    *,
    status: str = "drafted",
    by: Actor | None = None,
    bureau: Bureau | None = None,
    at: datetime = AT,
    wish: Wish | None = None,
    **fields,
) -> RecognitionApplication:
    """An application at a stage on the straight way; a ready body unless one is given."""
    institution = institution or make_ready(make_institution(at=at), at=at)
    by = by or an_actor("provider_clerk", organisation_id=institution.pk, at=at)
    fields.setdefault("purpose", "first")
    application = draft_application(institution.pk, wish=wish or a_wish(), by=by, at=at, **fields)
    if status == "drafted":
        return application
    submit_application(application.pk, by=by, at=at)
    bureau = bureau or make_bureau(at)
    for stage in STAGES[2 : STAGES.index(status) + 1]:
        _take_on(application.pk, stage, bureau, at)
    return queries.application(application.pk, by=bureau.clerk)


def _take_on(pk: int, stage: str, bureau: Bureau, at: datetime) -> None:
    clerk, reviewer = bureau.clerk, bureau.reviewer
    if stage == "accepted":
        accept_application(pk, by=clerk, at=at)
    if stage == "visited":
        answers = {row["code"]: "yes" for row in queries.visit_items(REGION, timezone.localdate(at))}
        record_visit(
            pk,
            visited_on=timezone.localdate(at),
            visitor_names=["赵同行"],
            answers=answers,
            by=clerk,
            at=at,
        )
    if stage == "approved":
        for condition in queries.conditions(pk).filter(verdict="ask"):
            judge_condition(condition.pk, verdict="ok", remark="材料齐全", by=clerk, at=at)
        approve_application(pk, filing_number=f"青示认〔2026〕{pk}号", by=reviewer, at=at, reason="条件齐备")
    if stage == "contracted":
        contract_application(pk, number=f"XY-RD-{pk}", by=clerk, at=at)
    if stage == "published":
        publish_application(pk, by=clerk, at=at)
    if stage == "in_force":
        notice = queries.application(pk, by=clerk).notice
        after = datetime.combine(notice.closes_on + timedelta(days=1), at.timetz())
        close_notice(notice.pk, by=clerk, at=after)
        enforce_application(pk, by=clerk, at=after)


def outside_sheet(rows: list[tuple[str, str, str]]) -> bytes:
    """A third party's sheet of (credit code, criterion, points)."""
    fields = ("credit_code", "criterion", "points")
    return sheets.write_form(
        OUTSIDE_SCORES, title="第三方评估", rows=[dict(zip(fields, row, strict=True)) for row in rows]
    )


def make_evaluation(
    totals: dict[int, int], *, year: int = 2026, bureau: Bureau | None = None, at: datetime = AT
) -> EvaluationRound:
    """A round opened and scored so that each body's points add up to about its total out of a hundred."""
    bureau = bureau or make_bureau(at)
    round_ = open_evaluation(year, region_code=REGION, by=bureau.clerk, at=at)
    by_hand = [row for row in round_.criteria if row["source"] != "third_party"]
    outside = [row for row in round_.criteria if row["source"] == "third_party"]
    rows = []
    for one in queries.evaluations(round_.pk, bureau.clerk):
        share = Decimal(totals[one.institution_id]) / 100
        for row in by_hand:
            score_provider(
                one.pk,
                criterion_code=row["code"],
                points=row["weight"] * share,
                remark="",
                by=bureau.clerk,
                at=at,
            )
        rows += [(one.institution.credit_code, row["code"], str(row["weight"] * share)) for row in outside]
    import_scores(round_.pk, outside_sheet(rows), "三方.xlsx", by=bureau.clerk, at=at)
    return round_
