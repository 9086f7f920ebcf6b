"""Forms of the bureau's door about claims and money."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.claims import queries as claims
from kaogong.gateways.bank import CODES
from kaogong.ledger.states import PUBLIC_LEVELS
from kaogong.rules.vocabulary import CERTIFICATE_KINDS, LEVELS, PAYEES
from kaogong.web.parts.forms import (
    AccountNumberField,
    DateField,
    MoneyField,
    ReasonForm,
    SheetField,
    TidyField,
)
from kaogong.web.parts.payees import papers_field

from .judged import is_english

YES_NO = [("true", _("是")), ("false", _("否"))]
_DAYS = ("birth_on", "certificate_issued_on", "class_started_on", "class_ended_on")
_COUNTS = ("age_on_event", "insured_months", "paid_first_fen")
_HOURS = ("hours_planned", "hours_attended", "days_attended")
_YES_NO = (
    "identity_verified",
    "receives_pension",
    "insured",
    "certificate_verified",
    "certificate_revoked",
    "provider_recognised_on_day",
    "bank_account_present",
)


def value_field(fact: str) -> forms.Field:
    """The field in which one fact is said: a date, a number, yes or no, or a choice."""
    side = is_english()
    if fact in _YES_NO:
        return forms.TypedChoiceField(
            label=_("事实"), choices=YES_NO, coerce=lambda v: v == "true", widget=forms.RadioSelect
        )
    if fact in _DAYS:
        return DateField(label=_("日期"))
    if fact == "paid_first_fen":
        return MoneyField(label=_("金额"))
    if fact in _COUNTS:
        return forms.IntegerField(label=_("数值"), min_value=0, max_value=1200)
    if fact in _HOURS:
        return forms.RegexField(
            r"^\d{1,6}(\.\d{1,2})?$",
            label=_("数值"),
            help_text=_("可写两位小数，例如 79.5"),
            error_messages={"invalid": _("应为数字，至多两位小数。")},
        )
    if fact.endswith("_region_code"):
        return forms.RegexField(
            r"^\d{6}$",
            label=_("区划代码"),
            help_text=_("六位，例如 370299"),
            error_messages={"invalid": _("应为六位区划代码。")},
        )
    if fact == "groups":
        groups = claims.rulebook().groups.values()
        return forms.MultipleChoiceField(
            label=_("人员类别"),
            choices=[(g.code, g.label_en if side else g.label) for g in groups],
            widget=forms.CheckboxSelectMultiple,
        )
    if fact == "certificate_kind":
        return forms.ChoiceField(
            label=_("证书种类"), choices=[(k, w[side]) for k, w in CERTIFICATE_KINDS.items()]
        )
    if fact in ("certificate_level", "class_level"):
        return forms.TypedChoiceField(
            label=_("等级"), choices=[(k, w[side]) for k, w in LEVELS.items()], coerce=int
        )
    if fact == "paid_first_by":
        return forms.ChoiceField(label=_("谁先垫付"), choices=[(k, w[side]) for k, w in PAYEES.items()])
    if fact == "sex":
        return forms.ChoiceField(label=_("性别"), choices=[("male", _("男")), ("female", _("女"))])
    return TidyField(label=_("内容"), max_length=80)


class EvidenceForm(forms.Form):
    """One fact the product does not know, with where it comes from."""

    source = TidyField(
        label=_("材料来源"),
        max_length=200,
        help_text=_("哪个部门的哪份材料，例如：社会保险经办机构参保证明 2026-07-01"),
    )
    reason = forms.CharField(label=_("说明"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, fact: str, label: str, **kwargs):
        super().__init__(*args, **kwargs)
        field = value_field(fact)
        field.label = label
        self.fields = {"value": field, **self.fields}


class ApprovalForm(forms.Form):
    """Whether people without evidence go out of this claim, and a remark."""

    leave_out_open = forms.BooleanField(required=False)
    reason = forms.CharField(
        label=_("核准意见"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, open_count: int, **kwargs):
        super().__init__(*args, **kwargs)
        if open_count:
            self.fields["leave_out_open"].label = gettext("需补证据的 {n} 人本次不列入").format(n=open_count)
            self.fields["leave_out_open"].help_text = gettext("证据补齐后，机构可为他们另行申领。")
        else:
            del self.fields["leave_out_open"]


class WaiverForm(ReasonForm):
    """Why an exception is granted."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = gettext("批准例外的理由")
        self.fields["reason"].help_text = gettext("写明依据和集体研究或审批的文号；会随测算结论一起留存。")


