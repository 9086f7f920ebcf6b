"""Where one person's subsidy stands, in words a person can act on."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext

from kaogong.catalog import queries as catalog
from kaogong.claims import queries as claims
from kaogong.claims.states import CLAIM, CLAIM_LINE
from kaogong.funds.states import PAYMENT
from kaogong.kernel.working_days import add_working_days, working_days_between
from kaogong.notices import queries as notices
from kaogong.rules import LEVELS
from kaogong.trail.queries import timeline
from kaogong.web.parts.policy import in_english
from kaogong.web.parts.values import named

_CLAIM_SPEAKS = ("judged", "approved", "cleared")
_PLACE = {
    "submitted": 1,
    "returned": 1,
    "reviewed": 1,
    "approved": 2,
    "published": 2,
    "cleared": 3,
    "paid": 4,
}
_OVER = ("refused", "dropped", "left_out")


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who gets one part of the money, and why it is they."""

    label: str
    fen: int
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened, with its day and, where one was given, its reason."""

    at: datetime
    label: str
    reason: str


@dataclass(slots=True)
class Subsidy:
    """One subsidy as its person sees it."""

    line: object
    claim: object
    training_class: object
    kept: object | None  # the stored judgement; ``decision`` is what it says
    decision: dict
    verdict: str
    paid_first_by: str
    payment: object | None
    waiting_for_account: bool
    failure_reason: str
    occupation: str
    level: str
    lifecycle: object
    status: str
    expected: str
    notice: object | None
    steps: list[tuple[str, str, str]]

    @property
    def total_fen(self) -> int:
        return self.line.total_fen

    @property
    def is_over(self) -> bool:
        """Nothing more will be paid."""
        return self.line.status in _OVER

    @property
    def hopeless(self) -> bool:
        """As things stand nothing will be paid: refused by the rules, or over."""
        return self.is_over or self.verdict == "refused"

    @property
    def refusal(self) -> str:
        """Why nothing is paid: the first finding against it, in the reader's language."""
        against = (one for one in self.decision.get("findings", []) if one["outcome"] == "failed")
        first = next(against, None) if self.verdict == "refused" else None
        said = "" if first is None else first["message_en" if in_english() else "message_zh"]
        return named(said)

    @property
    def has_failed_payment(self) -> bool:
        return self.payment is not None and self.payment.is_unpaid


def subsidies(person_id: int, today: date) -> list[Subsidy]:
    """Every subsidy of one person, newest first."""
    return [_subsidy(told, today) for told in claims.payment_story(person_id)]


def subsidy(person_id: int, line_id: int, today: date) -> Subsidy | None:
    """One of them, by its line."""
    for told in claims.payment_story(person_id):
        if told["line"].pk == line_id:
            return _subsidy(told, today)
    return None


def receivers(subsidy: Subsidy, institution_name: str) -> list[Receiver]:
    """Who receives each part and why."""
    found = []
    line = subsidy.line
    if line.amount_fen:
        if subsidy.claim.payer_mode == "person":
            why = gettext("本项目的补贴付给取得证书的本人")
            found.append(Receiver(gettext("培训补贴"), line.amount_fen, gettext("您本人"), why))
        else:
            why = (
                gettext("先垫后补：培训费由学校先垫付，补贴付给学校")
                if subsidy.paid_first_by == "provider"
                else gettext("按政策，这一项补贴付给培训学校")
            )
            found.append(Receiver(gettext("培训补贴"), line.amount_fen, institution_name, why))
    if line.allowance_fen:
        why = gettext("生活费补贴是给学员的，付到您的银行账户")
        found.append(Receiver(gettext("生活费补贴"), line.allowance_fen, gettext("您本人"), why))
    return found


