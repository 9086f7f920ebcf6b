"""People registered twice: proposed, decided by another, undone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.kernel.errors import Refused
from kaogong.kernel.id_number import tidy_id_number
from kaogong.people import operations
from kaogong.people import queries as people
from kaogong.trail.operations import require_may
from kaogong.web.bureau.filters_departments import MergeFilter
from kaogong.web.bureau.forms_departments import MergeForm
from kaogong.web.bureau.tables_departments import MergeTable
from kaogong.web.parts.lists import ListPage
from kaogong.web.parts.pages import FormPage, act


class Merges(ListPage):
    """Rows somebody holds to be one human being."""

    title = _("一人两档")
    subtitle = _("同一个人用两个号码建了两份档案的，由一人提请、另一人核定后合并；原有记录一条不删，可以撤销")
    table_class = MergeTable
    filter_class = MergeFilter
    may = P.VIEW_PEOPLE
    empty_title = _("没有提请合并的档案")
    empty_text = _("发现一个人有两份档案的，打开要保留的那一份，选“提请合并”。")

    def rows(self, request):
        return people.merges(request.actor)


class Propose(FormPage):
    """Propose that another row be read as this person's."""

    title = _("提请合并档案")
    form_class = MergeForm
    may = P.PROPOSE_MERGE
    submit_label = _("提请")
    next_story = _("由另一人核定。合并后用哪个号码都找到保留的档案，享受次数和重复合在一起算。")
    done_story = _("已提请合并，等另一人核定。")

    def start(self, request, pk, **_):
        self.person = people.person(pk, by=request.actor)
        self.subtitle = f"{gettext('保留的档案')} {self.person}"
        self.cancel_url = reverse("bureau:people:detail", args=[pk])

    def act(self, request, form):
        given = form.cleaned_data
        number = tidy_id_number(given["id_number"])
        other = people.people(request.actor, number).first() if len(number) in (15, 18) else None
        if other is None:
            raise NoSuchNumber()
        found = operations.propose_merge(
            self.person.pk,
            other.pk,
            evidence=given["evidence"],
            reason=given["reason"],
            by=request.actor,
            at=request.at,
        )
        return reverse("bureau:person_merges:detail", args=[found.pk])


class NoSuchNumber(Refused):
    """管辖范围内没有这个身份证号码的档案，请核对号码。"""

    form_field = "id_number"


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Both rows side by side, so that whoever decides sees what would become one."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("一人两档"))
    found = people.merge(pk, by=request.actor)
    entries = people.entries_by_row([found.kept_id, found.merged_id])
    sides = [
        {"label": label, "person": person, "entries": entries.get(person.pk, 0)}
        for label, person in ((gettext("保留的档案"), found.kept), (gettext("并入的档案"), found.merged))
    ]
    return render(request, "bureau/departments/merge.html", {"merge": found, "sides": sides})


def _to_merge(request: HttpRequest, found) -> str:
    return reverse("bureau:person_merges:detail", args=[found.pk])


approve = act(operations.approve_merge, to=_to_merge, done=_("已合并，两份档案按一个人对待。"))
refuse = act(operations.refuse_merge, to=_to_merge, done=_("未同意合并，两份档案照旧分开。"))
undo = act(operations.undo_merge, to=_to_merge, done=_("已撤销合并。"))
