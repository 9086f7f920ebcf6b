"""Common questions at the bureau: what is on the portal, from when, and what was taken off and why."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.enquiries import operations, queries
from kaogong.kernel.writing import tidy
from kaogong.trail.operations import require_may
from kaogong.web.bureau.filters_enquiries import CommonQuestionFilter
from kaogong.web.bureau.tables_enquiries import CommonQuestionTable
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import act
from kaogong.web.parts.records import Section, acts_of, link
from kaogong.web.parts.values import scheme_name


class CommonQuestions(ListPage):
    """Everything published, the latest first, withdrawn ones too."""

    title = _("常见问题")
    subtitle = _("由咨询的答复改写、去掉个人情况后发布在门户；依据的政策变动后自动撤下")
    table_class = CommonQuestionTable
    filter_class = CommonQuestionFilter
    may = P.VIEW_ENQUIRIES
    empty_title = _("还没有发布常见问题")
    empty_text = _("打开一件已答复的咨询，改写后发布。")

    def rows(self, request):
        rows = queries.common_questions(request.actor)
        for word in tidy(request.GET.get("q", ""))[:60].split()[:6]:
            rows = rows.filter(Q(question__icontains=word) | Q(answer__icontains=word))
        return rows

    def actions(self, request):
        answered = f"{reverse('bureau:enquiries:list')}?status=answered"
        return [Action(gettext("从已答复的咨询里选"), answered)]


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them, whence it comes and whether what it rests on still reads the same."""
    require_may(request.actor, P.VIEW_ENQUIRIES, gettext("常见问题"))
    found = queries.common_question(pk, by=request.actor)
    facts: list[tuple[str, object]] = [
        (gettext("类别"), queries.category_name(found.category)),
        (gettext("区域"), catalog.region_name(found.region_code)),
        (gettext("适用起始日"), found.holds_from),
        (gettext("发布人"), found.published_by),
        (
            gettext("所依据的补贴项目"),
            scheme_name(found.scheme_code) if found.scheme_code else gettext("没有指明"),
        ),
    ]
    if found.enquiry_id and not request.actor.department_code:
        page = reverse("bureau:enquiries:detail", args=[found.enquiry_id])
        facts.append((gettext("来自咨询"), link(found.enquiry.number, page)))
    if found.withdrawn_on:
        facts.append((gettext("撤下日期"), found.withdrawn_on))
        facts.append((gettext("撤下理由"), found.why_withdrawn))
    is_overtaken = found.status == "published" and found.pk in {
        one.pk for one in queries.overtaken(request.actor, request.today)
    }
    return render(
        request,
        "parts/record_page.html",
        {
            "page_base": "rail.html",
            "title": found.question,
            "number": found.number,
            "thing": found,
            "crumb": gettext("常见问题"),
            "crumb_url": reverse("bureau:common_questions:list"),
            "said": [found.number],
            "next_story": "" if found.withdrawn_on else _standing(found, request.today),
            "warning": gettext("所依据的政策在发布后有变动，今天夜里自动撤下；请核对后重新发布。")
            if is_overtaken
            else "",
            "acts": acts_of(found, "bureau:common_questions", request.actor),
            "sections": [Section("answer", gettext("答复"), text=found.answer)],
            "side": [Section("facts", gettext("发布情况"), facts=facts)],
            "story": "common_question",
        },
    )


def _standing(found, today) -> str:
    if found.holds_from > today:
        return gettext("{day} 起在门户显示。").format(day=found.holds_from)
    return gettext("正在门户显示，任何人可以查到。")


withdraw = act(
    operations.withdraw_common_question,
    to=lambda request, found: reverse("bureau:common_questions:detail", args=[found.pk]),
    done="已撤下。",
)
