"""Forms of risk findings and payment holds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kaogong.risk.states import ESCALATIONS, OUTCOMES


class AskForm(forms.Form):
    """What the provider is asked."""

    question = forms.CharField(
        label=_("请机构说明"),
        max_length=1000,
        help_text=_("机构会看到这段话和涉及本机构的依据。"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class CloseForm(forms.Form):
    """What it came to, and why."""

    outcome = forms.ChoiceField(
        label=_("办理结果"),
        choices=[(code, _(word)) for code, word in OUTCOMES.items()],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=1000,
        help_text=_("写清查了什么、凭什么这样认定；会记入经办轨迹。"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class EscalateForm(CloseForm):
    """Where it goes, and why."""

    outcome = forms.ChoiceField(
        label=_("移送"),
        choices=[(code, _(word)) for code, word in ESCALATIONS.items()],
        widget=forms.RadioSelect,
    )


class PlaceHoldForm(forms.Form):
    """Why the money waits, and how it can be answered."""

    reason = forms.CharField(
        label=_("暂缓原因"),
        max_length=300,
        help_text=_("机构和经办都会看到，请写事实，不写结论。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    answer_by = forms.CharField(
        label=_("可以这样答复"),
        max_length=300,
        help_text=_("写清要对方提供什么，例如：请上传开户人与学员关系的证明。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    cause = forms.CharField(label=_("由何而来"), max_length=80, help_text=_("例如举报件编号、来文文号。"))
