"""What stands in the way of filing a class: each thing its form asks, with ✓, ✗ or ?."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import pairwise

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as N_

from kaogong.institutions.models import Trainer
from kaogong.kernel.working_days import working_days_between
from kaogong.people import queries as people
from kaogong.training.models import Apprenticeship, Enrolment, Session, TrainingClass

from .evidence import evidence
from .filing_forms import Asked, FilingForm, form_of
from .veterans import discharge_days

OK, NO, ASK = "ok", "no", "ask"


@dataclass(frozen=True, slots=True)
class Readiness:
    """One thing about a filing: in order, missing, or for a person to look at; and by what it is asked."""

    state: str
    template: str
    facts: dict[str, object] = field(default_factory=dict)
    where: str = "filing"  # filing | evidence | timetable | mentors | roster
    source: object = None  # the ConductTable or ConductValue that asks

    @property
    def message(self) -> str:
        """The sentence in the reader's language."""
        return gettext(self.template).format(**self.facts) if self.facts else gettext(self.template)

    @property
    def sentence(self) -> str:
        """The sentence as it is kept."""
        return self.template.format(**self.facts) if self.facts else self.template


def readiness(training_class: TrainingClass, today: date) -> list[Readiness]:
    """Everything the class's form asks, in its order, judged as on ``today`` for a draft, else as filed."""
    form = form_of(training_class, today)
    return [
        *_fields(training_class, form),
        *_documents(training_class, form),
        *_modules(training_class, form),
        *_ahead(training_class, form, today),
        *_timetable(training_class, form),
        *_people(training_class, form),
    ]


def answers_of(training_class: TrainingClass) -> dict:
    """What was answered, by code; {} before anything was."""
    filing = getattr(training_class, "filing", None)
    return filing.answers if filing else {}


def _state(is_fine: bool, source) -> str:
    """✗ only where the source is verified (or the fictional district's own)."""
    return OK if is_fine else NO if source.verified else ASK


def _fields(training_class: TrainingClass, form: FilingForm) -> Iterator[Readiness]:
    answers = answers_of(training_class)
    teaching = {
        asked.code: answers[asked.code]
        for asked in form.fields
        if asked.kind == "trainer" and asked.code in answers
    }
    known = (
        set(
            Trainer.objects.filter(
                pk__in=teaching.values(), institution_id=training_class.institution_id
            ).values_list("pk", flat=True)
        )
        if teaching
        else set()
    )
    for asked in form.fields:
        value = answers.get(asked.code)
        if value is None:
            if asked.required:
                yield Readiness(
                    _state(False, asked.source),
                    N_("“{field}”没有填写"),
                    {"field": asked.name},
                    source=asked.source,
                )
        elif not _stands(asked, value, known):
            yield Readiness(
                NO, N_("“{field}”填写的内容不再有效，请重填"), {"field": asked.name}, source=asked.source
            )
        elif asked.required:
            yield Readiness(
                OK,
                N_("“{field}”：{value}"),
                {"field": asked.name, "value": _words(asked, value)},
                source=asked.source,
            )


def _words(asked: Asked, value) -> str:
    if asked.kind == "trainer":
        return Trainer.objects.values_list("name", flat=True).get(pk=value)
    return asked.shown(value)


def _stands(asked: Asked, value, known: set[int]) -> bool:
    """Whether an answer kept earlier is still one by today's form."""
    match asked.kind:
        case "choice":
            return value in {code for code, *_words_ in asked.choices}
        case "trainer":
            return value in known
        case "number":
            return isinstance(value, int) and (asked.least is None or value >= asked.least)
        case _:
            return True


def _documents(training_class: TrainingClass, form: FilingForm) -> Iterator[Readiness]:
    kept = set(evidence(training_class.pk).order_by().values_list("kind_code", flat=True))
    for asked in form.evidence:
        if asked.code in kept:
            yield Readiness(OK, N_("已上传“{kind}”"), {"kind": asked.name}, "evidence", asked.source)
        else:
            state = NO if asked.binding else ASK
            yield Readiness(state, N_("还没有上传“{kind}”"), {"kind": asked.name}, "evidence", asked.source)


def _modules(training_class: TrainingClass, form: FilingForm) -> Iterator[Readiness]:
    planned = answers_of(training_class).get("modules", {})
    missing = [asked.name for asked in form.modules if not planned.get(asked.code)]
    if missing:
        yield Readiness(
            ASK, N_("培训计划里没有写这些必修课的课时：{modules}"), {"modules": gettext("、").join(missing)},
            source=form.modules[0].source,
        )  # fmt: skip
    elif form.modules:
        yield Readiness(OK, N_("六门必修课都排了课时"), source=form.modules[0].source)


