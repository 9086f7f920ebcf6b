"""Inspections without a draw, and a finding that becomes a case."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.institutions import queries as institutions
from kaogong.kernel.errors import NotFound
from kaogong.supervision import operations, queries
from kaogong.training import queries as training
from kaogong.web.bureau.forms_oversight import OrderForm
from kaogong.web.parts.forms import ReasonForm
from kaogong.web.parts.pages import FormPage


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 18 else None


class OrderInspection(FormPage):
    """Order a visit to ?class=, the class of ?session=, or ?institution=; ?origin= and ?because_of= prefill."""

    title = _("指定检查")
    form_class = OrderForm
    may = P.ORDER_INSPECTION
    submit_label = _("派出检查员")
    next_story = _("派出后，检查员在手机上填写检查表；机构在检查完成前看不到。")
    done_story = _("已派出检查员。")

    def start(self, request, **_):
        by, session_id = request.actor, _number(request, "session")
        class_id = _number(request, "class") or (queries.class_of_session(session_id) if session_id else None)
        self.training_class = training.training_class(class_id, by=by) if class_id else None
        institution_id = _number(request, "institution")
        if self.training_class is not None:
            self.institution = self.training_class.institution
            self.subtitle = f"{self.training_class.number} {self.training_class.title}"
        elif institution_id:
            self.institution = institutions.institution(institution_id, by=by)
            self.subtitle = self.institution.name
        else:
            raise NotFound()
        self.cancel_url = reverse("bureau:inspections:list")

    def initial(self, request):
        origin = request.GET.get("origin", "board" if request.GET.get("session") else "special")
        return {"origin": origin, "because_of": request.GET.get("because_of", "")}

    def form_arguments(self, request):
        people = list(queries.inspectors_on(request.actor, request.today))
        forbidden = queries.conflicts_of(people)
        free = [person for person in people if self.institution.pk not in forbidden[person.pk]]
        self.left_out = len(people) - len(free)
        return {"people": [(str(person.pk), str(person)) for person in free]}

    def more(self, request):
        if not self.left_out:
            return {}
        told = gettext("有 {n} 名检查员与这个机构有回避关系，没有列出。").format(n=self.left_out)
        return {"next_story": f"{told} {self.next_story}"}

    def act(self, request, form):
        given = form.cleaned_data
        inspection = operations.order_inspection(
            origin=given["origin"],
            because=given["because"],
            because_of=given["because_of"],
            inspector_ids=[int(pk) for pk in given["inspectors"]],
            class_id=self.training_class.pk if self.training_class else None,
            institution_id=self.institution.pk,
            by=request.actor,
            at=request.at,
        )
        return reverse("bureau:inspections:detail", args=[inspection.pk])


class EscalateFinding(FormPage):
    """Make a case of a finding."""

    title = _("转为案件")
    form_class = ReasonForm
    may = P.ESCALATE_FINDING
    submit_label = _("转为案件")
    next_story = _("转为案件后不再按整改处理，由定性和处理程序决定。")
    done_story = _("已立案。")

    def start(self, request, pk, **where):
        self.finding = queries.finding(pk, by=request.actor)
        self.subtitle = self.finding.content
        self.cancel_url = reverse("bureau:inspections:detail", args=[self.finding.inspection_id])

    def act(self, request, form):
        case = operations.escalate_finding(
            self.finding.pk, reason=form.cleaned_data["reason"], by=request.actor, at=request.at
        )
        return reverse("bureau:cases:detail", args=[case.pk])
