"""Forms of the pages of returns: what is drawn up, written, explained, uploaded, registered."""

from datetime import date

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.returns import queries as returns
from kaogong.returns.states import CATEGORIES, KINDS, TEMPLATE_KINDS
from kaogong.web.parts.figures_register import every_indicator, name_of, unit_of
from kaogong.web.parts.forms import DateField, TidyField


class DraftReturnForm(forms.Form):
    """Which period that is over."""

    period = forms.ChoiceField(label=_("报表"), help_text=_("只列已经结束的期间。"))

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = [
            (
                gettext(str(label)),
                [
                    (f"{kind}:{start.isoformat()}", returns.period_name(kind, returns.period_of(kind, start)))
                    for start in returns.periods_over(kind, today, 8 if kind == "quarterly" else 4)
                ],
            )
            for kind, label in KINDS.items()
        ]

    def clean_period(self):
        kind, _mark, start = self.cleaned_data["period"].partition(":")
        return kind, date.fromisoformat(start)


class SeenForm(forms.Form):
    """What is written is written of the content that was shown, known by its digest."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class WordsForm(SeenForm):
    """The narrative, one paragraph a line."""

    text = forms.CharField(
        label=_("文字说明"),
        help_text=_(
            "一行一段。改动数字后，与表中数字对得上的仍有出处，对不上的会标为“手工填写”。"
            "可以写占位符，例如 {{ 取证率 | 本年累计 }}。"
        ),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 18}),
    )


class ExplainForm(SeenForm):
    """Why a relation does not hold, one box for each."""

    def __init__(self, *args, findings: list[dict], **kwargs):
        super().__init__(*args, **kwargs)
        for place, found in enumerate(findings):
            self.fields[f"why{place}"] = forms.CharField(
                label=found["title"],
                help_text=found["words"],
                max_length=500,
                required=False,
                initial=found["explanation"],
                widget=forms.Textarea(attrs={"rows": 2}),
            )


class ExplainChangesForm(SeenForm):
    """Why single cells of a restatement differ."""

    def __init__(self, *args, changes: list[dict], **kwargs):
        super().__init__(*args, **kwargs)
        for place, change in enumerate(changes):
            self.fields[f"why{place}"] = forms.CharField(
                label=change["label"],
                help_text=gettext("原 {old}，现 {new}").format(old=change["old"], new=change["new"]),
                max_length=300,
                required=False,
                initial=change["why"],
            )


class UploadTemplateForm(forms.Form):
    """A template edited in Excel or Word."""

    kind = forms.ChoiceField(label=_("种类"), choices=list(TEMPLATE_KINDS.items()))
    file = forms.FileField(
        label=_("模板文件"),
        help_text=_(".xlsx 或 .docx，不超过 5 MB。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.docx"}),
    )
    starts_on = DateField(label=_("启用日期"), help_text=_("从这一天起出的报表用这一版，已经冻结的不变。"))
    note = TidyField(label=_("修改说明"), max_length=300, required=False)

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if not upload.name.lower().endswith((".xlsx", ".docx")):
            raise forms.ValidationError(
                gettext("只收 .xlsx 和 .docx。旧的 .xls、.doc 请先在 Office 中另存为新格式。")
            )
        if upload.size > 5 * 2**20:
            raise forms.ValidationError(gettext("文件超过 5 MB。请删去图片和空白行后再上传。"))
        return upload


class ProposalForm(forms.Form):
    """A proposal as it was handed over."""

    category = forms.ChoiceField(label=_("类别"), choices=list(CATEGORIES.items()), widget=forms.RadioSelect)
    session = TidyField(label=_("会议"), max_length=100, help_text=_("例如：市人大十六届二次会议"))
    number = TidyField(label=_("编号"), max_length=20, help_text=_("只填号码，例如：291"))
    deputies = TidyField(label=_("代表或委员"), max_length=300, help_text=_("多位用顿号分开"))
    subject = TidyField(label=_("标题"), max_length=200)
    text = forms.CharField(
        label=_("内容"), required=False, max_length=30_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    received_on = DateField(label=_("交办日期"))
    due_on = DateField(label=_("答复期限"), help_text=_("按交办通知填写。"))


class AnswerFiguresForm(forms.Form):
    """Which figures the answer states, of which days."""

    starts_on = DateField(label=_("数据起始日"))
    ends_on = DateField(label=_("数据截止日"))
    codes = forms.MultipleChoiceField(
        label=_("要写入答复的指标"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 14}),
        help_text=_("每个指标生成一句话，数字有出处，可以再改写。按住 Ctrl 可以选多个。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["codes"].choices = [
            (one.code, f"{name_of(one)}（{unit_of(one)}）") for one in every_indicator()
        ]


class AnswerForm(SeenForm):
    """The answer's words, one paragraph a line."""

    document_number = TidyField(label=_("文号"), max_length=60, required=False)
    text = forms.CharField(
        label=_("正文"),
        max_length=30_000,
        help_text=_(
            "一行一段；“一、”开头的是标题，“（一）”开头的是小标题。"
            "可以写占位符，例如 {{ 培训后取证人次 | 本期 }}，取自本答复的统计数据。"
        ),
        widget=forms.Textarea(attrs={"rows": 24}),
    )
    contact = TidyField(label=_("联系人及电话"), max_length=100, required=False)
    copies = TidyField(label=_("抄送"), max_length=300, required=False)
