"""Forms of the yearly assessment of units."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.planning.states import SHOWN_AS, UNIT_KINDS
from kaogong.web.bureau.forms_planning import PaperField

_LONG = forms.Textarea(attrs={"rows": 4})


class AssessmentForm(forms.Form):
    """Which year and which units."""

    year = forms.IntegerField(label=_("考核年度"), min_value=2010, max_value=2100)
    units = forms.MultipleChoiceField(
        label=_("被考核单位"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("当年有目标、计划、责任或督办的已经勾上"),
    )

    def __init__(self, *args, candidates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["units"].choices = [
            (one.key, f"{gettext(one.name)}（{gettext(UNIT_KINDS[one.kind])}）") for one in candidates
        ]


class _Points(forms.Form):
    """Points on one criterion, or that it does not apply."""

    points = forms.DecimalField(
        label=_("得分"), required=False, min_value=0, max_value=100, decimal_places=2, max_digits=5
    )
    is_excluded = forms.BooleanField(
        label=_("这一项对这个单位不适用"), required=False, help_text=_("不计入总分，其余各项折算成百分")
    )

    def clean(self):
        given = super().clean()
        needed = given.get("upheld", True) is not False
        if (
            needed
            and not given.get("is_excluded")
            and given.get("points") is None
            and "points" not in self.errors
        ):
            self.add_error("points", gettext("请填写得分，或者注明不适用。"))
        return given


class UnitScoreForm(_Points):
    """Points by hand, with the ground and the paper behind them."""

    criterion_code = forms.ChoiceField(label=_("考核标准"))
    ground = forms.CharField(
        label=_("理由"), max_length=500, widget=_LONG, help_text=_("被考核单位看得到"), required=True
    )
    paper = PaperField(label=_("依据的材料"))

    def __init__(self, *args, criteria, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["criterion_code"].choices = criteria
        self.order_fields(["criterion_code", "points", "is_excluded", "ground", "paper"])


class TellForm(forms.Form):
    """How long units may object, where no rule of the place says it."""

    working_days = forms.IntegerField(
        label=_("几个工作日内提出意见"),
        required=False,
        min_value=1,
        max_value=60,
        help_text=_("本地规定了期限的，按规定，不用填写。"),
    )


class PublishAssessmentForm(forms.Form):
    """How the result is told."""

    shown_as = forms.ChoiceField(label=_("通报方式"), widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["shown_as"].choices = [(code, gettext(word)) for code, word in SHOWN_AS.items()]


class UnitObjectionForm(forms.Form):
    """What a unit says against its points on one criterion."""

    criterion_code = forms.ChoiceField(label=_("对哪一项"))
    content = forms.CharField(
        label=_("意见"), max_length=2000, widget=_LONG, help_text=_("写明应得多少、依据是什么")
    )
    paper = PaperField(label=_("附件"))

    def __init__(self, *args, criteria, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["criterion_code"].choices = criteria


class SettleObjectionForm(_Points):
    """The answer to an objection."""

    upheld = forms.TypedChoiceField(
        label=_("结论"),
        choices=[("", _("请选择")), ("yes", _("采纳，更正得分")), ("no", _("不采纳"))],
        coerce=lambda value: value == "yes",
    )
    answer = forms.CharField(label=_("答复"), max_length=2000, widget=_LONG, help_text=_("被考核单位看得到"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["points"].label = _("更正后的得分")
        self.fields["points"].help_text = _("采纳时填写")
        self.order_fields(["upheld", "points", "is_excluded", "answer"])
