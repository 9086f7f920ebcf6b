"""Forms of the bureau's door about bank statements and papers for payees."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kaogong.web.parts.forms import AccountNumberField, DateField, MoneyField, TidyField

from .forms_money import BankFileField


class FollowAccountForm(forms.Form):
    """The bank account of a fund, and from when its statements are held against the books."""

    fund = forms.ChoiceField(label=_("资金"))
    number = AccountNumberField(label=_("账号"), max_length=60)
    bank = TidyField(label=_("开户银行"), max_length=100)
    begins_on = DateField(label=_("启用核对日期"), help_text=_("首份对账单的第一天"))
    opening = MoneyField(label=_("账面期初余额"), help_text=_("启用日前一天日终的账面余额，单位：元"))

    def __init__(self, *args, funds: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fund"].choices = funds


class StatementForm(forms.Form):
    """One statement from the bank; what the file does not say is said beside it."""

    sheet = BankFileField(
        label=_("银行对账单"),
        help_text=_("银行导出的表格（xlsx、csv）、定长文本或 ISO 20022 camt.053 都可以，格式自动识别"),
    )
    starts_on = DateField(label=_("起始日"), required=False, help_text=_("文件里写明期间的不用填"))
    ends_on = DateField(label=_("截止日"), required=False)
    opening = MoneyField(label=_("期初余额"), required=False, help_text=_("文件里有余额的不用填，单位：元"))
    closing = MoneyField(label=_("期末余额"), required=False)


class SpanForm(forms.Form):
    """From one day to another."""

    starts_on = DateField(label=_("起始日"))
    ends_on = DateField(label=_("截止日"))
