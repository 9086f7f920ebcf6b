"""Issuing numbered papers: one series for each kind and year, sealed, given again under the same number."""

import secrets
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Max
from django.utils.timezone import localdate, localtime

from kaogong.access.permissions import Permission
from kaogong.funds import queries as funds
from kaogong.grants import queries as grants
from kaogong.institutions import queries as institutions
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, ReasonMissing, Refused
from kaogong.kernel.writing import mask_name
from kaogong.people import queries as people
from kaogong.trail.operations import begin, move, record, require_may

from . import queries
from .models import IssuedPaper, PaperReissue
from .states import KINDS, MARKS


class SpanBackwards(Refused):
    """截止日{ends_on}早于起始日{starts_on}。"""


class SpanNotOver(Refused):
    """{ends_on}还没有过完，过完才能开具。"""


class PaymentNotPaid(Refused):
    """付款{reference}当前是“{state}”，到账后才能开收据。"""


class NothingPaid(Refused):
    """{year}年没有到账的款项，不能开年度证明。"""


class NothingReceived(Refused):
    """赞助协议{sponsorship}还没有确认，没有可报告的收支。"""


class PaperBroken(Refused):
    """凭据{number}的内容与封存的摘要不符，不能再发；请报告管理员。"""


@transaction.atomic
def issue_statement(
    *, institution_id: int | None = None, person_id: int | None = None, starts_on: date, ends_on: date,
    by: Actor, at: datetime,
) -> IssuedPaper:  # fmt: skip
    """Tell a payee what was claimed, decided, paid, returned and recovered over some days that are over."""
    require_may(by, Permission.ISSUE_PAPER, "开具对账单")
    payee = _payee(institution_id, person_id, by)
    if ends_on < starts_on:
        raise SpanBackwards(starts_on=starts_on.isoformat(), ends_on=ends_on.isoformat())
    if ends_on > localdate(at):
        raise SpanNotOver(ends_on=ends_on.isoformat())
    account = queries.account_of(
        institution_id=institution_id, person_id=person_id, starts_on=starts_on, ends_on=ends_on
    )
    return _issue("statement", payee, starts_on, ends_on, account.told(), by=by, at=at)


@transaction.atomic
def issue_receipt(payment_id: int, *, by: Actor, at: datetime) -> IssuedPaper:
    """The receipt of one payment that arrived; asked for again, the same paper."""
    require_may(by, Permission.ISSUE_PAPER, "开具收据")
    payment = funds.payment_for_update(payment_id, by=by)
    if payment.status != "paid":
        raise PaymentNotPaid(reference=payment.reference, state=payment.get_status_display())
    earlier = IssuedPaper.objects.filter(payment=payment, kind="receipt", status="issued").first()
    if earlier is not None:
        return earlier
    payee = _payee(payment.institution_id, payment.person_id, by)
    on = localtime(payment.answered_at).date()
    facts = {
        "reference": payment.reference, "purpose": payment.purpose, "amount_fen": payment.amount_fen,
        "paid_on": on.isoformat(), "bank_name": payment.bank_name, "account": payment.bank_account_masked,
        "holder": payment.bank_account_holder, "fund": payment.fund.name, "offset": bool(payment.offset_for),
    }  # fmt: skip
    return _issue("receipt", payee, on, on, facts, payment_id=payment.pk, by=by, at=at)


@transaction.atomic
def issue_year_certificate(
    year: int, *, institution_id: int | None = None, person_id: int | None = None, by: Actor, at: datetime
) -> IssuedPaper:
    """What a payee got in one year and gave back; a later change gives a new paper that replaces the old one."""
    require_may(by, Permission.ISSUE_PAPER, "开具年度证明")
    payee = _payee(institution_id, person_id, by)
    starts_on, ends_on = date(year, 1, 1), date(year, 12, 31)
    if localdate(at) <= ends_on:
        raise SpanNotOver(ends_on=ends_on.isoformat())
    account = queries.account_of(
        institution_id=institution_id, person_id=person_id, starts_on=starts_on, ends_on=ends_on
    )
    gone = queries.came_back(institution_id, person_id)
    events = [
        event
        for event in account.told()["events"]
        if event["what"] in ("paid", "offset", "recovered") and event["reference"] not in gone
    ]
    paid = sum(event["amount_fen"] for event in events if event["what"] != "recovered")
    if not paid:
        raise NothingPaid(year=year)
    facts = {
        "paid_fen": paid, "recovered_fen": account.totals["recovered"],
        "net_fen": paid - account.totals["recovered"],
        "events": events,
    }  # fmt: skip
    _lock("tax", year)
    earlier = IssuedPaper.objects.filter(
        kind="tax", year=year, institution_id=institution_id, person_id=person_id, status="issued"
    ).first()
    if earlier is not None and earlier.facts["body"] == facts:
        return earlier
    made = _issue("tax", payee, starts_on, ends_on, facts, series=year, replaces=earlier, by=by, at=at)
    if earlier is not None:
        move(earlier, "supersede", by=by, at=at, number=made.number)
    return made


