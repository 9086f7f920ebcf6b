"""What people do about a finding: ask, answer, close, hand on, open again. No grade decides by itself."""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.claims import operations as claims
from kaogong.claims import queries as claim_queries
from kaogong.detection import DETECTORS
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.file_kinds import PAPERS, ZIP, kind_of
from kaogong.kernel.working_days import add_working_days
from kaogong.trail.operations import move, record, require_move

from .. import queries
from ..models import RiskAnswer, RiskFinding, RiskQuestion
from ..states import ESCALATIONS, OUTCOMES, RISK_FINDING

MOST_BYTES = 10 * 1024 * 1024
OFFICE = "application/vnd.openxmlformats-officedocument"


class QuestionMissing(Refused):
    """请写明要机构说明什么。"""


class NobodyToAsk(Refused):
    """{finding}没有涉及具体机构，不能请机构说明；可以办结或移送。"""


class AnswerDaysUnknown(Refused):
    """没有规定机构应在几个工作日内说明，不能提出。"""


class AnswerEmpty(Refused):
    """请写明情况。"""


class AnsweredAlready(Refused):
    """这次询问已经答复过，不能再改；如需补充，请经办再次提出。"""


class DocumentNotTaken(Refused):
    """附件“{filename}”不能接收：{problem}。请上传 10 MB 以内的 PDF、图片、Word 或 Excel 文件。"""


class OutcomeMissing(Refused):
    """请选择办理结果。"""


class NothingPicked(Refused):
    """没有选择风险发现。"""


@dataclass(frozen=True, slots=True)
class Document:
    """A file handed in with an answer."""

    filename: str
    content: bytes


@transaction.atomic
def ask_provider(
    finding_id: int, *, by: Actor, at: datetime, question: str = "", reason: str = ""
) -> RiskFinding:
    """Ask every institution a finding concerns; without words of one's own, what the detector would ask."""
    finding = queries.risk_finding_for_update(finding_id, by=by)
    require_move(finding, RISK_FINDING.move("ask"), RISK_FINDING, by=by, reason=reason)
    question = question.strip() or DETECTORS[finding.kind].ask.zh
    institutions = queries.institutions_of(finding.pk)
    if not institutions:
        raise NobodyToAsk(finding=finding.number)
    days = queries.known(finding.region_code, "answer_working_days", timezone.localdate(at))
    if days is None:
        raise AnswerDaysUnknown()
    due_on = add_working_days(timezone.localdate(at), days)
    rounds = RiskQuestion.objects.filter(finding=finding).order_by("-round").values_list("round", flat=True)
    number = (rounds.first() or 0) + 1
    RiskQuestion.objects.bulk_create(
        [
            RiskQuestion(
                finding=finding,
                institution_id=institution_id,
                region_code=finding.region_code,
                round=number,
                question=question,
                asked_at=at,
                asked_by_account_id=by.account_id,
                asked_by_name=by.name,
                due_on=due_on,
            )
            for institution_id in institutions
        ]
    )
    finding.due_on = due_on
    finding.save(update_fields=["due_on"])
    move(
        finding, "ask", by=by, at=at, reason=reason, due_on=due_on.isoformat(), institutions=len(institutions)
    )
    return finding


@transaction.atomic
def ask_providers(
    finding_ids: Iterable[int], *, by: Actor, at: datetime, question: str = ""
) -> list[RiskFinding]:
    """Ask about several findings at once; all or none."""
    wanted = sorted(set(finding_ids))
    if not wanted:
        raise NothingPicked()
    return [ask_provider(pk, by=by, at=at, question=question) for pk in wanted]


