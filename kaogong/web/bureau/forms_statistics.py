"""Forms of figures as documents give them."""

from datetime import timedelta
from decimal import Decimal

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.kernel.actor import Actor
from kaogong.kernel.period import Period
from kaogong.web.bureau.figure_question import region_choices
from kaogong.web.bureau.filters_statistics import stated_choices
from kaogong.web.parts import figures
from kaogong.web.parts import figures_period as periods
from kaogong.web.parts import figures_register as register
from kaogong.web.parts.forms import DateField, TidyField

MOST = 10**15


def read_value(text: str, unit: str) -> int:
    """A number as people write it, whole as figures are kept: yuan in fen, per cent and hours in hundredths."""
    try:
        number = Decimal(text.replace(",", "").removesuffix("%"))
        kept = number if figures.kind_of(unit) == "count" else number * 100
    except ArithmeticError:
        raise forms.ValidationError(gettext("请填写数字，例如 36 或 32.5。")) from None
    if not kept.is_finite() or kept != kept.to_integral_value():
        wanted = (
            gettext("这项数据只能是整数。")
            if figures.kind_of(unit) == "count"
            else gettext("最多写两位小数。")
        )
        raise forms.ValidationError(wanted)
    if abs(kept) > MOST:
        raise forms.ValidationError(gettext("数字太大，请核对单位。"))
    return int(kept)


def typed(value: int, unit: str) -> str:
    """A figure as it is typed into the form."""
    return str(value) if figures.kind_of(unit) == "count" else f"{Decimal(value) / 100:f}"


class _SourceForm(forms.Form):
    document = TidyField(
        label=_("来源文件"),
        max_length=200,
        help_text=_("文件名称和文号，如《2025年国民经济和社会发展统计公报》"),
    )
    clause = TidyField(label=_("条款或页码"), max_length=120, required=False)
    note = TidyField(
        label=_("说明"), max_length=300, required=False, help_text=_("口径上要注意的，如“含外来务工人员”")
    )
    paper = forms.FileField(
        label=_("来源文件原件"),
        required=False,
        help_text=_("PDF、JPEG 或 PNG，不超过 20 MB。不附的，页面上写明“未附文件”。"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )

    def clean_paper(self):
        """The file as the operation takes it: its name and its bytes."""
        file = self.cleaned_data["paper"]
        return (file.name, file.read()) if file else None


class StateForm(_SourceForm):
    """What a document says of one indicator, region and stretch of time."""

    indicator_code = forms.ChoiceField(label=_("指标"))
    region_code = forms.ChoiceField(label=_("区域"))
    period = forms.ChoiceField(label=_("时间"), required=False)
    from_on = DateField(label=_("其他期间从"), required=False, help_text=_("上面没有的期间在这里写起止日"))
    to_on = DateField(label=_("其他期间至"), required=False)
    value = TidyField(
        label=_("数值"), max_length=30, help_text=_("按指标名后面的单位填写；比例写百分数，如 32.5；金额写元")
    )
    field_order = ("indicator_code", "region_code", "period", "from_on", "to_on", "value")

    def __init__(self, *args, by: Actor, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["indicator_code"].choices = [
            (code, f"{name}（{register.unit_of(register.indicator_named(code))}）")
            for code, name in stated_choices()
        ]
        self.fields["region_code"].choices = [
            (code, "　" * depth + name) for code, name, depth in region_choices(by)
        ]
        self.fields["period"].choices = [
            ("", gettext("其他期间")),
            *((label, [(span.key, span.label) for span in spans]) for label, spans in periods.choices(today)),
        ]

    def clean(self):
        given = super().clean()
        first, last = given.get("from_on"), given.get("to_on")
        if given.get("period"):
            given["span"] = periods.span_named(given["period"])
        elif not (first and last):
            self.add_error("period", gettext("请选择时间，或写明起止日。"))
        elif last < first:
            self.add_error("to_on", gettext("期间的止日早于起日，请核对。"))
        else:
            end = last + timedelta(days=1)
            given["span"] = periods.span_of(first, Period(first, end).end)
        self._read_value(given)
        return given

    def _read_value(self, given) -> None:
        if given.get("value") and given.get("indicator_code"):
            unit = register.indicator_named(given["indicator_code"]).unit
            try:
                given["value"] = read_value(given["value"], unit)
            except forms.ValidationError as fault:
                self.add_error("value", fault)


class RestateForm(_SourceForm):
    """What it is instead, and why."""

    value = TidyField(label=_("更正后的数值"), max_length=30)
    reason = forms.CharField(
        label=_("更正原因"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("原来的数值和这条原因都会一直显示"),
    )
    field_order = ("value", "document", "clause", "paper", "note", "reason")

    def __init__(self, *args, unit: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.unit = unit
        self.fields["value"].help_text = gettext("单位：{unit}").format(unit=gettext(unit))

    def clean_value(self):
        return read_value(self.cleaned_data["value"], self.unit)