def _ahead(training_class: TrainingClass, form: FilingForm, today: date) -> Iterator[Readiness]:
    limit = form.limit("ahead_working_days")
    if limit is None:
        return
    left = working_days_between(
        today if training_class.status in ("drafted", "returned") else form.on, training_class.starts_on
    )
    facts = {"left": max(left, 0), "wanted": limit.value}
    is_fine = left >= limit.value
    sentence = N_("距开班{left}个工作日，要求提前{wanted}个工作日申报")
    yield Readiness(_state(is_fine, limit), sentence, facts, "edit", limit)


def _timetable(training_class: TrainingClass, form: FilingForm) -> Iterator[Readiness]:
    rows = Session.objects.filter(training_class=training_class, cancelled=False)
    sessions = list(rows.select_related("room").order_by("on", "starts_at"))
    yield from timetable_faults(sessions, form)
    for asked in form.timetable:
        if asked.code == "least_hours":
            total = training_class.hours_theory + training_class.hours_practice
            yield Readiness(
                _state(total >= asked.value, asked.source), N_("总课时{total}，要求不少于{least}"),
                {"total": total, "least": asked.value}, "timetable", asked.source,
            )  # fmt: skip


def timetable_faults(sessions: list[Session], form: FilingForm) -> Iterator[Readiness]:
    """What of these sessions is against the dated rules of timetables; nothing where no rule is set."""
    by_day: dict[date, list[Session]] = {}
    for session in sessions:
        by_day.setdefault(session.on, []).append(session)
    most, early, late = form.limit("most_hours_a_day"), form.limit("earliest_hour"), form.limit("latest_hour")
    rest = form.limit("least_break_minutes")
    for on, rows in by_day.items():
        hours = sum(row.hours_hundredths for row in rows)
        if most and hours > most.value * 100:
            yield Readiness(
                _state(False, most), N_("{on}排了{hours}课时，一天不超过{most}课时"),
                {"on": on, "hours": f"{hours / 100:g}", "most": most.value}, "timetable", most,
            )  # fmt: skip
        for row in rows:
            if early and row.starts_at < time.fromisoformat(early.value):
                yield Readiness(
                    _state(False, early),
                    N_("{on} {at}上课，不早于{limit}"),
                    {"on": on, "at": f"{row.starts_at:%H:%M}", "limit": early.value},
                    "timetable",
                    early,
                )
            if late and row.ends_at > time.fromisoformat(late.value):
                yield Readiness(
                    _state(False, late),
                    N_("{on} {at}下课，不晚于{limit}"),
                    {"on": on, "at": f"{row.ends_at:%H:%M}", "limit": late.value},
                    "timetable",
                    late,
                )
        for first, second in pairwise(rows):
            gap = (datetime.combine(on, second.starts_at) - datetime.combine(on, first.ends_at)).seconds // 60
            if rest and gap < rest.value:
                yield Readiness(
                    _state(False, rest),
                    N_("{on} {at}前只休息{gap}分钟，不少于{least}分钟"),
                    {"on": on, "at": f"{second.starts_at:%H:%M}", "gap": gap, "least": rest.value},
                    "timetable",
                    rest,
                )
    field_days = sorted({row.on for row in sessions if row.room_id and row.room.kind == "field"})
    allowed = next((asked for asked in form.timetable if asked.code == "field_sites"), None)
    if field_days:
        facts = {"days": len(field_days)}
        if allowed:
            yield Readiness(OK, N_("田间上课{days}天，本项目可以"), facts, "timetable", allowed.source)
        else:
            yield Readiness(ASK, N_("田间上课{days}天，本项目没有可以在田间上课的依据"), facts, "timetable")


def timetable_faults_of(training_class: TrainingClass, today: date) -> list[Readiness]:
    """What of the timetable kept is against the dated rules, told when it is kept and not only when it is filed."""
    sessions = list(
        Session.objects.filter(training_class=training_class, cancelled=False).order_by("on", "starts_at")
    )
    return [
        fault for fault in timetable_faults(sessions, form_of(training_class, today)) if fault.state != OK
    ]


def _people(training_class: TrainingClass, form: FilingForm) -> Iterator[Readiness]:
    learners = list(
        Enrolment.objects.filter(training_class=training_class, status="enrolled").only("pk", "person_id")
    )
    judges = {
        "two_mentors": _mentors,
        "insured": _insured,
        "no_pension": _no_pension,
        "discharge": _discharge,
    }
    for asked in form.people:
        if judge := judges.get(asked.code):
            yield from judge(training_class, form, asked, learners)