@transaction.atomic
def issue_sponsor_statement(sponsorship_id: int, *, by: Actor, at: datetime, reason: str = "") -> IssuedPaper:
    """Tell a sponsor what came of its money up to today: each use, each receipt, each sum that arrived, the rest.

    People are named in part. Asked for again with nothing new, the same paper.
    """
    require_may(by, Permission.ISSUE_PAPER, "开具赞助资金报告")
    found = grants.sponsorship(sponsorship_id, by=by)
    if found.fund_id is None:
        raise NothingReceived(sponsorship=found.number)
    uses = grants.standing_of(found)
    lines = grants.told_to_sponsor(found)
    body = {
        "sponsorship": found.number, "event": found.event, "document": found.document,
        "agreed_fen": found.agreed_fen,
        "uses": [
            {
                "name": row.use.name, "agreed_fen": row.use.most_fen, "received_fen": row.received_fen,
                "spent_fen": row.spent_fen, "given_back_fen": row.given_back_fen,
                "under_way_fen": row.under_way_fen, "left_fen": row.left_fen,
            }
            for row in uses
        ],
        "lines": [
            {
                "on": line.on.isoformat(), "what": line.what, "use": line.use, "amount_fen": line.amount_fen,
                "whom": mask_name(line.whom) if line.is_person else line.whom, "document": line.document,
            }
            for line in lines
        ],
    }  # fmt: skip
    earlier = IssuedPaper.objects.filter(
        kind="sponsor",
        institution_id=found.sponsor_id,
        status="issued",
        facts__body__sponsorship=found.number,
    ).first()
    if earlier is not None and earlier.facts["body"] == body:
        return earlier
    payee = _payee(found.sponsor_id, None, by) | {"region_code": found.region_code}
    made = _issue("sponsor", payee, found.agreed_on, localdate(at), body, replaces=earlier, by=by, at=at)
    if earlier is not None:
        move(earlier, "supersede", by=by, at=at, number=made.number)
    return made


@transaction.atomic
def reissue_paper(paper_id: int, *, by: Actor, at: datetime, reason: str) -> PaperReissue:
    """Give a paper again: the same number and words, and on it which time it is."""
    require_may(by, Permission.ISSUE_PAPER, "补发凭据")
    queries.paper(paper_id, by)
    if not reason.strip():
        raise ReasonMissing(label="补发凭据")
    paper = IssuedPaper.objects.select_for_update().get(pk=paper_id)
    if not queries.is_whole(paper):
        raise PaperBroken(number=paper.number)
    nth = paper.reissues.count() + 1
    again = PaperReissue.objects.create(
        paper=paper, nth=nth, reason=reason.strip()[:300], by_name=by.name, at=at
    )
    record("issued_paper.reissued", paper, by=by, at=at, reason=reason, nth=nth)
    return again


@transaction.atomic
def revoke_paper(paper_id: int, *, by: Actor, at: datetime, reason: str) -> IssuedPaper:
    """Withdraw a paper issued wrongly: its number stays used, whoever verifies it is told that it is void."""
    require_may(by, Permission.REVOKE_PAPER, "作废凭据")
    paper = IssuedPaper.objects.select_for_update().get(pk=queries.paper(paper_id, by).pk)
    move(paper, "revoke", by=by, at=at, reason=reason, number=paper.number)
    return paper


@transaction.atomic
def look_at_account(
    *, institution_id: int | None = None, person_id: int | None = None, starts_on: date, ends_on: date,
    by: Actor, at: datetime,
) -> tuple[dict, queries.Account]:  # fmt: skip
    """Who a payee is and what a statement would say of these days; a look at a person's account is told."""
    require_may(by, Permission.ISSUE_PAPER, "对账单与收据")
    payee = _payee(institution_id, person_id, by)
    if person_id is not None and by.person_id != person_id:
        record(
            "person.looked", people.person(person_id, by=by), by=by, at=at, reason="开具凭据", field="account",
            starts_on=starts_on.isoformat(), ends_on=ends_on.isoformat(),
        )  # fmt: skip
    account = queries.account_of(
        institution_id=institution_id, person_id=person_id, starts_on=starts_on, ends_on=ends_on
    )
    return payee, account


def _payee(institution_id: int | None, person_id: int | None, by: Actor) -> dict:
    """Who the paper is for, in reach; NotFound where nobody or both are named."""
    if (institution_id is None) == (person_id is None):
        raise NotFound()
    if institution_id is not None:
        found = institutions.institution(institution_id, by=by)
        identity = found.credit_code
    else:
        found = people.person(person_id, by=by)
        identity = found.id_number_masked
    return {
        "institution_id": institution_id, "person_id": person_id, "name": found.name, "identity": identity,
        "synthetic": found.synthetic,
        "region_code": found.region_code
        if institution_id is not None
        else queries.paid_in(person_id) or found.household_region_code,
    }  # fmt: skip


def _issue(
    kind: str,
    payee: dict,
    starts_on: date,
    ends_on: date,
    body: dict,
    *,
    series: int | None = None,
    payment_id: int | None = None,
    replaces: IssuedPaper | None = None,
    by: Actor,
    at: datetime,
) -> IssuedPaper:
    year = series or localtime(at).year
    _lock(kind, year)
    last = IssuedPaper.objects.filter(kind=kind, year=year).aggregate(last=Max("serial"))["last"]
    serial = (last or 0) + 1
    number = f"{MARKS[kind]}-{year}-{serial:06d}"
    facts = {
        "number": number, "kind": kind, "payee": payee["name"], "identity": payee["identity"],
        "starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat(),
        "issued_on": localdate(at).isoformat(), "synthetic": payee["synthetic"],
        "replaces": replaces.number if replaces else "", "body": body,
    }  # fmt: skip
    paper = IssuedPaper.objects.create(
        number=number, kind=kind, year=year, serial=serial, institution_id=payee["institution_id"],
        person_id=payee["person_id"], payee_name=payee["name"], starts_on=starts_on, ends_on=ends_on,
        payment_id=payment_id, facts=facts, digest=queries.digest_of(facts),
        verification_code=secrets.token_hex(6).upper(), replaces=replaces, region_code=payee["region_code"],
        issued_at=at,
    )  # fmt: skip
    begin(paper, "issued", by=by, at=at, number=number, kind=str(KINDS[kind]), digest=paper.digest)
    return paper


def _lock(kind: str, year: int) -> None:
    """Papers of one series are numbered one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [f"kaogong.statements.{kind}", year])
