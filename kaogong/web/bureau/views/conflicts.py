"""Conflicts found after payment, and what is done about each."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.claims import operations
from kaogong.claims import queries as claims
from kaogong.rules import LEVELS
from kaogong.web.bureau import judged as told_by
from kaogong.web.bureau.filters_money import ConflictFilter
from kaogong.web.bureau.forms_money import ConflictAnswerForm
from kaogong.web.bureau.tables_money import ConflictTable
from kaogong.web.parts.lists import ListPage
from kaogong.web.parts.pages import FormPage


class Conflicts(ListPage):
    """Found after payment: a revoked certificate, or a subsidy elsewhere of the same or a higher level."""

    title = _("拨付后冲突")
    subtitle = _("款已拨付后才发现的抵触，逐件由人核查")
    table_class = ConflictTable
    filter_class = ConflictFilter
    may = P.VIEW_PEOPLE
    empty_title = _("没有拨付后冲突")
    empty_text = _("证书撤销或登记异地补贴时，系统会自动比对已拨付的补贴。")

    def rows(self, request):
        return claims.conflicts(request.actor, status="")


class Conflict(FormPage):
    """Both sides of one conflict, and what is done about it."""

    title = _("拨付后冲突")
    template_name = "bureau/claims/conflict.html"
    form_class = ConflictAnswerForm
    may = P.VIEW_PEOPLE
    may_act = P.RETURN_CLAIM
    submit_label = _("记入处理意见")
    done_story = _("已记入处理意见。")

    def start(self, request, pk):
        self.conflict = claims.conflict(pk, by=request.actor)
        self.subtitle = self.conflict.message
        self.cancel_url = reverse("bureau:conflicts:list")

    def more(self, request):
        line = self.conflict.line
        other = next(
            (
                e
                for e in claims.history([line.person_id])[line.person_id]
                if e.reference == self.conflict.because_of
            ),
            None,
        )
        return {
            "conflict": self.conflict,
            "line": line,
            "occupation": catalog.occupation_name(line.occupation_code),
            "level": LEVELS[line.level][told_by.is_english()],
            "other": other,
            "other_occupation": catalog.occupation_name(other.occupation_code) if other else "",
            "other_level": LEVELS[other.level][told_by.is_english()] if other else "",
            "other_region": catalog.region_name(other.region_code) if other and other.region_code else "",
            "certificate": self.conflict.certificate,
            "certificate_occupation": catalog.occupation_name(self.conflict.certificate.occupation_code)
            if self.conflict.certificate
            else "",
            "may_answer": self.conflict.status == "open" and request.actor.may(P.RETURN_CLAIM),
        }

    def act(self, request, form):
        operations.answer_conflict(
            self.conflict.pk, answer=form.cleaned_data["answer"], by=request.actor, at=request.at
        )
        return reverse("bureau:conflicts:detail", args=[self.conflict.pk])
