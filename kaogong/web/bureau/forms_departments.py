"""Forms of departments' lists and of people registered twice."""

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.catalog import queries as catalog
from kaogong.departments import queries as departments
from kaogong.kernel.actor import Actor
from kaogong.web.parts.forms import DateField, MoneyField, SheetField, TidyField


class _TotalsForm(forms.Form):
    stated_rows = forms.IntegerField(
        label=_("部门声明的人次"),
        required=False,
        min_value=0,
        help_text=_("来文写明合计的照填；不填则按表尾“合计”行核对"),
    )
    stated_fen = MoneyField(
        label=_("部门声明的补贴合计"), required=False, help_text=_("单位：元，可写两位小数；没有补贴的不填")
    )


class CorrectedListForm(_TotalsForm):
    """The corrected list of a file, about the same department, district and period."""

    sheet = SheetField(label=_("更正后的明细表"), help_text=_(".xlsx、.xls 或 .csv，一人次一行"))
    field_order = ("sheet",)


class ListForm(_TotalsForm):
    """One list: whose, about where and when."""

    department_code = forms.ChoiceField(label=_("报送部门"))
    region_code = forms.ChoiceField(label=_("区域"))
    from_on = DateField(label=_("期间从"), help_text=_("培训在这段时间内结束的，列在这一期"))
    to_on = DateField(label=_("期间至"))
    sheet = SheetField(label=_("培训人员明细表"), help_text=_(".xlsx、.xls 或 .csv，一人次一行"))
    field_order = ("department_code", "region_code", "from_on", "to_on", "sheet")

    def __init__(self, *args, by: Actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department_code"].choices = _senders(by)
        self.fields["region_code"].choices = _regions(by)

    def clean(self):
        given = super().clean()
        first, last = given.get("from_on"), given.get("to_on")
        if first and last and last < first:
            self.add_error("to_on", gettext("期间的止日早于起日，请核对。"))
        return given


class CorrectedSumsForm(forms.Form):
    """The corrected sheet of sums, about the same department, district and period."""

    sheet = SheetField(label=_("更正后的合计表"), help_text=_(".xlsx、.xls 或 .csv，一个区县一个项目一行"))


class SumsForm(ListForm):
    """One sheet of sums: whose, about where and when."""

    stated_rows = None
    stated_fen = None
    sheet = SheetField(label=_("培训合计表"), help_text=_(".xlsx、.xls 或 .csv，一个区县一个项目一行"))


class TokenForm(forms.Form):
    """A token: for which system of which department, until when, and on what letter."""

    department_code = forms.ChoiceField(label=_("部门"))
    region_code = forms.ChoiceField(label=_("区域"), help_text=_("令牌只能报送这个区域的数据"))
    system_name = TidyField(
        label=_("系统名称"), max_length=80, help_text=_("哪个系统用，如“高素质农民培育信息系统”")
    )
    last_on = DateField(label=_("有效至"), help_text=_("最长一年，到期另发"))
    reason = forms.CharField(
        label=_("依据"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("部门来函及文号"),
    )

    def __init__(self, *args, by: Actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department_code"].choices = _senders(by)
        self.fields["region_code"].choices = _regions(by)


def _senders(by: Actor) -> list[tuple[str, str]]:
    senders = departments.senders()
    return (
        [(by.department_code, senders[by.department_code])] if by.department_code else list(senders.items())
    )


def _regions(by: Actor) -> list[tuple[str, str]]:
    inside = catalog.regions_under(by.region_code).filter(code__regex=r"^\d{6}$")
    return [
        (by.region_code, catalog.region_name(by.region_code)),
        *((region.code, region.name) for region in inside),
    ]


def a_year_on(today: date) -> date:
    """The last day of a token given today, unless a shorter time is chosen."""
    return today + timedelta(days=365)


def last_quarter(today: date) -> tuple[date, date]:
    """The first and last day of the quarter before today's."""
    first = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    last = first - timedelta(days=1)
    return date(last.year, last.month - 2, 1), last


class MergeForm(forms.Form):
    """The other row of the same human being, found by its whole number."""

    id_number = TidyField(
        label=_("另一个身份证号码"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("完整填写并入的那份档案的号码（15 或 18 位）"),
    )
    evidence = TidyField(
        label=_("依据"), max_length=300, help_text=_("如公安机关的重号更正证明、换发证件记录及其文号")
    )
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