@transaction.atomic
def answer_risk_finding(
    question_id: int, *, text: str, by: Actor, at: datetime, document: Document | None = None
) -> RiskAnswer:
    """Keep what a provider says to a question; a late answer is taken and shown as late.

    Once every institution asked has answered, the finding waits for the bureau again.
    """
    question = queries.risk_question_for_update(question_id, by=by)
    finding = RiskFinding.objects.select_for_update(no_key=True).get(pk=question.finding_id)
    if question.answered_at is not None:
        raise AnsweredAlready()
    require_move(finding, RISK_FINDING.move("answer"), RISK_FINDING, by=by, reason="")
    if not text.strip():
        raise AnswerEmpty()
    kind = _kind_of(document) if document is not None else ""
    answer = RiskAnswer.objects.create(
        question=question,
        text=text.strip(),
        document_name=document.filename[-120:] if document else "",
        document_type=kind,
        document_digest=hashlib.sha256(document.content).hexdigest() if document else "",
        document=base64.b64encode(document.content).decode() if document else "",
        answered_at=at,
        by_account_id=by.account_id,
        by_name=by.name,
        is_late=timezone.localdate(at) > question.due_on,
    )
    question.answered_at = at
    question.save(update_fields=["answered_at"])
    waiting = RiskQuestion.objects.filter(finding=finding, answered_at__isnull=True)
    if waiting.exists():
        record("risk_finding.partly_answered", finding, by=by, at=at, left=waiting.count())
    else:
        move(finding, "answer", by=by, at=at, is_late=answer.is_late)
    return answer


@transaction.atomic
def close_risk_finding(finding_id: int, *, outcome: str, reason: str, by: Actor, at: datetime) -> RiskFinding:
    """Close a finding by a person's reason; what it held back goes on unless something else holds it."""
    finding = queries.risk_finding_for_update(finding_id, by=by)
    require_move(finding, RISK_FINDING.move("close"), RISK_FINDING, by=by, reason=reason)
    if outcome not in OUTCOMES:
        raise OutcomeMissing()
    _decide(finding, outcome, reason, at=at)
    move(finding, "close", by=by, at=at, reason=reason, outcome=outcome)
    for hold in claim_queries.holds_caused_by(finding.cause).filter(status="placed"):
        claims.lift_payment_hold(hold.pk, by=by, at=at, reason=f"{finding.number}已办结：{reason.strip()}")
    return finding


@transaction.atomic
def escalate_risk_finding(
    finding_id: int, *, outcome: str, reason: str, by: Actor, at: datetime
) -> RiskFinding:
    """Hand a finding on to an inspection or a case; what it holds back stays held."""
    finding = queries.risk_finding_for_update(finding_id, by=by)
    require_move(finding, RISK_FINDING.move("escalate"), RISK_FINDING, by=by, reason=reason)
    if outcome not in ESCALATIONS:
        raise OutcomeMissing()
    _decide(finding, outcome, reason, at=at)
    move(finding, "escalate", by=by, at=at, reason=reason, outcome=outcome)
    return finding


@transaction.atomic
def reopen_risk_finding(finding_id: int, *, by: Actor, at: datetime, reason: str) -> RiskFinding:
    """Open a closed finding again for a person's reason; the next look holds back what it should."""
    finding = queries.risk_finding_for_update(finding_id, by=by)
    move(finding, "reopen", by=by, at=at, reason=reason)
    finding.outcome, finding.reason, finding.decided_at = "", "", None
    finding.due_on = None
    finding.save(update_fields=["outcome", "reason", "decided_at", "due_on"])
    return finding


def look_at_document(answer: RiskAnswer, *, by: Actor, at: datetime) -> None:
    """Say in the trail of the finding who took the document of an answer out."""
    finding = answer.question.finding
    record("risk_finding.document_taken", finding, by=by, at=at, digest=answer.document_digest[:12])


def _decide(finding: RiskFinding, outcome: str, reason: str, *, at: datetime) -> None:
    finding.outcome, finding.reason, finding.decided_at = outcome, reason.strip(), at
    finding.save(update_fields=["outcome", "reason", "decided_at"])


def _kind_of(document: Document) -> str:
    if len(document.content) > MOST_BYTES:
        raise DocumentNotTaken(filename=document.filename, problem="文件过大")
    kind = kind_of(document.content, (*PAPERS, ZIP))
    if kind is not None:
        return OFFICE if kind is ZIP else kind.media_type
    raise DocumentNotTaken(filename=document.filename, problem="不是可以接收的文件")
