"""Forms of money asked back."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.kernel.money import parse_yuan, yuan
from kaogong.recoveries.states import CAUSES
from kaogong.web.parts.forms import DateField, MoneyField, TidyField


class OpenForm(forms.Form):
    """From which paid payment, how much, why."""

    payment = forms.TypedChoiceField(
        label=_("原付款"),
        coerce=int,
        choices=(),
        help_text=_("收款人、流水号，以及这笔付款还能追回的金额（元）"),
    )
    amount_fen = MoneyField(label=_("追回金额"))
    cause = forms.ChoiceField(label=_("追回原因"), choices=list(CAUSES.items()))
    clause = TidyField(label=_("依据"), max_length=300, help_text=_("文号和条款"))
    facts = forms.CharField(
        label=_("事实"),
        max_length=2000,
        help_text=_("写清查明了什么；通知书上会印出来。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, payments, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["payment"].choices = [
            (one.pk, f"{one.payee_name} {one.reference} {yuan(one.free_fen)}") for one in payments
        ]


class ServeForm(forms.Form):
    """When and how the debtor was told."""

    served_on = DateField(label=_("送达日期"))
    served_how = TidyField(label=_("送达方式"), max_length=120, help_text=_("例如：直接送达、邮寄（单号）。"))
    due_on = DateField(label=_("约定的退款期限"), required=False, help_text=_("只在文件没有规定期限时填写。"))


class PlanForm(forms.Form):
    """Days and sums, one a line."""

    plan = forms.CharField(
        label=_("分期计划"),
        help_text=_("每行一期：日期 金额（元），例如 2026-12-31 500.00；合计须等于尚欠本金。"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def clean_plan(self):
        """The lines as (day, fen)."""
        found, day_of = [], forms.DateField()
        for line in self.cleaned_data["plan"].splitlines():
            words = line.split()
            if not words:
                continue
            if len(words) != 2:
                raise forms.ValidationError(gettext("“{line}”应为日期和金额两项。").format(line=line))
            try:
                found.append((day_of.clean(words[0]), parse_yuan(words[1])))
            except Exception:
                raise forms.ValidationError(
                    gettext("“{line}”应为日期和金额两项。").format(line=line)
                ) from None
        return found


class ReceiptForm(forms.Form):
    """One line of the bank."""

    amount_fen = MoneyField(label=_("本金"))
    interest_fen = MoneyField(label=_("利息"), required=False)
    bank_reference = TidyField(label=_("银行流水号"), max_length=80)
    received_on = DateField(label=_("到账日期"))


class OffsetForm(forms.Form):
    """Which payment, how much, and the consent it rests on."""

    payment = forms.TypedChoiceField(label=_("待支付的付款"), coerce=int, choices=())
    amount_fen = MoneyField(label=_("抵扣金额"))
    consent_document = TidyField(label=_("同意抵扣的文件"), max_length=200)
    consented_on = DateField(label=_("同意日期"))
    consented_by = TidyField(label=_("同意人"), max_length=100)

    def __init__(self, *args, payments, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["payment"].choices = [
            (one.pk, f"{one.reference} {yuan(one.amount_fen)}") for one in payments
        ]
        if not self.fields["payment"].choices:
            self.fields["payment"].help_text = gettext("这一方现在没有待组批的付款，不能抵扣。")


class WriteOffForm(forms.Form):
    """Which paper allows it, and why."""

    document = TidyField(label=_("核销文件"), max_length=200)
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}))