def story(subsidy: Subsidy) -> list[Step]:
    """Everything that happened to the claim, the line and the payment, oldest first."""
    found: list[Step] = []
    for lifecycle, thing in ((CLAIM, subsidy.claim), (CLAIM_LINE, subsidy.line), (PAYMENT, subsidy.payment)):
        if thing is None:
            continue
        labels = {f"{lifecycle.name}.{move.past}": move.label for move in lifecycle.moves}
        for entry in timeline(lifecycle.name, thing.pk):
            label = labels.get(entry.verb)
            if label and not (
                lifecycle is CLAIM_LINE and entry.verb.endswith((".approved", ".cleared", ".paid"))
            ):
                found.append(Step(entry.at, gettext(str(label)), entry.reason))
    return sorted(found, key=lambda step: step.at)


def _subsidy(told: dict, today: date) -> Subsidy:
    line, claim = told["line"], told["claim"]
    speaker = claim if line.status in _CLAIM_SPEAKS else line
    frozen = told["decision"].decision if told["decision"] else {}
    word = LEVELS[line.level]
    notice = notices.notice(claim.published_notice_id) if claim.published_notice_id else None
    return Subsidy(
        line=line,
        claim=claim,
        training_class=told["training_class"],
        kept=told["decision"],
        decision=frozen,
        verdict=line.verdict,
        paid_first_by=(told["decision"].facts.get("paid_first_by") if told["decision"] else "") or "",
        payment=told["payment"],
        waiting_for_account=told["waiting_for_account"],
        failure_reason=told["failure_reason"],
        occupation=catalog.occupation_name(line.occupation_code),
        level=word.label_en if in_english() else word.label,
        lifecycle=type(speaker).lifecycle,
        status=speaker.status,
        expected=_expected(line, claim, notice, today),
        notice=notice,
        steps=_steps(line, claim, notice),
    )


def _expected(line, claim, notice, today: date) -> str:
    """When the next thing happens, as far as anyone can say."""
    if line.status in _OVER or line.status == "withdrawn":
        return ""
    if line.verdict == "refused":
        return gettext("对照规定逐条核对后不符合，复核后作出决定")
    if line.status == "held":
        return gettext("证书正在核查，补贴暂缓；核查清楚后继续办理")
    if line.status == "paid":
        return gettext("{on} 已拨付").format(on=f"{line.paid_on:%Y-%m-%d}")
    if claim.status == "cleared":
        return gettext("公示已结束，正在安排付款")
    if claim.status == "published" and notice is not None:
        left = working_days_between(today, notice.closes_on)
        if left >= 0:
            return gettext("公示到 {on} 结束（还有 {left} 个工作日），没有异议就拨付").format(
                on=f"{notice.closes_on:%Y-%m-%d}", left=left
            )
        return gettext("公示期 {on} 已满，等待办理结束手续").format(on=f"{notice.closes_on:%Y-%m-%d}")
    if claim.status == "returned":
        return gettext("申领退回学校补正，补正后重新审核")
    days = _publish_days(claim, today)
    if days:
        return gettext("审核通过后公示 {days} 个工作日，最早 {on} 公示结束，然后拨付").format(
            days=days, on=f"{add_working_days(today, days):%Y-%m-%d}"
        )
    return gettext("审核通过后公示，公示结束后拨付")


def _publish_days(claim, today: date) -> int | None:
    book = claims.rulebook()
    region = claim.region_code[:6]
    if region not in book.regions:
        return None
    for scheme in book.schemes(region, today):
        if scheme.code == claim.scheme_code:
            return scheme.publish_working_days
    return None


def _steps(line, claim, notice) -> list[tuple[str, str, str]]:
    """The step bar of a subsidy still on its way or paid."""
    here = 4 if line.status == "paid" else _PLACE.get(claim.status, 1)
    small = [
        f"{timezone.localdate(claim.submitted_at):%m-%d}",
        "",
        f"{notice.closes_on:%m-%d}" if notice is not None else "",
        f"{line.paid_on:%m-%d}" if line.paid_on else "",
    ]
    labels = [gettext("申领"), gettext("复核"), gettext("公示"), gettext("拨付")]
    states = ["done" if place < here else "here" if place == here else "later" for place in range(4)]
    return list(zip(labels, small, states, strict=True))
