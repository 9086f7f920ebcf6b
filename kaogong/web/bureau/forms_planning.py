"""Forms of targets, supervision, plans, duties and meetings."""

from datetime import timedelta
from decimal import Decimal, InvalidOperation

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.catalog import queries as catalog
from kaogong.indicators import register
from kaogong.planning import queries
from kaogong.planning.states import DIRECTIONS, OVERLAP_ANSWERS
from kaogong.web.parts.forms import DateField, SheetField, TidyField

_LONG = forms.Textarea(attrs={"rows": 4})


def units_of(text: str) -> tuple[str, ...]:
    """Units as people list them: with 、 or commas, or one a line."""
    for sign in ("，", ",", "；", ";", "\n"):
        text = text.replace(sign, "、")
    return tuple(dict.fromkeys(part.strip() for part in text.split("、") if part.strip()))


class UnitsField(TidyField):
    """Several units in one line."""

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", _("几个单位用顿号隔开"))
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def clean(self, value):
        return units_of(super().clean(value) or "")


class PaperField(forms.FileField):
    """A paper that goes with words."""

    def __init__(self, **kwargs):
        kwargs.setdefault("required", False)
        kwargs.setdefault("help_text", _("PDF、JPG 或 PNG，不超过 10 MB"))
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}))
        super().__init__(**kwargs)


