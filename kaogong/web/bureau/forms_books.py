"""Forms of closing books and accounts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kaogong.web.parts.forms import DateField


class ClosePeriodForm(forms.Form):
    """Which fund's books, and through which day."""

    fund_code = forms.ChoiceField(label=_("资金"), choices=[])
    last_on = DateField(label=_("结账至"), help_text=_("含这一天；通常是月末。"))
    reason = forms.CharField(
        label=_("说明"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    confirmed = forms.BooleanField(label=_("我已核对试算平衡，确认结账"))

    def __init__(self, *args, named_funds=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fund_code"].choices = list(named_funds)


class ConfirmReasonForm(forms.Form):
    """Why, and that it is meant."""

    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    confirmed = forms.BooleanField(label=_("我已了解后果，确认办理"))
