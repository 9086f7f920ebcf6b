"""Classes: the list, the draft, the check before filing, and one class in full."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.assessment import queries as assessment
from kaogong.catalog import queries as catalog
from kaogong.claims import queries as claims
from kaogong.institutions import queries as institutions
from kaogong.kernel.errors import WrongState
from kaogong.trail import queries as trail
from kaogong.trail.operations import require_may
from kaogong.training import operations
from kaogong.training import queries as training
from kaogong.training.queries import waiting
from kaogong.web.parts.fees import fee_words
from kaogong.web.parts.filing import answers_in_words, changes_in_words
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import FormPage, act

from .. import stories
from ..filters import ClassFilter
from ..forms import ClassForm, CopyForm
from ..tables import ClassTable
from . import filing

EDITABLE = ("drafted", "returned")


def with_courses(records) -> None:
    """Give each class the words of its occupation and level."""
    for record in records:
        record.course = course_of(record)


def course_of(record) -> str:
    """Occupation and level in words."""
    return f"{catalog.occupation_name(record.occupation_code)} · {stories.level_label(record.level_code)}"


class ClassList(ListPage):
    """Every class of the institution."""

    title = _("培训班次")
    subtitle = _("从申报到结业；点编号看这一班走到哪一步。")
    table_class = ClassTable
    filter_class = ClassFilter
    may = Permission.DRAFT_CLASS
    empty_title = _("还没有班次")
    empty_text = _("先起草一个班，排好课程表、传好花名册，就可以申报开班。")
    empty_label = _("起草新班")

    def rows(self, request):
        self.empty_url = reverse("provider:classes:draft")
        return training.training_classes(request.actor)

    def actions(self, request):
        return [Action(gettext("起草新班"), reverse("provider:classes:draft"), primary=True)]

    def prepare(self, records):
        with_courses(records)


class Draft(FormPage):
    """Draft a class."""

    title = _("起草新班")
    template_name = "provider/class_form.html"
    form_class = ClassForm
    may = Permission.DRAFT_CLASS
    submit_label = _("保存草稿")
    next_story = _("保存后接着排课程表、传花名册，核对无误再申报；申报前随时可以修改。")
    done_story = _("草稿已保存。下一步：排课程表。")

    def start(self, request, **where):
        self.cancel_url = reverse("provider:classes:list")

    def form_arguments(self, request):
        by, own = request.actor, request.actor.organisation_id
        contracts = list(institutions.contracts(by, own).filter(status="recognised"))
        taken = waiting.places_taken([contract.pk for contract in contracts])
        courses = []
        for contract in contracts:
            left = max(contract.head_count - taken.get(contract.pk, 0), 0)
            group = gettext("协议 {number}（至 {until}，还可培训 {left} 人）").format(
                number=contract.number, until=contract.ends_on, left=left
            )
            options = [
                (
                    f"{contract.pk}|{scope.occupation_code}|{scope.level_code}",
                    course_of(scope),
                )
                for scope in contract.scopes.all()
            ]
            courses.append((group, options))
        self.has_contract = bool(courses)
        schemes = {}
        for region_code in {contract.region_code for contract in contracts} or {by.region_code or ""}:
            if region_code:
                schemes |= stories.class_schemes(region_code, request.today)
        return {
            "courses": courses,
            "schemes": schemes.items(),
            "sites": [
                (site.pk, gettext("{name}（{capacity} 人）").format(name=site.name, capacity=site.capacity))
                for site in institutions.sites(own)
            ],
            "trainers": [
                (row.pk, f"{row.name} {row.qualification}".strip()) for row in institutions.trainers(own)
            ],
        }

    def initial(self, request):
        return {"certificate_kind": "skill_level"}

    def more(self, request):
        return {"has_contract": self.has_contract}

    def wanted(self, form) -> tuple[operations.NewClass, list[int]]:
        given = dict(form.cleaned_data)
        trainer_ids = given.pop("trainer_ids")
        contract_id, occupation_code, level_code = given.pop("course").split("|")
        new = operations.NewClass(
            contract_id=int(contract_id), occupation_code=occupation_code, level_code=level_code, **given
        )
        return new, trainer_ids

    def act(self, request, form):
        new, trainer_ids = self.wanted(form)
        drafted = operations.draft_class(
            request.actor.organisation_id, new, trainer_ids=trainer_ids, by=request.actor, at=request.at
        )
        return reverse("provider:classes:timetable", args=[drafted.pk])


class Edit(Draft):
    """Change a draft or a returned class."""

    title = _("修改班次")
    submit_label = _("保存")
    next_story = _("改了课时或日期，请接着核对课程表。")
    done_story = _("已保存。")

    def start(self, request, pk, **where):
        self.training_class = training.training_class(pk, by=request.actor)
        self.subtitle = self.training_class.number
        self.cancel_url = reverse("provider:classes:detail", args=[pk])

    def initial(self, request):
        row = self.training_class
        names = (
            "title",
            "scheme_code",
            "certificate_kind",
            "hours_theory",
            "hours_practice",
            "starts_on",
            "ends_on",
            "head_count",
            "site_id",
            "employer_name",
        )
        return {name: getattr(row, name) for name in names} | {
            "course": f"{row.contract_id}|{row.occupation_code}|{row.level_code}",
            "trainer_ids": [named.trainer_id for named in training.class_trainers(row.pk)],
        }

    def act(self, request, form):
        new, trainer_ids = self.wanted(form)
        operations.edit_class(
            self.training_class.pk, new, trainer_ids=trainer_ids, by=request.actor, at=request.at
        )
        return reverse("provider:classes:detail", args=[self.training_class.pk])


class Copy(FormPage):
    """A new class like an earlier one."""

    title = _("照此再开一班")
    form_class = CopyForm
    may = Permission.DRAFT_CLASS
    submit_label = _("复制成草稿")
    next_story = _("职业、课时、地点、教师照搬；课程表和学员不带过来。")
    done_story = _("已复制成草稿。下一步：排课程表。")

    def start(self, request, pk, **where):
        self.earlier = training.training_class(pk, by=request.actor)
        self.subtitle = str(self.earlier)
        self.cancel_url = reverse("provider:classes:detail", args=[pk])

    def initial(self, request):
        return {"title": self.earlier.title}

    def act(self, request, form):
        drafted = operations.copy_class(self.earlier.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return reverse("provider:classes:timetable", args=[drafted.pk])


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One class: where it stands, what next, and everything that belongs to it."""
    require_may(request.actor, Permission.DRAFT_CLASS, gettext("查看班次"))
    training_class = training.training_class(pk, by=request.actor)
    exam = assessment.exam_for_class(pk)
    claim = stories.claim_of(training_class, request.actor)
    returned = trail.last_doer("class", pk, "returned") if training_class.status == "returned" else None
    planned = training.planned_hours(pk)
    sessions = training.sessions(pk)
    fees = training.fees_by_enrolment(pk)
    return render(
        request,
        "provider/class_detail.html",
        _facts(training_class)
        | {
            "steps_shown": stories.steps(training_class, exam, claim),
            "next": stories.next_for_class(training_class, request.actor, request.today),
            "returned": returned,
            "is_editable": training_class.status in EDITABLE,
            "takes_rosters": training_class.status in ("drafted", "filed", "returned"),
            "has_sessions": training_class.status in ("approved", "running", "finished"),
            "planned": planned,
            "planned_total": sum(planned.values()),
            "session_count": sessions.count(),
            "unrecorded": training.unrecorded_sessions(pk).filter(on__lte=request.today).count()
            if training_class.status == "running"
            else 0,
            "exam": exam,
            "claim": claim,
            "is_claimable": training_class.status == "finished"
            and claims.claimable_classes(request.actor).filter(pk=pk).exists(),
            "rosters": list(training.roster_uploads(pk)[:5]),
            "fee": fee_words(training.fee_of_class(pk)),
            "fees_own": sum(fee.is_own for fee in fees.values()),
            "fees_unproven": training.enrolments(pk).count()
            - training.enrolments(pk).filter(pk__in=[k for k, fee in fees.items() if fee.is_proven]).count(),
            "takes_fees": training_class.status != "cancelled",
            "readiness": filing.ready_rows(training_class, request.today),
            "changes": changes_in_words(training.class_changes(request.actor, pk)[:5]),
            "can_change": training_class.status in ("approved", "running"),
            "asks_mentors": training.form_of(training_class, request.today).asks_of_people("two_mentors"),
        },
    )