class ConflictAnswerForm(forms.Form):
    """What was done about a conflict."""

    answer = forms.CharField(
        label=_("处理意见"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写明核查结果：保留、追回，或属于误报及其理由。"),
    )


class PublishForm(forms.Form):
    """The words and first day of a notice."""

    title = TidyField(label=_("公示标题"), max_length=120)
    opens_on = DateField(label=_("公示开始"), help_text=_("当日不计入工作日"))


class ObjectionAnswerForm(forms.Form):
    """Whether an objection is upheld, and the words of the answer."""

    upheld = forms.TypedChoiceField(
        label=_("结论"),
        choices=[("true", _("异议成立：停拨对应的人")), ("false", _("异议不成立：维持公示"))],
        coerce=lambda v: v == "true",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("答复"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("异议人会看到这段文字。先说结论，再说依据。"),
    )


class BankFileField(SheetField):
    """The bank's answer: a sheet, a text file or an ISO 20022 message."""

    widget = forms.FileInput(attrs={"accept": ".xlsx,.xls,.xlsb,.ods,.csv,.txt,.xml"})


class BankReturnForm(forms.Form):
    """The file the bank answered with."""

    sheet = BankFileField(
        label=_("银行回盘文件"),
        help_text=_(
            "表格、定长或分隔文本、ISO 20022 报文（pain.002、camt.053、camt.054）都可以，格式自动识别"
        ),
    )


class LayoutForm(forms.Form):
    """In which layout a batch goes to the bank."""

    layout = forms.ChoiceField(label=_("银行文件格式"), required=False)

    def __init__(self, *args, layouts: list[tuple[str, str]], own: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["layout"].choices = [("", own), *layouts]


class BatchTermsForm(forms.Form):
    """How a fund pays from a day on."""

    since = DateField(label=_("启用日期"))
    layout_code = forms.ChoiceField(label=_("银行文件格式"), help_text=_("与代发银行或财政部门约定的格式"))
    payer = TidyField(label=_("付款户名"), max_length=100, required=False)
    payer_account = AccountNumberField(
        label=_("付款账号"), max_length=60, required=False, help_text=_("专账账户或零余额账户")
    )
    payer_bank = TidyField(label=_("付款开户银行"), max_length=100, required=False)
    budget_unit = TidyField(
        label=_("预算单位编码"), max_length=40, required=False, help_text=_("国库集中支付填写")
    )
    function_subject = TidyField(label=_("支出功能分类科目"), max_length=40, required=False)
    economic_subject = TidyField(label=_("支出经济分类科目"), max_length=40, required=False)
    project = TidyField(label=_("项目代码"), max_length=40, required=False)
    quota_number = TidyField(
        label=_("授权支付额度号"), max_length=40, required=False, help_text=_("财政授权支付填写")
    )
    application_number = TidyField(
        label=_("支付申请书编号"), max_length=40, required=False, help_text=_("财政直接支付填写")
    )

    def __init__(self, *args, layouts: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["layout_code"].choices = layouts

    def told(self) -> dict:
        """What the operation takes: the codes together."""
        told = dict(self.cleaned_data)
        return told | {"codes": {name: told.pop(name) for name in CODES}}


class AccountForm(forms.Form):
    """A corrected bank account."""

    bank_account_holder = TidyField(label=_("户名"), max_length=100)
    bank_name = TidyField(label=_("开户银行"), max_length=120, help_text=_("写到支行"))
    bank_account = TidyField(
        label=_("银行账号"), max_length=40, help_text=_("个人银行卡 15 至 19 位，单位账户 8 至 32 位；可带空格"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    reason = forms.CharField(label=_("更正依据"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    papers = papers_field(_("证明材料"), _("与收款人登记的账户不同的必须上传。"))


class BudgetForm(forms.Form):
    """One source's budget of one programme, in all."""

    programme = forms.ChoiceField(label=_("项目"))
    source_level = forms.ChoiceField(label=_("资金来源"), choices=list(PUBLIC_LEVELS.items()))
    amount_fen = MoneyField(label=_("预算总额"), help_text=_("写调整后的总额，不是增减额；单位：元"))
    document = TidyField(label=_("依据文件"), max_length=200, help_text=_("下达文号或会议纪要"))
    reason = forms.CharField(
        label=_("说明"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, programmes: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].choices = programmes

    def clean_amount_fen(self):
        amount = self.cleaned_data["amount_fen"]
        if amount is not None and amount < 0:
            raise forms.ValidationError(gettext("预算不能为负数。"))
        return amount
