"""The people of the team a grant is asked for."""

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.grants import operations
from kaogong.grants import queries as grants
from kaogong.web.parts.forms import TidyField
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.values import scheme_name


class MemberForm(forms.Form):
    """One person of the team."""

    name = TidyField(label=_("姓名"), max_length=60)
    id_number = TidyField(label=_("身份证号码"), max_length=18)
    leads = forms.BooleanField(label=_("带头人"), required=False)
    although = TidyField(
        label=_("列入两个团队的理由"), max_length=200, required=False,
        help_text=_("本年度已在同一项目另一个团队里的才填"),
    )  # fmt: skip


class AddMember(FormPage):
    """Name one person of the team in a draft."""

    title = _("添加团队成员")
    form_class = MemberForm
    may = P.SUBMIT_GRANT
    submit_label = _("添加")
    next_story = _("与实名人员库核对姓名和身份证号码，没有档案的建档。")
    done_story = _("已添加一名成员。")

    def start(self, request, pk):
        self.grant = grants.grant(pk, by=request.actor)
        self.subtitle = f"{self.grant.number} · {scheme_name(self.grant.scheme_code)}"
        self.cancel_url = reverse("provider:grants:detail", args=[pk])

    def act(self, request, form):
        operations.add_team_member(self.grant.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


def _to(_request: HttpRequest, member) -> str:
    return reverse("provider:grants:detail", args=[member.grant_id])


remove_member = act(operations.remove_team_member, to=_to, done=_("已删去一名成员。"))