class TargetForm(forms.Form):
    """One target as its paper says it."""

    title = TidyField(label=_("目标"), max_length=200)
    indicator_code = forms.ChoiceField(label=_("指标"), help_text=_("目标按这个指标的口径统计"))
    starts_on = DateField(label=_("自"))
    last_on = DateField(label=_("至（含当日）"))
    direction = forms.ChoiceField(label=_("方向"))
    value = TidyField(
        label=_("目标值"), max_length=30, help_text=_("比例填百分数，例如 32；金额填元；其他填整数")
    )
    owner = TidyField(label=_("责任单位"), max_length=120)
    co_owners = UnitsField(label=_("配合单位"))
    clause = TidyField(label=_("依据"), max_length=120, help_text=_("文号和条款"))
    note = TidyField(label=_("说明"), max_length=400, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = sorted(register.indicators(), key=lambda one: one.code)
        self.fields["indicator_code"].choices = [
            (one.code, f"{gettext(one.name)}（{one.unit}）") for one in known
        ]
        self.fields["direction"].choices = [(code, gettext(word)) for code, word in DIRECTIONS.items()]

    def clean(self):
        given = super().clean()
        if "indicator_code" not in given:
            return given
        one = register.indicator_of(given["indicator_code"])
        given |= {"unit": one.unit, "time": "stock" if one.unit == "%" else one.time}
        if "value" in given:
            try:
                number = Decimal(given["value"].replace(",", "")) * one.scale
                if number != number.to_integral_value() or not 0 <= number < 10**17:
                    raise InvalidOperation
                given["value"] = int(number)
            except ArithmeticError:
                self.add_error("value", gettext("应为不小于零的数字，比例和金额最多两位小数，其他为整数。"))
        if given.get("last_on"):
            given["ends_on"] = given.pop("last_on") + timedelta(days=1)
        return given


class SupervisionForm(forms.Form):
    """Whom to ask, what, and by when."""

    unit = TidyField(label=_("被督办单位"), max_length=120)
    region_code = forms.ChoiceField(label=_("所在区域"), help_text=_("这个区域的账号看到督办并回复"))
    asked = forms.CharField(label=_("要求"), max_length=2000, widget=_LONG)
    working_days = forms.IntegerField(label=_("几个工作日内回复"), min_value=1, max_value=60)

    def __init__(self, *args, region_code, **kwargs):
        super().__init__(*args, **kwargs)
        under = [row for row in catalog.regions_under(region_code) if len(row.code) == 6]
        self.fields["region_code"].choices = [
            (region_code, catalog.region_name(region_code)),
            *((row.code, row.name) for row in under if row.code != region_code),
        ]


class ReplyForm(forms.Form):
    """What the unit answers."""

    content = forms.CharField(
        label=_("回复"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("写明原因、采取的措施和完成时间"),
    )  # fmt: skip
    replier = TidyField(label=_("回复人"), max_length=60, required=False)
    paper = PaperField(label=_("附件"))


class PlanForm(forms.Form):
    """Which year, until when."""

    year = forms.IntegerField(label=_("年度"), min_value=2010, max_value=2100)
    due_on = DateField(label=_("提报截止"))
    title = TidyField(label=_("名称"), max_length=120, required=False, help_text=_("不填时按区域和年度取名"))


class SubmissionForm(forms.Form):
    """Which department asks."""

    department = forms.ChoiceField(label=_("提报部门"))
    contact = TidyField(label=_("联系人和电话"), max_length=120, required=False)

    def __init__(self, *args, only: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        names = queries.departments()
        self.fields["department"].choices = [
            (code, gettext(name)) for code, name in names.items() if only in ("", code)
        ] or [(only, only)]


class LineForm(forms.Form):
    """One line asked for."""

    programme = forms.ChoiceField(label=_("培训项目"))
    region_code = forms.ChoiceField(label=_("培训区域"))
    occupation = TidyField(
        label=_("职业（工种）"),
        max_length=60,
        required=False,
        help_text=_("职业分类大典的名称或代码，可不填"),
    )
    group_code = forms.ChoiceField(label=_("人员类别"), required=False)
    people = forms.IntegerField(label=_("需求人数"), min_value=1, max_value=10_000_000)
    capacity = forms.IntegerField(
        label=_("培训能力"), min_value=0, max_value=10_000_000, help_text=_("当年最多能培训的人数")
    )
    note = TidyField(label=_("备注"), max_length=200, required=False)

    def __init__(self, *args, region_code, **kwargs):
        super().__init__(*args, **kwargs)
        under = [row for row in catalog.regions_under(region_code) if len(row.code) == 6]
        self.fields["programme"].choices = [(c, gettext(name)) for c, name in queries.programmes().items()]
        self.fields["region_code"].choices = [
            (region_code, catalog.region_name(region_code)),
            *((row.code, row.name) for row in under if row.code != region_code),
        ]
        self.fields["group_code"].choices = [("", "—"), *catalog.code_labels("group").items()]

    def clean_occupation(self):
        words = self.cleaned_data["occupation"]
        if not words:
            return ""
        for found in catalog.occupations_matching(words, limit=2):
            if words in (found.name, found.code):
                return found.code
        raise forms.ValidationError(gettext("不在职业分类大典中，请填大典里的名称或代码。"))


class LinesSheetForm(forms.Form):
    """The sheet a department already has."""

    file = SheetField(label=_("提报表"), help_text=_("标题行用样表的标题；合计行会自动略过"))


class SplitForm(forms.Form):
    """How numbers are split; a programme's total where it is not the sum asked for."""

    capacity_percent = forms.IntegerField(
        label=_("产能权重（%）"),
        min_value=0,
        max_value=100,
        help_text=_("其余按需求；0 只看需求，100 只看产能"),
    )
    within_capacity = forms.BooleanField(label=_("每项不超过自己的培训能力"), required=False)
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, parts, **kwargs):
        super().__init__(*args, **kwargs)
        names = queries.programmes()
        for part in parts:
            self.fields[f"total_{part.programme}"] = forms.IntegerField(
                label=gettext("{programme}总数").format(programme=names.get(part.programme, part.programme)),
                min_value=0,
                max_value=100_000_000,
                required=False,
                help_text=gettext("各单位共提出 {asked} 人；不填就按这个数").format(asked=f"{part.asked:,}"),
            )
        self.order_fields(["capacity_percent", "within_capacity"])

    @property
    def totals(self) -> dict[str, int]:
        said = self.cleaned_data.items()
        return {k.removeprefix("total_"): n for k, n in said if k.startswith("total_") and n is not None}


class _PairsForm(forms.Form):
    """Several pairs of lines, and why."""

    pairs = forms.MultipleChoiceField(label=_("重复"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, pairs, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pairs"].choices = pairs

    def clean_pairs(self):
        return [tuple(int(part) for part in pair.split("-")) for pair in self.cleaned_data["pairs"]]


class OverlapsForm(_PairsForm):
    """What becomes of lines that ask for the same people."""

    answer = forms.ChoiceField(label=_("处理"), widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        words = {code: word for code, word in OVERLAP_ANSWERS.items() if code != "undone"}
        self.fields["answer"].choices = [(code, gettext(word)) for code, word in words.items()]
        self.order_fields(["pairs", "answer", "reason"])


class UndoOverlapsForm(_PairsForm):
    """Which decisions to undo, and why."""


class SplitTargetForm(forms.Form):
    """What each district needs and can do, and how much capacity weighs."""

    capacity_percent = forms.IntegerField(
        label=_("产能权重（%）"),
        min_value=0,
        max_value=100,
        help_text=_("其余按需求；0 只看需求，100 只看产能"),
    )
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, asks, **kwargs):
        super().__init__(*args, **kwargs)
        self.asks = asks
        for ask in asks:
            for key, word in (("need", _("需求")), ("capacity", _("培训能力"))):
                self.fields[f"{key}_{ask.region_code}"] = forms.IntegerField(
                    label=f"{ask.name} {gettext(word)}", min_value=0, max_value=10**12
                )

    @property
    def rows(self):
        """The districts' fields two by two, for a table."""
        return [
            (ask.name, self[f"need_{ask.region_code}"], self[f"capacity_{ask.region_code}"])
            for ask in self.asks
        ]

    @property
    def given(self) -> list[queries.DistrictAsk]:
        said = self.cleaned_data
        return [
            queries.DistrictAsk(
                ask.region_code,
                ask.name,
                said[f"need_{ask.region_code}"],
                said[f"capacity_{ask.region_code}"],
            )
            for ask in self.asks
        ]


class ProposeForm(forms.Form):
    """Why this version; the first needs no reason."""

    reason = forms.CharField(
        label=_("理由"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("调整过的计划须写明为什么调整"),
    )  # fmt: skip


class PublishForm(forms.Form):
    """For how long the plan stands before the public."""

    working_days = forms.IntegerField(
        label=_("公布几个工作日"),
        min_value=1,
        max_value=60,
        help_text=_("文件只要求统一面向社会公布，没有规定天数"),
    )


class DutyForm(forms.Form):
    """A duty of one's own paper."""

    code = TidyField(label=_("代码"), max_length=40)
    title = TidyField(label=_("事项"), max_length=200)
    clause = TidyField(label=_("依据"), max_length=120, help_text=_("文号和条款"))
    lead_unit = TidyField(label=_("牵头单位"), max_length=120)
    joint_units = UnitsField(label=_("配合单位"))


class AssignForm(forms.Form):
    """Who does a duty, by when."""

    lead_unit = TidyField(label=_("牵头单位"), max_length=120)
    joint_units = UnitsField(label=_("配合单位"))
    officer = TidyField(label=_("承办人"), max_length=60, required=False)
    due_on = DateField(label=_("完成期限"), required=False)


class DutyReportForm(forms.Form):
    """How far a duty is."""

    unit = forms.ChoiceField(label=_("报告单位"))
    content = forms.CharField(label=_("进展"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
    paper = PaperField(label=_("附件"))

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [(unit, unit) for unit in units]


class MeetingForm(forms.Form):
    """When and where a joint meeting is, and who is asked to come."""

    title = TidyField(label=_("会议"), max_length=200)
    held_on = DateField(label=_("召开日期"))
    place = TidyField(label=_("地点"), max_length=120, required=False)
    chair = TidyField(label=_("主持人"), max_length=60, required=False)
    units = UnitsField(label=_("成员单位"))


class ItemForm(forms.Form):
    """One matter for a meeting."""

    subject = TidyField(label=_("议题"), max_length=200)
    raised_by = TidyField(label=_("提出单位"), max_length=120, required=False)


class DecisionForm(forms.Form):
    """What was decided."""

    decision = forms.CharField(label=_("决定"), max_length=2000, widget=_LONG)
    owner = TidyField(label=_("负责单位"), max_length=120)
    due_on = DateField(label=_("完成期限"))


class ResultForm(forms.Form):
    """What came of it."""

    result = forms.CharField(label=_("落实情况"), max_length=2000, widget=_LONG)


class HeldForm(forms.Form):
    """Who came."""

    attendees = forms.CharField(label=_("出席人员"), max_length=2000, required=False, widget=_LONG)
