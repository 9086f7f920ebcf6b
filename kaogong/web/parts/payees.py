"""What a payee or claimant fills in, at every door: another account with its proof, an appeal with its papers."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kaogong.claims.operations.case_papers import MOST_PAPERS
from kaogong.web.parts.forms import TidyField


class SeveralPapers(forms.FileInput):
    """Several papers at once."""

    allow_multiple_selected = True


class SeveralPapersField(forms.FileField):
    """A list of uploads, each as its name and its bytes."""

    widget = SeveralPapers(attrs={"accept": "application/pdf,image/jpeg,image/png", "multiple": True})

    def clean(self, value, initial=None):
        uploads = [super(SeveralPapersField, self).clean(one, initial) for one in value or [None]]
        return [(one.name, one.read()) for one in uploads if one]


def papers_field(label, hint, *, required: bool = False) -> SeveralPapersField:
    """A field for papers with what is wanted said before it."""
    told = format_lazy(
        "{hint} {form}", hint=hint, form=format_lazy(_("PDF、JPEG 或 PNG，最多 {n} 份。"), n=MOST_PAPERS)
    )
    return SeveralPapersField(label=label, required=required, help_text=told)


PROOF = _("银行卡或存折照片、开户许可证、银行出具的变更证明等。")


class AccountChangeForm(forms.Form):
    """Another account, why, and what proves that it is the payee's."""

    bank_name = TidyField(label=_("开户银行"), max_length=80, help_text=_("写到支行，如“某某银行某某支行”"))
    account = TidyField(
        label=_("新的银行账号"),
        max_length=40,
        help_text=_("照卡面或开户证明填写，空格可有可无"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    holder = TidyField(
        label=_("户名"), max_length=120, help_text=_("须与收款人登记的名称一致，不能用别人的账户。")
    )
    reason = forms.CharField(
        label=_("变更理由"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("会记入经办轨迹。"),
    )
    papers = papers_field(_("证明材料"), PROOF, required=True)


class AnswerReturnForm(forms.Form):
    """What was asked for when a change was returned."""

    reason = forms.CharField(label=_("补正说明"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    papers = papers_field(_("补充的证明材料"), PROOF)


class ClaimAppealForm(forms.Form):
    """What is wrong with a decision, and what shows it."""

    content = forms.CharField(
        label=_("申诉理由"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("写明对哪一个决定不服、事实和依据是什么，希望怎样处理。"),
    )
    papers = papers_field(_("证据材料"), _("没有材料的可以不传。"))
