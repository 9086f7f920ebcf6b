"""Forms of enquiries: given out, forwarded, merged, answered, published."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.enquiries import queries
from kaogong.enquiries.operations import REPLY_AT_MOST
from kaogong.kernel.reference import read_departments
from kaogong.web.parts.enquiries import category_choices
from kaogong.web.parts.figures_register import every_indicator, name_of, unit_of
from kaogong.web.parts.forms import DateField, TidyField


class AssignForm(forms.Form):
    """To whom, and what it really is about."""

    to = forms.TypedChoiceField(label=_("承办人"), coerce=int)
    category = forms.ChoiceField(label=_("咨询类别"), help_text=_("咨询人选得不对的，在这里改正"))

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(one.pk, one.name) for one in queries.clerks(by)]
        self.fields["category"].choices = category_choices()


class ForwardEnquiryForm(forms.Form):
    """To which department, and why."""

    department = forms.ChoiceField(label=_("承办部门"))
    reason = forms.CharField(label=_("转办理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [
            (one.code, one.name) for one in read_departments() if one.code != "hrss"
        ]


class MergeForm(forms.Form):
    """Into which one."""

    into = TidyField(
        label=_("主件的咨询编号"),
        max_length=20,
        help_text=_("例如 ZX-2026-00001。咨询人看到的是主件的答复。"),
    )


class ReplyForm(forms.Form):
    """The answer's words; for those who see figures, which to take in over which days."""

    text = forms.CharField(
        label=_("答复内容"),
        required=False,
        max_length=REPLY_AT_MOST,
        help_text=_("一行一段，咨询人看到的就是这些文字。自己写的数字会标为“手工填写”，请核对。"),
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    codes = forms.MultipleChoiceField(
        label=_("要写入答复的指标"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("每个指标在末尾生成一句话，写明出处。按住 Ctrl 可以选多个。"),
    )
    starts_on = DateField(label=_("数据起始日"), required=False)
    ends_on = DateField(label=_("数据截止日"), required=False)

    def __init__(self, *args, with_figures: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if with_figures:
            self.fields["codes"].choices = [
                (one.code, f"{name_of(one)}（{unit_of(one)}）") for one in every_indicator()
            ]
        else:
            for name in ("codes", "starts_on", "ends_on"):
                del self.fields[name]

    def clean(self):
        given = super().clean()
        if not given.get("text", "").strip() and not given.get("codes"):
            self.add_error("text", gettext("请填写答复内容。"))
        if not given.get("codes"):  # days alone ask for nothing
            given.pop("starts_on", None), given.pop("ends_on", None)
        return given


class PublishForm(forms.Form):
    """What everybody may read, in words edited by a person."""

    question = TidyField(
        label=_("问题"),
        max_length=200,
        help_text=_("改写成大家都会问的一句话，不出现姓名、单位、日期等个人情况"),
    )
    answer = forms.CharField(label=_("答复"), max_length=5000, widget=forms.Textarea(attrs={"rows": 8}))
    category = forms.ChoiceField(label=_("类别"))
    scheme_code = forms.ChoiceField(
        label=_("所依据的补贴项目"),
        required=False,
        help_text=_("选了的，这个项目的条件或标准一有变动，当天夜里自动撤下。"),
    )
    holds_from = DateField(label=_("适用起始日"), help_text=_("从这一天起在门户显示"))
    is_anonymous = forms.BooleanField(
        label=_("我已核对：文字里没有咨询人的姓名、号码，也没有能认出本人的情况")
    )

    def __init__(self, *args, region_code, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = category_choices()
        self.fields["scheme_code"].choices = [
            ("", gettext("不依据某个补贴项目")),
            *queries.schemes_offered(region_code, today),
        ]


class PeriodForm(forms.Form):
    """Which days of asking are counted."""

    from_on = DateField(label=_("收到不早于"))
    until_on = DateField(label=_("收到不晚于"))

    def clean(self):
        given = super().clean()
        if given.get("from_on") and given.get("until_on") and given["until_on"] < given["from_on"]:
            self.add_error("until_on", gettext("截止日早于起始日，请改正。"))
        return given