def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check your answers, then file."""
    require_may(request.actor, Permission.FILE_CLASS, gettext("申报开班"))
    training_class = training.training_class(pk, by=request.actor)
    if training_class.status not in EDITABLE:
        raise WrongState(state=training_class.get_status_display(), label=gettext("申报开班"))
    if request.method == "POST":
        file = operations.refile_class if training_class.status == "returned" else operations.file_class
        file(pk, by=request.actor, at=request.at)
        messages.success(request, gettext("已申报，等人社部门审核。审核期间仍可上传花名册。"))
        return redirect("provider:classes:detail", pk)
    ready = _readiness(training_class)
    asked = filing.ready_rows(training_class, request.today)
    form = training.form_of(training_class, request.today)
    return render(
        request,
        "provider/class_check.html",
        _facts(training_class)
        | {
            "ready": ready,
            "readiness": asked,
            "answers": answers_in_words(training_class, form),
            "is_ready": all(fine for fine, _text, _url, must in ready if must)
            and all(row["state"] != "no" for row in asked),
            "begins": stories.deadline(training_class.starts_on, request.today),
            "sessions": list(training.sessions(pk)),
        },
    )


def _readiness(training_class) -> list[tuple[bool, str, str, bool]]:
    """What stands in the way of filing: (fine, sentence, where to mend it, whether it must be)."""
    pk = training_class.pk
    planned = training.planned_hours(pk)
    wanted = {"theory": training_class.hours_theory * 100, "practice": training_class.hours_practice * 100}
    contract = institutions.contract_for(
        training_class.institution_id,
        training_class.occupation_code,
        training_class.level_code,
        training_class.starts_on,
    )
    learners = training.enrolments(pk).count()
    edit = reverse("provider:classes:edit", args=[pk])
    return [
        (
            contract is not None and contract.pk == training_class.contract_id,
            gettext("协议 {number} 在开班日期有效，范围包括本职业和等级").format(
                number=training_class.contract.number
            ),
            edit,
            True,
        ),
        (training.class_trainers(pk).exists(), gettext("已填写授课教师"), edit, True),
        (
            planned == wanted,
            gettext("课程表课时与申报一致（理论 {a}/{b}，实训 {c}/{d}）").format(
                a=f"{planned['theory'] / 100:g}",
                b=training_class.hours_theory,
                c=f"{planned['practice'] / 100:g}",
                d=training_class.hours_practice,
            ),
            reverse("provider:classes:timetable", args=[pk]),
            True,
        ),
        (
            0 < learners <= training_class.head_count,
            gettext("花名册已录入 {count} 人（计划 {planned} 人）").format(
                count=learners, planned=training_class.head_count
            ),
            reverse("provider:rosters:upload", args=[pk]),
            False,
        ),
    ]


def _facts(training_class) -> dict:
    with_courses([training_class])
    trainers = gettext("、").join(named.trainer.name for named in training.class_trainers(training_class.pk))
    rows = [
        (gettext("职业和等级"), training_class.course),
        (gettext("补贴项目"), stories.scheme_label(training_class)),
        (gettext("结业后考取的证书"), stories.kind_label(training_class.certificate_kind)),
        (
            gettext("课时"),
            gettext("理论 {theory}，实训 {practice}").format(
                theory=training_class.hours_theory, practice=training_class.hours_practice
            ),
        ),
        (gettext("日期"), f"{training_class.starts_on} — {training_class.ends_on}"),
        (
            gettext("培训地点"),
            training_class.site and f"{training_class.site.name} {training_class.site.address}",
        ),
        (gettext("授课教师"), trainers),
        (gettext("计划人数"), training_class.head_count),
        (gettext("培训协议"), training_class.contract.number),
        (gettext("用人单位"), training_class.employer_name),
    ]
    return {"class": training_class, "facts": rows}


def _to_detail(request, result) -> str:
    return reverse("provider:classes:detail", args=[result.pk])


cancel = act(operations.cancel_class, to=_to_detail, done=_("已取消。"))
start = act(operations.start_class, to=_to_detail, done=_("已开班。每次课后请记考勤。"), with_reason=False)
finish = act(
    operations.finish_class, to=_to_detail, done=_("已结业，课时已写入学员终身培训档案。"), with_reason=False
)
