"""The pool of inspectors, and whom each may not inspect."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.institutions import queries as institutions
from kaogong.kernel.errors import Refused
from kaogong.supervision import operations, queries
from kaogong.web.bureau.forms_supervision import AffiliationForm, EnlistForm, InterestForm
from kaogong.web.bureau.tables_supervision import InspectorTable
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import FormPage, act


class CreditCodeUnknown(Refused):
    """没有信用代码为“{code}”的机构，或不在您的管辖范围内。"""


def _institution_id(request: HttpRequest, code: str) -> int:
    found = institutions.institution_by_credit_code(code)
    if found is None or not institutions.institutions(request.actor).filter(pk=found.pk).exists():
        raise CreditCodeUnknown(code=code)
    return found.pk


class Inspectors(ListPage):
    """Who may be drawn."""

    title = _("检查员名册")
    subtitle = _("随机抽查从这里抽人；所在单位和登记的回避关系自动排除")
    table_class = InspectorTable
    may = P.VIEW_PEOPLE
    empty_title = _("还没有检查员")
    empty_text = _("每次检查至少两名，请先登记。")

    def rows(self, request):
        return queries.inspectors(request.actor)

    def actions(self, request):
        if not request.actor.may(P.ENLIST_INSPECTOR):
            return []
        return [
            Action(gettext("登记隶属关系"), reverse("bureau:inspectors:affiliation")),
            Action(gettext("登记检查员"), reverse("bureau:inspectors:enlist"), primary=True),
        ]


class _Enlisting(FormPage):
    may = P.ENLIST_INSPECTOR

    def start(self, request, **_):
        self.cancel_url = reverse("bureau:inspectors:list")


class EnlistInspector(_Enlisting):
    """Enter one person into the pool."""

    title = _("登记检查员")
    form_class = EnlistForm
    submit_label = _("登记")
    done_story = _("检查员已登记。")

    def act(self, request, form):
        given = form.cleaned_data
        operations.enlist_inspector(
            name=given["name"],
            kind=given["kind"],
            username=given["username"],
            employer_id=_institution_id(request, given["employer"]) if given["employer"] else None,
            by=request.actor,
            at=request.at,
        )
        return self.cancel_url


class RecordAffiliation(_Enlisting):
    """Say that one institution belongs to another."""

    title = _("登记隶属关系")
    form_class = AffiliationForm
    submit_label = _("登记")
    done_story = _("隶属关系已登记。")
    next_story = _("同一集团里的机构，人员互相回避。")

    def act(self, request, form):
        given = form.cleaned_data
        operations.record_affiliation(
            _institution_id(request, given["institution"]),
            _institution_id(request, given["parent"]),
            source=given["source"],
            by=request.actor,
            at=request.at,
        )
        return self.cancel_url


class DeclareInterest(_Enlisting):
    """What one inspector may not inspect, and one more."""

    title = _("登记回避")
    template_name = "bureau/inspections/interest.html"
    form_class = InterestForm
    submit_label = _("登记")
    done_story = _("回避已登记。")

    def start(self, request, pk, **where):
        super().start(request)
        self.inspector = queries.inspector(pk, by=request.actor)
        self.subtitle = str(self.inspector)

    def more(self, request):
        return {"inspector": self.inspector, "interests": queries.interests_of(self.inspector.pk)}

    def act(self, request, form):
        given = form.cleaned_data
        operations.declare_interest(
            self.inspector.pk,
            _institution_id(request, given["institution"]),
            by=request.actor,
            at=request.at,
            reason=given["reason"],
        )
        return reverse("bureau:inspectors:interest", args=[self.inspector.pk])


retire = act(
    operations.retire_inspector,
    to=lambda request, _: reverse("bureau:inspectors:list"),
    done="检查员已出库。",
)
