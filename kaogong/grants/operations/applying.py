"""The applicant's side: draft, say and prove, submit, withdraw, appeal."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.institutions import queries as institutions
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, NotPermitted, Refused, WrongState
from kaogong.kernel.file_kinds import PAPERS, kind_of
from kaogong.kernel.writing import tidy
from kaogong.people.models import Person
from kaogong.rules import Facts
from kaogong.rules.measures import MEASURES
from kaogong.trail import queries as trail
from kaogong.trail.operations import begin, move, next_serial, record, require_may, require_move

from .. import queries
from ..models import Grant, GrantAppeal, GrantFact, GrantNumberSeries, GrantPaper
from ..states import GRANT, PAPER_KINDS, WITH_APPLICANT
from .judging import judge, keep

LARGEST_PAPER = 10 * 2**20
MOST_PAPERS = 30


class NotForThisApplicant(Refused):
    """“{scheme}”付给{payee}，不能由{applicant}申请。"""


class OnlyByMonthList(Refused):
    """“{scheme}”由学校（机构）按月交名单申请，不单独申请。"""


class PersonMissing(Refused):
    """“{scheme}”按人申请，请指明为谁申请。"""


class FactNotAsked(Refused):
    """“{scheme}”不需要填写“{fact}”。"""


class FactsMissing(Refused):
    """还没有填写：{facts}。"""


class PapersMissing(Refused):
    """还没有上传：{kinds}。"""


class PaperKindUnknown(Refused):
    """没有“{kind}”这一种材料。"""


class GrantPaperUnreadable(Refused):
    """“{filename}”不是 PDF、JPEG 或 PNG，或超过 10 MB；一份申请最多 30 份材料。"""


class FiledByList(Refused):
    """这份申请由{school}按名单提交，退回后由{school}更正并重新提交；需要更正请联系{school}。"""


class GrantUnderWay(Refused):
    """同一项目已有申请{number}正在办理，请先办完或撤回。"""


class AppealTooLate(Refused):
    """申诉期限到{day}为止，现在不能申诉。"""


class AppealEmpty(Refused):
    """请写明申诉理由。"""


class AppealUnderWay(Refused):
    """这份申请已经有一件申诉正在处理。"""


@transaction.atomic
def draft_grant(
    scheme_code: str,
    *,
    region_code: str,
    by: Actor,
    at: datetime,
    institution_id: int | None = None,
    person_id: int | None = None,
    grant_list_id: int | None = None,
    reason: str = "",
) -> Grant:
    """Begin an application of a person or a body for one scheme; one of each under way at a time.

    A scheme paid to a person is asked for by that person; one paid to a body by the body, for a named
    person where the scheme says so. A base award in two parts is two applications, one after the other.
    """
    require_may(by, Permission.SUBMIT_GRANT, "申请")
    today = timezone.localdate(at)
    terms = queries.terms_of(region_code, scheme_code, today)
    institution, person = _applicant(terms, institution_id, person_id, by=by)
    under_way = Grant.objects.filter(
        scheme_code=scheme_code, institution=institution, person=person, status__in=WITH_APPLICANT
    ).first()
    if under_way is not None:
        raise GrantUnderWay(number=under_way.number)
    grant = Grant.objects.create(
        number=grant_number(today.year),
        institution=institution,
        person=person,
        grant_list_id=grant_list_id,
        region_code=region_code,
        scheme_code=scheme_code,
        counts_as=terms.scheme.counts_as,
        rhythm=terms.rhythm,
        event_on=today,
        drafted_at=at,
        synthetic=(institution or person).synthetic,
    )
    begin(grant, "drafted", by=by, at=at, reason=reason, scheme=scheme_code)
    return grant


def _applicant(terms: queries.Terms, institution_id, person_id, *, by: Actor):
    """The body and the person, both in the actor's reach."""
    if by.organisation_id is not None and institution_id not in (None, by.organisation_id):
        raise NotFound()
    if by.person_id is not None and (institution_id is not None or person_id not in (None, by.person_id)):
        raise NotFound()
    institution_id = institution_id or by.organisation_id
    person_id = person_id or by.person_id
    if terms.about == "list":
        raise OnlyByMonthList(scheme=terms.scheme.label)
    if terms.by_institution != (institution_id is not None):
        raise NotForThisApplicant(
            scheme=terms.scheme.label,
            payee="单位" if terms.by_institution else "本人",
            applicant="本人" if terms.by_institution else "单位",
        )
    institution = (
        institutions.institution_for_update(institution_id, by=by) if institution_id is not None else None
    )
    if terms.about == "person" and person_id is None:
        raise PersonMissing(scheme=terms.scheme.label)
    if terms.about == "body":
        person_id = None
    person = None
    if person_id is not None:
        person = Person.objects.select_for_update(no_key=True).filter(pk=person_id).first()
        if person is None:
            raise NotFound()
    return institution, person


