"""The answer to an appeal about a claim."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SettleClaimAppealForm(forms.Form):
    """Upheld or not, and why."""

    upheld = forms.TypedChoiceField(
        label=_("结论"),
        choices=[("", _("请选择")), ("yes", _("申诉成立，重新审核")), ("no", _("申诉不成立"))],
        coerce=lambda value: value == "yes",
        help_text=_("成立的：退回的申领恢复审核；不予补贴、停拨的人重新列入申领，按现在的事实再测算。"),
    )
    answer = forms.CharField(
        label=_("答复"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("申诉人会看到；写明查明的事实和依据。"),
    )
