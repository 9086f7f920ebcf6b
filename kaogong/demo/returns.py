"""The demo's returns: a quarter frozen and restated, last year's as a draft, a proposal answered."""

from datetime import date, timedelta

from kaogong.certificates import operations as certificates
from kaogong.certificates.models import Certificate
from kaogong.demo.cast import Cast, at_hour
from kaogong.returns import operations, queries
from kaogong.returns.models import PeriodReturn
from kaogong.statistics.operations import refresh_facts

WHY = "演示：示例区没有这项数据"
STRUCK = "证书经查实系冒名取得，予以撤销"


def show_returns(cast: Cast) -> None:
    """Draw up the last quarter, freeze it, restate it after a certificate was revoked; draft the year; answer."""
    clerk, at = cast["clerk"], at_hour(cast.on, 9)
    quarter = queries.periods_over("quarterly", cast.on, 1)[0]
    first = operations.draft_return(kind="quarterly", starts_on=quarter, by=clerk, at=at)
    _freeze(cast, first, minute=5)
    if _revoked(cast, first):
        refresh_facts(at=at_hour(cast.on, 9, 20))
        again = operations.restate_return(first.pk, by=clerk, at=at_hour(cast.on, 9, 25), reason=STRUCK)
        _freeze(cast, again, minute=30)
    year = queries.periods_over("yearly", cast.on, 1)[0]
    operations.draft_return(kind="yearly", starts_on=year, by=clerk, at=at_hour(cast.on, 9, 40))
    _answer(cast, quarter)


def _freeze(cast: Cast, one: PeriodReturn, *, minute: int) -> None:
    """Explain what does not hold, sign, countersign."""
    said = {found["code"]: WHY for found in one.checks if found["outcome"] == "fails"}
    operations.explain_checks(one.pk, said, by=cast["clerk"], at=at_hour(cast.on, 9, minute))
    operations.sign_return(one.pk, by=cast["clerk"], at=at_hour(cast.on, 9, minute))
    operations.freeze_return(one.pk, by=cast["reviewer"], at=at_hour(cast.on, 9, minute + 5))


def _revoked(cast: Cast, one: PeriodReturn) -> bool:
    """Whether a certificate issued in the quarter could be struck out, not the demo learner's own."""
    learner = getattr(cast, "learner", None)
    own = cast.person_ids[learner.number] if learner is not None else None
    found = (
        Certificate.objects.filter(status="issued", issued_on__range=(one.starts_on, one.ends_on))
        .exclude(person_id=own)
        .order_by("-pk")
        .first()
    )
    if found is None:
        return False
    certificates.revoke_certificate(found.pk, by=cast["reviewer"], at=at_hour(cast.on, 9, 15), reason=STRUCK)
    return True


def _answer(cast: Cast, quarter: date) -> None:
    """A deputies' proposal answered with the year's figures so far."""
    clerk = cast["clerk"]
    one = operations.register_proposal(
        category="suggestion", session="示例区人大三届二次会议", number="291", deputies="宁某某",
        subject="关于职工培训到基层的建议", received_on=cast.on - timedelta(days=20),
        due_on=cast.on + timedelta(days=70), by=clerk, at=at_hour(cast.on, 9, 45),
    )  # fmt: skip
    last = queries.period_of("quarterly", quarter).last
    operations.draft_answer(
        one.pk, starts_on=date(last.year, 1, 1), ends_on=last,
        codes=["training.person_times", "training.persons", "training.certified", "money.paid"],
        by=clerk, at=at_hour(cast.on, 9, 46),
    )  # fmt: skip
    one.refresh_from_db()
    lines = [part["text"] for part in one.body]
    lines += ["下一步，我局将在各街道设立培训服务点，请街道帮助登记有培训愿望的职工。"]
    operations.word_answer(
        one.pk, "\n".join(lines), document_number=f"示人社督字〔{cast.on.year}〕1号", contact="示例区人社局职建科",
        copies="示例区人大常委会人事代表工作室", by=clerk, at=at_hour(cast.on, 9, 47),
    )  # fmt: skip
    operations.sign_answer(one.pk, by=clerk, at=at_hour(cast.on, 9, 48))
    operations.issue_answer(one.pk, by=cast["reviewer"], at=at_hour(cast.on, 9, 50))