def grant_number(year: int) -> str:
    """The next number of an application in that year."""
    return f"JB-{year}-{next_serial(GrantNumberSeries, year):06d}"


def terms_of_grant(grant: Grant, on: date | None = None) -> queries.Terms:
    """How this grant's scheme is applied for on its day."""
    return queries.terms_of(grant.region_code, grant.scheme_code, on or grant.event_on)


def own_draft(grant_id: int, label: str, *, by: Actor) -> Grant:
    """One's own application while it is with its applicant, locked."""
    require_may(by, Permission.SUBMIT_GRANT, label)
    grant = queries.grant_for_update(grant_id, by=by)
    if grant.status not in WITH_APPLICANT:
        raise WrongState(state=GRANT.label(grant.status), label=label)
    _require_filer(grant, by)
    return grant


def _require_filer(grant: Grant, by: Actor) -> None:
    """What a body filed by a list goes back to that body, not to the person on it."""
    if grant.is_of_list and by.person_id is not None:
        raise FiledByList(school=grant.grant_list.institution.name)


def asked_of(grant: Grant, terms: queries.Terms) -> tuple[str, ...]:
    """What whoever filed an application may say: of a person on a list, what the list says of each."""
    if not grant.is_of_list:
        return terms.asks
    return () if grant.grant_list.training_class_id else tuple(queries.declared_figures(terms.scheme))


@transaction.atomic
def declare_facts(grant_id: int, facts: Mapping[str, Any], *, by: Actor, at: datetime) -> Grant:
    """Keep what the applicant says; only what the scheme asks of an applicant is taken."""
    grant = own_draft(grant_id, "填写申请", by=by)
    terms = terms_of_grant(grant)
    for fact in facts:
        if fact not in asked_of(grant, terms):
            raise FactNotAsked(scheme=terms.scheme.label, fact=label_of(fact))
    plain = Facts.from_dict(dict(facts)).to_dict()
    standing = queries.facts_told(grant.pk)
    changed = {
        fact: plain[fact] for fact in facts if fact not in standing or standing[fact].value != plain[fact]
    }
    GrantFact.objects.bulk_create(
        [
            GrantFact(
                grant=grant, fact=fact, value=value, at=at, by_account_id=by.account_id, by_name=by.name
            )
            for fact, value in changed.items()
        ]
    )
    if changed:
        record("grant.facts_declared", grant, by=by, at=at, facts=sorted(changed))
    return grant


@transaction.atomic
def add_grant_paper(
    grant_id: int, *, kind: str, filename: str, content: bytes, by: Actor, at: datetime
) -> GrantPaper:
    """Hand in one file as proof; the same file for the same kind again changes nothing."""
    grant = own_draft(grant_id, "上传材料", by=by)
    if kind not in PAPER_KINDS:
        raise PaperKindUnknown(kind=kind)
    is_a = kind_of(content, PAPERS)
    count = GrantPaper.objects.filter(grant=grant).count()
    if is_a is None or len(content) > LARGEST_PAPER or count >= MOST_PAPERS:
        raise GrantPaperUnreadable(filename=filename)
    digest = hashlib.sha256(content).hexdigest()
    kept, fresh = GrantPaper.objects.get_or_create(
        grant=grant,
        kind=kind,
        digest=digest,
        defaults={
            "filename": tidy(filename)[:120],
            "content_type": is_a.media_type,
            "content": base64.b64encode(content).decode(),
            "received_at": at,
        },
    )
    if fresh:
        record("grant.paper_added", grant, by=by, at=at, kind=kind, digest=digest[:12])
    return kept


