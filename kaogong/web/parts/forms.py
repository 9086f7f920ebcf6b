"""Forms: one column, hints before fields, dates from the browser's picker, money in yuan."""

from django import forms
from django.utils.translation import gettext, gettext_lazy

from kaogong.kernel.errors import Refused
from kaogong.kernel.money import parse_yuan
from kaogong.kernel.writing import tidy

from .wording import told


class DateField(forms.DateField):
    """A day, picked or typed."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class TimeField(forms.TimeField):
    """A time of day."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class TidyField(forms.CharField):
    """Text as typed by people: full-width digits and stray spaces are put right."""

    def to_python(self, value):
        return tidy(super().to_python(value) or "")


class MoneyField(forms.CharField):
    """Yuan typed by a person, kept as integer fen."""

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", gettext_lazy("单位：元，可写两位小数"))
        super().__init__(**kwargs)
        self.widget.attrs["inputmode"] = "decimal"

    def to_python(self, value):
        text = super().to_python(value)
        if not text:
            return None
        try:
            return parse_yuan(text)
        except Refused as refusal:
            raise forms.ValidationError(told(refusal)) from None


class SheetField(forms.FileField):
    """A spreadsheet someone already has."""

    widget = forms.FileInput(attrs={"accept": ".xlsx,.xls,.xlsb,.ods,.csv,.txt"})
    limit = 60 * 2**20

    def clean(self, value, initial=None):
        upload = super().clean(value, initial)
        if upload is not None and upload.size > self.limit:
            raise forms.ValidationError(gettext("文件超过 60 MB。请删去空白行和图片后另存为 .xlsx 再上传。"))
        return upload


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
