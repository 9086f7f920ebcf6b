"""Forms: one column, hints before fields, dates from the browser's picker, money in yuan."""

from datetime import date

from django import forms
from django.utils.translation import gettext, gettext_lazy

from kaogong.kernel.errors import Refused
from kaogong.kernel.money import parse_yuan
from kaogong.kernel.writing import tidy

from .wording import told

YEARS = range(1900, 2200)  # as in every sheet; the day before or after never falls off the calendar


def day_asked(text: str) -> date | None:
    """The day an address asks about; None where it is none, or of no year within."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


class DateField(forms.DateField):
    """A day, picked or typed."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def to_python(self, value):
        day = super().to_python(value)
        if day is not None and day.year not in YEARS:
            raise forms.ValidationError(gettext("年份应在 1900 年至 2199 年之间。"))
        return day


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


class AccountNumberField(TidyField):
    """The number of a body's bank account as people write it, kept in digits alone."""

    def to_python(self, value):
        written = super().to_python(value)
        digits = "".join(written.split()).replace("-", "")
        if written and not (digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 32):
            raise forms.ValidationError(gettext("应为 8 至 32 位数字。"))
        return digits


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