def _mentors(training_class, form: FilingForm, asked: Asked, learners) -> Iterator[Readiness]:
    rows = Apprenticeship.objects.filter(enrolment__in=[row.pk for row in learners])
    contracts = list(rows.values_list("starts_on", "ends_on"))
    missing = len(learners) - len(contracts)
    if missing or not learners:
        yield Readiness(
            NO if missing else ASK, N_("{n}名学员中{missing}人没有登记学徒合同和两位导师"),
            {"n": len(learners), "missing": missing}, "mentors", asked.source,
        )  # fmt: skip
    else:
        said = N_("{n}名学员都登记了学徒合同和两位导师")
        yield Readiness(OK, said, {"n": len(learners)}, "mentors", asked.source)
    least, most = form.limit("apprentice_least_months"), form.limit("apprentice_most_months")
    short = sum(bool(least) and _months(a, b) < least.value for a, b in contracts)
    long = sum(bool(most) and _months(a, b) > most.value for a, b in contracts)
    outside = sum(a > training_class.starts_on or b < training_class.ends_on for a, b in contracts)
    if short:
        facts = {"n": short, "months": least.value}
        yield Readiness(_state(False, least), N_("{n}份学徒合同不满{months}个月"), facts, "mentors", least)
    if long:
        facts = {"n": long, "months": most.value}
        yield Readiness(_state(False, most), N_("{n}份学徒合同超过{months}个月"), facts, "mentors", most)
    if outside:
        said = N_("{n}份学徒合同没有包括本班的起止日期")
        yield Readiness(NO, said, {"n": outside}, "mentors", asked.source)
    if contracts and least and most and not (short or long or outside):
        facts = {"least": least.value, "most": most.value}
        yield Readiness(OK, N_("学徒合同都在{least}至{most}个月之间"), facts, "mentors", least)


def _months(begins: date, ends: date) -> int:
    """Whole months from one day up to another."""
    return (ends.year - begins.year) * 12 + ends.month - begins.month - (ends.day < begins.day)


def _insured(training_class, form: FilingForm, asked: Asked, learners) -> Iterator[Readiness]:
    month = answers_of(training_class).get("training_month")
    day = date.fromisoformat(month) if month else training_class.starts_on
    said = people.standing_on([row.person_id for row in learners], "insured", day)
    insured = sum(said.get(row.person_id) is True for row in learners)
    heads = answers_of(training_class).get("insured_heads")
    yield Readiness(
        OK if learners and insured == len(learners) else ASK, N_("{month}：名单{n}人，其中{insured}人有当月参保记录"),
        {"month": f"{day:%Y-%m}", "n": len(learners), "insured": insured}, "roster", asked.source,
    )  # fmt: skip
    if heads is not None and heads < len(learners):
        yield Readiness(
            NO,
            N_("当月参保{heads}人，名单却有{n}人"),
            {"heads": heads, "n": len(learners)},
            "roster",
            asked.source,
        )
    if month and not (
        _same_month(day, training_class.starts_on) and _same_month(day, training_class.ends_on)
    ):
        yield Readiness(
            ASK,
            N_("以工代训按月申报，本班起止日期不都在{month}"),
            {"month": f"{day:%Y-%m}"},
            "edit",
            asked.source,
        )


def _same_month(one: date, other: date) -> bool:
    return (one.year, one.month) == (other.year, other.month)


def _no_pension(training_class, form: FilingForm, asked: Asked, learners) -> Iterator[Readiness]:
    said = people.standing_on([row.person_id for row in learners], "pension", training_class.starts_on)
    drawing = sum(said.get(row.person_id) is True for row in learners)
    unknown = sum(row.person_id not in said for row in learners)
    yield Readiness(
        ASK if drawing or unknown else OK, N_("{n}名学员：{drawing}人按月领取养老金，{unknown}人没有记录"),
        {"n": len(learners), "drawing": drawing, "unknown": unknown}, "roster", asked.source,
    )  # fmt: skip


def _discharge(training_class, form: FilingForm, asked: Asked, learners) -> Iterator[Readiness]:
    stage = answers_of(training_class).get("veteran_stage")
    if stage not in ("before", "adaptation"):
        return
    days = discharge_days([row.person_id for row in learners])
    unknown = sum(row.person_id not in days for row in learners)
    if stage == "before":
        wrong = sum(day < training_class.starts_on for day in days.values())
        sentence = N_("前置性培训：{wrong}人开班前已退役，{unknown}人没有退役日期")
        yield Readiness(
            ASK if wrong or unknown else OK,
            sentence,
            {"wrong": wrong, "unknown": unknown},
            "roster",
            asked.source,
        )
        return
    window = form.limit("adaptation_window_days")
    early = sum(day > training_class.starts_on for day in days.values())
    late = sum(bool(window) and (training_class.starts_on - day).days > window.value for day in days.values())
    sentence = (
        N_("适应性培训：{early}人还没有退役，{late}人退役已超过{window}天，{unknown}人没有退役日期")
        if window
        else N_("适应性培训：{early}人还没有退役，{unknown}人没有退役日期；文件没有写退役后多少天内")
    )
    facts = {"early": early, "late": late, "window": window.value if window else "", "unknown": unknown}
    yield Readiness(
        ASK if early or late or unknown or not window else OK, sentence, facts, "roster", asked.source
    )
