"""谁审批、谁负责、谁监管: every kind of approval with who answers for it and who supervises it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.access.roles import ROLES
from kaogong.kernel.errors import NotFound
from kaogong.supervision import operations, queries
from kaogong.trail.operations import require_may
from kaogong.web.bureau.forms_oversight import DutyForm
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.records import Section, link
from kaogong.web.parts.templatetags.parts import tag


def duties(request: HttpRequest) -> HttpResponse:
    """The table; what is not named says so."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("审批与监管责任"))
    may_name = request.actor.may(P.NAME_SUPERVISOR)
    rows = []
    for one in queries.matters(request.actor):
        name = link(gettext("指定"), reverse("bureau:duties:name", args=[one.code]))
        unnamed = tag("ask", gettext("未指定"))
        rows.append(
            (
                one.label,
                gettext("、").join(gettext(post) for post in one.posts),
                one.responsible.name if one.responsible else unnamed,
                one.supervisor.name if one.supervisor else unnamed,
                f"{one.duty.since_on}" if one.duty else "—",
                *((name,) if may_name else ()),
            )
        )
    head = [gettext("审批事项"), gettext("谁审批"), gettext("谁负责"), gettext("谁监管"), gettext("自何时")]
    head += [gettext("办理")] if may_name else []
    section = Section("duties", gettext("审批事项"), head=head, rows=rows)
    return render(request, "bureau/duties.html", {"sections": [section]})


class NameSupervisor(FormPage):
    """Name both for one kind of approval."""

    title = _("指定责任人和监管人")
    form_class = DutyForm
    may = P.NAME_SUPERVISOR
    submit_label = _("指定")
    done_story = _("已指定。")

    def start(self, request, matter, **_):
        found = {one.code: one for one in queries.matters(request.actor)}
        if matter not in found:
            raise NotFound()
        self.matter = found[matter]
        self.subtitle = self.matter.label
        self.cancel_url = reverse("bureau:duties:list")

    def form_arguments(self, request):
        words = lambda person: f"{person.name} {gettext(ROLES[person.role].label)}"  # noqa: E731
        approvers = {person.pk for person in self.matter.approvers}
        people = queries.bureau_people(request.actor)
        return {
            "approvers": [(p.username, words(p)) for p in people if p.pk in approvers],
            "others": [(p.username, words(p)) for p in people if p.pk not in approvers],
        }

    def act(self, request, form):
        operations.name_supervisor(self.matter.code, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url
