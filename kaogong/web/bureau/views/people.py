"""The register of people and each one's lifelong file."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.certificates import queries as certificates
from kaogong.claims import operations as claim_operations
from kaogong.claims import queries as claims
from kaogong.grants import queries as grants
from kaogong.kernel.id_number import tidy_id_number
from kaogong.people import operations
from kaogong.people import queries as people
from kaogong.trail.operations import require_may
from kaogong.training import queries as training
from kaogong.training.queries.learners import learners_of
from kaogong.web.bureau.filters import PeopleFilter
from kaogong.web.bureau.forms import GroupForm, StandingForm
from kaogong.web.bureau.forms_policy import OutsideSubsidyForm
from kaogong.web.bureau.tables import PeopleTable, level_label
from kaogong.web.parts.lists import ListPage
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.policy import level_name
from kaogong.web.parts.recovering import owing

from .catalog import chosen_occupation, found_occupations


class People(ListPage):
    """People in reach, by name or class; a whole identity number opens the file at once."""

    title = _("人员名册")
    subtitle = _("按姓名或班次查找；知道身份证号码可直接打开档案")
    template_name = "bureau/people/list.html"
    table_class = PeopleTable
    filter_class = PeopleFilter
    may = Permission.VIEW_PEOPLE
    empty_title = _("还没有人员档案")
    empty_text = _("培训机构录入花名册后，学员的档案会自动建立。")

    def rows(self, request):
        self.today = request.today
        number = request.GET.get("number", "").strip()
        among = None
        if number:
            found = training.training_classes(request.actor, number).order_by("-id").values("pk")
            among = learners_of(found)
        return people.people(request.actor, request.GET.get("q", ""), among=among)

    def prepare(self, records):
        groups = people.groups_on([r.pk for r in records], self.today)
        for record in records:
            record.groups_today = groups[record.pk]


@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Open the file of the person with that whole identity number."""
    require_may(request.actor, Permission.VIEW_PEOPLE, gettext("人员名册"))
    number = tidy_id_number(request.POST.get("id_number", ""))
    found = people.people(request.actor, number).first() if len(number) in (15, 18) else None
    if found is not None:
        return redirect("bureau:people:detail", found.pk)
    if len(number) in (15, 18):
        said = gettext("管辖范围内没有这个身份证号码的档案。请核对号码，或在花名册中录入此人。")
    else:
        said = gettext("请填写完整的 18 位身份证号码。")
    messages.error(request, said)
    return redirect("bureau:people:list")


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's lifelong file: who they are, what held when, classes, certificates, subsidies."""
    require_may(request.actor, Permission.VIEW_PEOPLE, gettext("人员名册"))
    person = people.person(pk, by=request.actor)
    labels = catalog.code_labels("group")
    memberships = list(people.memberships_of(pk))
    for membership in memberships:
        membership.label = labels.get(membership.group_code, membership.group_code)
        membership.holds = _holds(membership, request.today)
    standings = list(people.standings_of(pk))
    for standing in standings:
        standing.stands = _holds(standing, request.today)
    enrolments = list(training.enrolments_of(pk))
    issued = list(certificates.certificates_of(pk))
    for thing in (*issued, *(enrolment.training_class for enrolment in enrolments)):
        thing.occupation = (
            f"{catalog.occupation_name(thing.occupation_code)} · {level_label(thing.level_code)}"
        )
    return render(
        request,
        "bureau/people/detail.html",
        {
            "person": person,
            "age": _age(person.born_on, request.today),
            "places": _places(person),
            "ethnic": catalog.code_labels("ethnic").get(person.ethnic_code, ""),
            "education": catalog.code_labels("education").get(person.education_code, ""),
            "shared": people.people_sharing_account([pk]).get(pk, 0),
            "may_change_account": request.actor.may(Permission.ASK_ACCOUNT_CHANGE),
            "memberships": memberships,
            "standings": standings,
            "answers": list(people.register_history(pk, by=request.actor)[:20]),
            "enrolments": enrolments,
            "certificates": issued,
            "subsidies": claims.payment_story(pk),
            "outside": _outside(pk),
            "teams": list(grants.teams_of_person(pk, by=request.actor)),
            "entries": people.file_of(pk).order_by("-on", "-id"),
            "may_record": request.actor.may(Permission.RECORD_GROUP),
            "may_register": request.actor.may(Permission.REGISTER_CERTIFICATE),
            "may_merge": request.actor.may(Permission.PROPOSE_MERGE),
            **_merged(pk),
            **owing(request, person_ids=[pk]),
        },
    )


