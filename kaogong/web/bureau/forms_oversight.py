"""Forms of ordered inspections, complaints, cases, sanctions and duties."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.supervision.queries import (
    CASE_CAUSES,
    CASE_GRADES,
    COMPLAINT_CHANNELS,
    COMPLAINT_OUTCOMES,
    INSPECTION_ORIGINS,
    SANCTION_EFFECTS,
)
from kaogong.web.parts.forms import DateField, MoneyField, TidyField
from kaogong.web.parts.values import in_english


def _text(label, *, rows: int = 4, most: int = 4000, help_text="", required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        help_text=help_text,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class OrderForm(forms.Form):
    """Why, and who is sent."""

    origin = forms.ChoiceField(label=_("检查来由"))
    because = _text(_("检查事由"), most=500, rows=3, help_text=_("写清要查什么。检查完成前机构看不到。"))
    because_of = TidyField(
        label=_("线索编号"),
        required=False,
        max_length=80,
        help_text=_("投诉举报、检查问题或风险线索的编号"),
    )
    inspectors = forms.MultipleChoiceField(
        label=_("检查员"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("至少两名；与机构有回避关系的不能选。"),
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["origin"].choices = [
            (code, label) for code, label in INSPECTION_ORIGINS.items() if code != "drawn"
        ]
        self.fields["inspectors"].choices = people


class ReceiveForm(forms.Form):
    """What came by telephone, visit or letter."""

    channel = forms.ChoiceField(
        label=_("来源"), choices=[(code, COMPLAINT_CHANNELS[code]) for code in ("phone", "visit", "letter")]
    )
    content = _text(_("反映内容"), rows=6)
    about = TidyField(label=_("反映对象"), required=False, max_length=200)
    is_named = forms.BooleanField(label=_("实名反映"), required=False)
    name = TidyField(
        label=_("举报人姓名"), required=False, max_length=60, help_text=_("只在实名时保存，加密")
    )
    contact = TidyField(
        label=_("联系方式"), required=False, max_length=120, help_text=_("只在实名时保存，加密")
    )


class AcceptForm(forms.Form):
    """Whom it is about."""

    institution = TidyField(
        label=_("被反映机构的信用代码"), required=False, max_length=18, help_text=_("已知的不用再填")
    )
    class_number = TidyField(label=_("班期编号"), required=False, max_length=40)


class ForwardForm(forms.Form):
    """To whom, and why it is not ours."""

    to = TidyField(label=_("转送单位"), max_length=120)
    reason = _text(_("转送理由"), most=500, rows=3, help_text=_("反映人能看到"))


class InquiryForm(forms.Form):
    """What the provider is to explain."""

    question = _text(
        _("请机构说明的情况"),
        most=2000,
        rows=6,
        help_text=_("机构只看到这段话，看不到投诉原文。不要写出举报人的姓名、岗位等可以认出本人的信息。"),
    )


class AnswerForm(forms.Form):
    """What was found, for the one who complained."""

    outcome = forms.ChoiceField(label=_("查实情况"), choices=list(COMPLAINT_OUTCOMES.items()))
    answer = _text(_("答复"), rows=6, help_text=_("反映人凭受理编号和查询码看到这段话"))


class OpenCaseForm(forms.Form):
    """Where it comes from, whom it is about, what is known."""

    cause = forms.ChoiceField(label=_("案件来由"), choices=list(CASE_CAUSES.items()))
    because_of = TidyField(label=_("线索编号"), max_length=80)
    institution = TidyField(label=_("机构的信用代码"), required=False, max_length=18)
    class_number = TidyField(label=_("班期编号"), required=False, max_length=40)
    facts = _text(_("查明的事实"), rows=6)


class GradeForm(forms.Form):
    """Every criterion, then the grade."""

    def __init__(self, *args, criteria, **kwargs):
        super().__init__(*args, **kwargs)
        english = in_english()
        self.criteria = criteria
        choices = [("yes", _("是")), ("no", _("否")), ("unknown", _("无法认定"))]
        for row in criteria:
            label = row.get("label_en", row["label"]) if english else row["label"]
            self.fields[f"answer_{row['code']}"] = forms.ChoiceField(
                label=label, choices=choices, widget=forms.RadioSelect(attrs={"class": "in-a-row"})
            )
            self.fields[f"why_{row['code']}"] = forms.CharField(
                label=gettext("理由：{criterion}").format(criterion=label), max_length=500
            )
        self.fields["grade"] = forms.ChoiceField(label=_("定性"), choices=list(CASE_GRADES.items()))
        self.fields["reason"] = _text(_("定性理由"), most=2000)
        self.fields["tolerance"] = _text(
            _("容错理由"), most=2000, required=False, help_text=_("定为失误时必填：为什么不予处理")
        )

    @property
    def answers(self) -> dict[str, tuple[str, str]]:
        given = self.cleaned_data
        return {
            row["code"]: (given[f"answer_{row['code']}"], given[f"why_{row['code']}"])
            for row in self.criteria
        }


class HandOverForm(forms.Form):
    """To whom a case goes."""

    to = TidyField(label=_("移送单位"), max_length=120)
    reason = _text(_("移送理由"), most=500, rows=3)


class RecoveryForm(forms.Form):
    """How much, by when, why."""

    amount_fen = MoneyField(label=_("追回金额"))
    due_on = DateField(label=_("退回期限"))
    claim_number = TidyField(label=_("申领编号"), required=False, max_length=30)
    reason = _text(_("追回理由"), most=500, rows=3)


class ProposeForm(forms.Form):
    """Which step, why; without a ladder also its name, months, effects and basis."""

    def __init__(self, *args, ladder, suggested="", needs_days, **kwargs):
        super().__init__(*args, **kwargs)
        english = in_english()
        if ladder:
            choices = []
            for row in ladder:
                words = row.get("label_en", row["label"]) if english else row["label"]
                if row.get("months"):
                    words = gettext("{step}（{months} 个月）").format(step=words, months=row["months"])
                choices.append((row["code"], words))
            self.fields["step"] = forms.ChoiceField(
                label=_("处理措施"), choices=choices, initial=suggested, widget=forms.RadioSelect
            )
        else:
            self.fields["label"] = TidyField(label=_("处理措施"), max_length=60)
            self.fields["months"] = forms.IntegerField(
                label=_("期限（月）"), required=False, min_value=1, max_value=120
            )
            self.fields["effects"] = forms.MultipleChoiceField(
                label=_("效力"),
                required=False,
                choices=list(SANCTION_EFFECTS.items()),
                widget=forms.CheckboxSelectMultiple,
            )
            self.fields["basis"] = TidyField(
                label=_("依据"), max_length=300, help_text=_("文件名称、文号和条款")
            )
        if needs_days:
            self.fields["pleading_days"] = forms.IntegerField(
                label=_("陈述申辩期限（工作日）"), min_value=1, max_value=60
            )
        self.fields["reason"] = _text(_("理由"), most=2000, help_text=_("机构能看到"))


class TellForm(forms.Form):
    """From which day."""

    start_on = DateField(label=_("开始执行日期"))


class DecideForm(forms.Form):
    """Why, answering what was said against it."""

    reason = _text(_("决定理由"), most=2000, help_text=_("须回应对方的陈述申辩；机构能看到"))


class DutyForm(forms.Form):
    """Who answers and who supervises, by log-in."""

    responsible = forms.ChoiceField(label=_("责任人"))
    supervisor = forms.ChoiceField(label=_("监管人"), help_text=_("岗位自己能办这项审批的人不能监管它"))

    def __init__(self, *args, approvers, others, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["responsible"].choices, self.fields["supervisor"].choices = approvers, others
