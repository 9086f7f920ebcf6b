"""Forms of recognition, registers and yearly evaluation."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.institutions import queries as institutions
from kaogong.web.parts.forms import DateField, SheetField, TidyField
from kaogong.web.parts.values import in_english

from .forms_supervision import PhotographsField


def _why(label) -> forms.CharField:
    return forms.CharField(label=label, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class JudgeForm(forms.Form):
    """One condition, judged by a person."""

    verdict = forms.ChoiceField(
        label=_("结论"),
        choices=[("ok", _("符合")), ("no", _("不符合")), ("ask", _("待核实"))],
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=500,
        help_text=_("看了什么材料、核了什么；与数字判断不一致时必填。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class VisitForm(forms.Form):
    """The sheet of a site visit."""

    visited_on = DateField(label=_("核查日期"))
    visitors = forms.CharField(
        label=_("同行的核查人"),
        required=False,
        max_length=200,
        help_text=_("填表人之外还有谁到场，几个人用顿号隔开。至少两人到场。"),
    )

    def __init__(self, *args, items, **kwargs):
        super().__init__(*args, **kwargs)
        english = in_english()
        self.items = items
        answers = [("yes", _("是")), ("no", _("否")), ("na", _("不适用"))]
        for item in items:
            self.fields[f"item_{item['code']}"] = forms.ChoiceField(
                label=item.get("label_en") if english else item["label"],
                choices=answers,
                widget=forms.RadioSelect,
            )
        self.fields["findings"] = forms.CharField(
            label=_("发现的问题"),
            required=False,
            max_length=2000,
            help_text=_("有一项为“否”时必填。"),
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        self.fields["notes"] = forms.CharField(
            label=_("核查记录"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
        )
        self.fields["photos"] = PhotographsField(
            label=_("现场照片"), required=False, help_text=_("JPEG 或 PNG，每张不超过 10 MB，可以不传。")
        )

    @property
    def answers(self) -> dict[str, str]:
        return {item["code"]: self.cleaned_data[f"item_{item['code']}"] for item in self.items}

    @property
    def visitor_names(self) -> list[str]:
        given = self.cleaned_data["visitors"]
        for mark in ("，", ",", ";", "；", "\n", "　", " "):
            given = given.replace(mark, "、")
        return [name for name in given.split("、") if name]


class ApproveApplicationForm(forms.Form):
    """Reasons and the filing number."""

    filing_number = TidyField(label=_("备案号"), max_length=40, help_text=_("例如：青西认〔2026〕3号"))
    reason = _why(_("同意认定的理由"))


class ContractNumberForm(forms.Form):
    """The contract's number; the rest is what was applied for."""

    number = TidyField(label=_("协议编号"), max_length=40)


class DaysForm(forms.Form):
    """How long a notice stands where no paper says it."""

    working_days = forms.IntegerField(
        label=_("公示几个工作日"),
        required=False,
        min_value=1,
        max_value=60,
        help_text=_("本地规定了公示期的，按规定，不用填写。"),
    )


class EndContractForm(forms.Form):
    """Why a contract ends and what happens to the classes under way."""

    arrangement = forms.ChoiceField(label=_("在训班次怎么安排"), required=False)
    reason = _why(_("终止的理由"))

    def __init__(self, *args, classes, **kwargs):
        super().__init__(*args, **kwargs)
        if classes:
            self.fields["arrangement"].choices = [("", gettext("请选择")), *institutions.ARRANGEMENTS]
        else:
            del self.fields["arrangement"]


class TenderForm(forms.Form):
    """The filed result of a tender."""

    number = TidyField(label=_("招标采购编号"), max_length=60)
    title = TidyField(label=_("项目名称"), max_length=200)
    awarded_on = DateField(label=_("中标日期"))
    filing_number = TidyField(label=_("备案号"), max_length=60)
    credit_codes = forms.CharField(
        label=_("中标机构的统一社会信用代码"),
        max_length=4000,
        help_text=_("每行一个。机构须先登记为培训机构。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_credit_codes(self):
        return self.cleaned_data["credit_codes"].split()


class BrandForm(forms.Form):
    """One brand and what is the same everywhere under it."""

    owner = TidyField(label=_("品牌所有者的信用代码"), max_length=18)
    name = TidyField(label=_("品牌名称"), max_length=80)
    kind = forms.ChoiceField(label=_("类别"), choices=institutions.BRAND_KINDS)
    image = TidyField(label=_("统一形象标识"), max_length=200)
    trade_mark = TidyField(label=_("统一商标字号"), max_length=120)
    way_of_running = TidyField(label=_("统一经营模式"), max_length=200)
    rules = TidyField(label=_("统一管理制度"), max_length=200)


class JoinBrandForm(forms.Form):
    """A body that runs under a brand."""

    credit_code = TidyField(
        label=_("加入机构的信用代码"), max_length=18, help_text=_("可以是外地登记的机构。")
    )


class PilotForm(forms.Form):
    """A pilot and the paper that names it."""

    kind = forms.ChoiceField(label=_("试点"), choices=institutions.PILOT_KINDS)
    document = TidyField(label=_("依据文号"), max_length=120)
    starts_on = DateField(label=_("起"))


class OpenEvaluationForm(forms.Form):
    """The year to evaluate."""

    year = forms.IntegerField(label=_("评估年度"), min_value=2015, max_value=2100)


class ScoreForm(forms.Form):
    """An assessor's points on one criterion."""

    criterion_code = forms.ChoiceField(label=_("评估标准"))
    points = forms.DecimalField(label=_("得分"), min_value=0, max_value=100, decimal_places=2, max_digits=5)
    remark = TidyField(label=_("说明"), max_length=300, required=False)

    def __init__(self, *args, criteria, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["criterion_code"].choices = criteria


class OutsideScoresForm(forms.Form):
    """A third party's sheet."""

    sheet = SheetField(
        label=_("第三方评估得分表"), help_text=_("栏目：统一社会信用代码、机构名称、评估标准、得分、说明。")
    )


class SettleAppealForm(forms.Form):
    """The answer to an appeal."""

    upheld = forms.TypedChoiceField(
        label=_("结论"),
        choices=[("", _("请选择")), ("yes", _("申诉成立，更正得分")), ("no", _("申诉不成立"))],
        coerce=lambda value: value == "yes",
    )
    total = forms.DecimalField(
        label=_("更正后的总分"),
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=2,
        help_text=_("申诉成立时填写，等级按总分重新确定。"),
    )
    answer = forms.CharField(
        label=_("答复"),
        max_length=2000,
        help_text=_("机构看得到。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