def _merged(person_id: int) -> dict:
    """The other rows of the same human being, and whether this one was merged into another."""
    same = people.same_person_ids([person_id])[person_id]
    others = people.people_named(pk for pk in same if pk != person_id)
    about = [m for m in people.merges_about([person_id]) if m.status in ("proposed", "approved")]
    return {"stands": others.get(same[0]), "others": list(others.values()), "merges": about}


def _outside(person_id: int) -> list:
    found = list(claims.outside_subsidies(person_id))
    for subsidy in found:
        level = level_name(str(subsidy.level))
        subsidy.occupation = f"{catalog.occupation_name(subsidy.occupation_code)} · {level}"
        subsidy.region = catalog.region_path(subsidy.region_code)
    return found


def _holds(dated, day) -> bool:
    return dated.start_on <= day and (dated.end_on is None or day < dated.end_on)


def _age(born_on, day) -> int:
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _places(person) -> list[tuple[str, str]]:
    named = (
        (gettext("户籍地"), person.household_region_code),
        (gettext("常住地"), person.residence_region_code),
        (gettext("求职就业地"), person.job_region_code),
    )
    return [(label, catalog.region_path(code) if code else "—") for label, code in named]


class _AboutPerson(FormPage):
    """A form about one person; afterwards their file."""

    may = Permission.RECORD_GROUP

    def start(self, request, pk):
        self.person = people.person(pk, by=request.actor)
        self.subtitle = f"{self.person.name} {self.person.id_number_masked}"
        self.cancel_url = reverse("bureau:people:detail", args=[pk])


class RecordGroup(_AboutPerson):
    """Record a dated membership of a group."""

    title = _("登记人员类别")
    form_class = GroupForm
    submit_label = _("登记")
    next_story = _("补贴按开班当日的人员类别核定，起止日期请照证件填写。")
    done_story = _("人员类别已登记。")

    def act(self, request, form):
        operations.record_group(self.person.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class RecordStanding(_AboutPerson):
    """Record what a source says of a person's standing."""

    title = _("登记人员状况")
    form_class = StandingForm
    submit_label = _("登记")
    next_story = _("没有来源说明的状况按“不明”处理，申领时会要求补证据。")
    done_story = _("人员状况已登记。")

    def act(self, request, form):
        given = dict(form.cleaned_data)
        given["holds"] = given["holds"] == "yes"
        operations.record_standing(self.person.pk, **given, by=request.actor, at=request.at)
        return self.cancel_url


class RegisterSubsidy(_AboutPerson):
    """Register a subsidy this person had elsewhere; what it rules out here is found at once."""

    title = _("登记异地补贴")
    template_name = "bureau/occupations/form.html"
    form_class = OutsideSubsidyForm
    may = Permission.REGISTER_CERTIFICATE
    submit_label = _("登记")
    next_story = _(
        "登记后计入此人的享受次数，并立即与本地已拨付的补贴核对；有抵触的列入冲突。登记后不能修改。"
    )

    def more(self, request):
        return {"found": found_occupations(request)}

    def act(self, request, form):
        pk = self.person.pk
        before = self._conflicts(request)
        claim_operations.register_subsidy(
            pk,
            **form.cleaned_data,
            occupation_code=chosen_occupation(request),
            by=request.actor,
            at=request.at,
        )
        found = self._conflicts(request) - before
        if found:
            said = gettext("异地补贴已登记，发现 {n} 处拨付后冲突，请处理。").format(n=found)
            messages.warning(request, said)
            return reverse("bureau:conflicts:list")
        messages.success(request, gettext("异地补贴已登记，与本地已拨付的补贴没有抵触。"))
        return self.cancel_url

    def _conflicts(self, request) -> int:
        return claims.conflicts(request.actor).filter(line__person_id=self.person.pk).count()
