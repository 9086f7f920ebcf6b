"""Where a class stands on its way from filing to money, what comes next and by when."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.assessment import queries as assessment
from kaogong.claims import queries as claims
from kaogong.kernel.levels import CHOICES as LEVEL_CHOICES
from kaogong.kernel.working_days import working_days_between
from kaogong.notices import queries as notices
from kaogong.rules import vocabulary
from kaogong.training import queries as training

_LEVELS = dict(LEVEL_CHOICES)
_CLAIM_PLACE = {
    "submitted": 3, "returned": 3, "withdrawn": 3, "reviewed": 3, "approved": 4, "published": 4, "lapsed": 4,
    "cleared": 5, "paid": 6,
}  # fmt: skip
_CLASS_PLACE = {
    "drafted": 0,
    "returned": 0,
    "filed": 0,
    "cancelled": 0,
    "approved": 1,
    "running": 1,
    "finished": 2,
}


@dataclass(frozen=True, slots=True)
class Next:
    """The next step: what, who or by when, and where to do it."""

    text: str
    tone: str = "now"
    url: str = ""


def level_label(code: str) -> str:
    return gettext(_LEVELS[code]) if code in _LEVELS else gettext("不分等级")


def scheme_labels(region_code: str, on: date) -> dict[str, str]:
    """Schemes a region offers on a day, by code."""
    return {scheme.code: scheme.label for scheme in claims.rulebook().at(region_code[:6], on).schemes()}


def class_schemes(region_code: str, on: date) -> dict[str, str]:
    """The schemes a class can be filed under: training paid to the provider or the learners."""
    found = claims.rulebook().at(region_code[:6], on).schemes()
    return {scheme.code: scheme.label for scheme in found if scheme.is_claimed_by_class}


def scheme_label(training_class) -> str:
    labels = scheme_labels(training_class.region_code, training_class.starts_on)
    return labels.get(training_class.scheme_code, training_class.scheme_code)


def kind_label(code: str) -> str:
    word = vocabulary.CERTIFICATE_KINDS.get(code)
    return gettext(word.label) if word else code


def deadline(day: date, today: date) -> str:
    """A day in words of working days, as people count them."""
    left = working_days_between(today, day)
    if day < today:
        return gettext("{day}，已过 {count} 个工作日").format(day=day, count=-left)
    if day == today:
        return gettext("{day}，就是今天").format(day=day)
    return gettext("{day}，还剩 {count} 个工作日").format(day=day, count=left)


def steps(training_class, exam=None, claim=None) -> list[tuple[str, str, str]]:
    """The step bar shared by a class and its claim."""
    place = _CLASS_PLACE[training_class.status]
    if place == 2 and exam is not None and exam.status == "certified":
        place = 3
    if claim is not None:
        place = max(place, _CLAIM_PLACE[claim.status])
    hours = training_class.hours_theory + training_class.hours_practice
    small = [
        gettext("{day} 前").format(day=f"{training_class.starts_on:%m-%d}") if place == 0 else "",
        f"{training_class.starts_on:%m-%d} — {training_class.ends_on:%m-%d}",
        f"{exam.assessed_on:%m-%d}" if exam is not None else "",
        f"{timezone.localdate(claim.submitted_at):%m-%d}"
        if claim is not None and claim.status != "withdrawn"
        else "",
        "",
        "",
    ]
    labels = [
        gettext("开班备案"), gettext("培训 {hours} 课时").format(hours=hours), gettext("考核发证"),
        gettext("申领审核"), gettext("公示"), gettext("拨付"),
    ]  # fmt: skip
    notice = notice_of(claim)
    if notice is not None:
        small[4] = gettext("至 {day}").format(day=f"{notice.closes_on:%m-%d}")
    states = ["done" if n < place else "here" if n == place else "later" for n in range(len(labels))]
    return list(zip(labels, small, states, strict=True))


def notice_of(claim):
    """The notice that publishes a claim, None before."""
    if claim is None or not claim.published_notice_id:
        return None
    return notices.notice(claim.published_notice_id)


def claim_of(training_class, by):
    """The latest claim of a class that was not taken back, else the latest, else None."""
    rows = list(claims.claims(by).filter(training_class_id=training_class.pk)[:10])
    return next((row for row in rows if row.status != "withdrawn"), rows[0] if rows else None)


def next_for_class(training_class, by, today: date) -> Next:
    """What should happen next with a class."""
    begins = deadline(training_class.starts_on, today)
    match training_class.status:
        case "drafted":
            return Next(_before_filing(training_class, today, begins), "ask")
        case "returned":
            return Next(
                gettext("已退回：请按退回理由修改后重新申报（开班日期 {by}）。").format(by=begins), "no"
            )
        case "filed":
            return Next(gettext("等人社部门审核；开班日期 {by}。审核期间仍可上传花名册。").format(by=begins))
        case "approved" if today >= training_class.starts_on:
            return Next(gettext("开班日期已到，请点“开班”，然后逐次记考勤。"), "ask")
        case "approved":
            return Next(gettext("已同意开班；到开班日期即可开班（{by}）。").format(by=begins), "ok")
        case "running":
            return _next_while_running(training_class, today)
        case "finished":
            return _next_after(training_class, by)
        case _:
            return Next(gettext("本班已取消，不再办理。需要时可复制成新班。"), "off")


STEPS_BEFORE_FILING = {
    "edit": _("班次信息"),
    "filing": _("申报表"),
    "timetable": _("课程表"),
    "roster": _("花名册"),
    "mentors": _("学徒合同和导师"),
    "evidence": _("材料"),
}


def outstanding(training_class, today: date) -> tuple[list[str], list[str]]:
    """Where the class's form lacks something, and where it only asks for a look; each in the order of work."""
    rows = training.readiness(training_class, today)
    lacking = {row.where for row in rows if row.state == "no"}
    planned = training.planned_hours(training_class.pk)
    if sum(planned.values()) < 100 * (training_class.hours_theory + training_class.hours_practice):
        lacking.add("timetable")
    if not training.enrolments(training_class.pk).exists():
        lacking.add("roster")
    doubtful = {row.where for row in rows if row.state == "ask"} - lacking
    named = STEPS_BEFORE_FILING.items()
    return (
        [str(label) for where, label in named if where in lacking],
        [str(label) for where, label in named if where in doubtful],
    )