@transaction.atomic
def submit_grant(grant_id: int, *, by: Actor, at: datetime, reason: str = "") -> Grant:
    """Hand an application in, drafted or returned; refused by name while facts or papers are missing.

    It is judged at once on what is on file and declared; what only the bureau can say stays open.
    """
    grant = queries.grant_for_update(grant_id, by=by)
    verb = "resubmit" if grant.status == "returned" else "submit"
    require_move(grant, GRANT.move(verb), GRANT, by=by, reason=reason)
    _require_filer(grant, by)
    today = timezone.localdate(at)
    terms = terms_of_grant(grant, today)
    # A month's grant stays on the last day of its month.
    grant.event_on, grant.submitted_at = grant.event_on if grant.month else today, at
    if not grant.is_of_list:  # a list was whole when it was taken
        _require_whole(grant, terms, today)
    grant.save(update_fields=["event_on", "submitted_at"])
    move(grant, verb, by=by, at=at, reason=reason)
    keep(grant, judge(grant, today), cause="submitted", at=at)
    return grant


def _require_whole(grant: Grant, terms: queries.Terms, on: date) -> None:
    known = queries.facts_of(grant, on)
    asked = (*terms.asks, "cost_fen") if terms.by_items else terms.asks
    missing = [fact for fact in asked if getattr(known, fact) is None]
    if missing:
        raise FactsMissing(facts="、".join(label_of(fact) for fact in missing))
    handed_in = set(queries.papers(grant.pk).values_list("kind", flat=True))
    lacking = [kind for kind in terms.paper_kinds if kind not in handed_in]
    if grant.grant_list_id is None and lacking:
        raise PapersMissing(kinds="、".join(PAPER_KINDS[kind] for kind in lacking))


_LABELS = {
    "contract_started_on": "合同（协议）起始日期",
    "contract_ended_on": "合同（协议）终止日期",
    "graduated_on": "毕业日期",
    "hired_on": "录用日期",
    "job_region_code": "就业创业地",
}


def label_of(fact: str) -> str:
    """What a fact is called on a form."""
    return _LABELS.get(fact) or (MEASURES[fact].label if fact in MEASURES else fact)


@transaction.atomic
def withdraw_grant(grant_id: int, *, by: Actor, at: datetime, reason: str) -> Grant:
    """Take an undecided application back."""
    grant = queries.grant_for_update(grant_id, by=by)
    move(grant, "withdraw", by=by, at=at, reason=reason)
    return grant


@transaction.atomic
def file_grant_appeal(grant_id: int, *, text: str, by: Actor, at: datetime) -> GrantAppeal:
    """Appeal against a refusal within the working days the conduct sets; without one there is no deadline."""
    require_may(by, Permission.FILE_GRANT_APPEAL, "提出申诉")
    grant = queries.grant_for_update(grant_id, by=by)
    if by.organisation_id is None and by.person_id is None:
        raise NotPermitted(label="提出申诉")
    if grant.status != "refused":
        raise WrongState(state=GRANT.label(grant.status), label="提出申诉")
    if not text.strip():
        raise AppealEmpty()
    if GrantAppeal.objects.filter(grant=grant, status="filed").exists():
        raise AppealUnderWay()
    last_day = queries.appeal_deadline(grant.region_code, grant.decided_on)
    today = timezone.localdate(at)
    if last_day is not None and today > last_day:
        raise AppealTooLate(day=last_day)
    appeal = GrantAppeal.objects.create(
        grant=grant,
        region_code=grant.region_code,
        text=text.strip(),
        filed_at=at,
        answer_by=queries.answer_deadline(grant.region_code, today),
    )
    begin(appeal, "filed", by=by, at=at, grant=grant.number)
    return appeal


def refused_by(grant: Grant):
    """The trail entry of who refused a grant last."""
    return trail.last_doer(GRANT.name, grant.pk, "refused")