def _before_filing(training_class, today: date, begins: str) -> str:
    lacking, doubtful = outstanding(training_class, today)
    between = gettext("、")
    said = (
        gettext("申报前还差：{lacking}。").format(lacking=between.join(lacking))
        if lacking
        else gettext("可以核对申报。")
    )
    if doubtful:
        said += gettext("另请核对：{doubtful}。").format(doubtful=between.join(doubtful))
    return said + gettext("须在开班日期前获同意（{by}）。").format(by=begins)


def _next_while_running(training_class, today: date) -> Next:
    waiting = training.unrecorded_sessions(training_class.pk)
    due = waiting.filter(on__lte=today)
    if count := due.count():
        return Next(
            gettext("有 {count} 次课还没有记完考勤，最早 {on}。").format(count=count, on=due.first().on),
            "ask",
        )
    if coming := waiting.first():
        return Next(
            gettext("考勤已记到今天；下一次课 {on} {time}。").format(
                on=coming.on, time=f"{coming.starts_at:%H:%M}"
            ),
            "ok",
        )
    return Next(gettext("全部课次已记考勤，可以结业。结业后考勤不能再改。"), "ask")


def _next_after(training_class, by) -> Next:
    exam = assessment.exam_for_class(training_class.pk)
    if exam is None:
        return Next(gettext("已结业：等评价机构安排考核。"))
    if exam.status != "certified":
        return Next(
            gettext("考核定于 {on}（{name}），等成绩和证书。").format(
                on=exam.assessed_on, name=exam.institution.name
            )
        )
    claim = claim_of(training_class, by)
    if claim is None or claim.status == "withdrawn":
        return Next(gettext("证书已发，可以申领补贴。"), "ask")
    return next_for_claim(claim)


def next_for_claim(claim) -> Next:
    """What should happen next with a claim."""
    match claim.status:
        case "submitted":
            return Next(gettext("等人社部门审核；有需补证据的人员，现在就可以补充。"))
        case "returned":
            return Next(gettext("已退回：请按退回理由补正后重新提交。"), "no")
        case "withdrawn":
            return Next(gettext("已撤回；本班可以重新申领。"), "off")
        case "reviewed":
            return Next(gettext("审核已通过，等另一人复核。"))
        case "approved":
            return Next(gettext("已核准并预留资金，等列入公示。"), "ok")
        case "published":
            notice = notice_of(claim)
            until = f"{notice.closes_on}" if notice else ""
            return Next(gettext("公示至 {day}；期满无异议后送银行拨付。").format(day=until))
        case "cleared":
            return Next(gettext("公示期满，正在拨付；到账后这里会显示日期。"))
        case "paid":
            return Next(gettext("已全部拨付。"), "ok")
        case _:
            return Next(gettext("本次申领全部停拨，原因见经过。"), "no")
