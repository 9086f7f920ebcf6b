"""Forms of the learner's door."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kaogong.kernel.bank_card import BankCard
from kaogong.kernel.errors import Refused
from kaogong.web.parts.forms import TidyField
from kaogong.web.parts.payees import papers_field
from kaogong.web.parts.wording import told


class AccountForm(forms.Form):
    """A bank card of the learner's own."""

    bank_name = TidyField(label=_("开户银行"), max_length=80, help_text=_("例如：中国银行示例区支行"))
    account = TidyField(
        label=_("银行卡号"),
        max_length=40,
        help_text=_("必须是您本人名下的借记卡；照卡面填写，空格可有可无"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    again = TidyField(
        label=_("再填一次银行卡号"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_account(self):
        try:
            return BankCard.parse(self.cleaned_data["account"]).value
        except Refused as refusal:
            raise forms.ValidationError(told(refusal)) from None

    def clean(self):
        given = super().clean()
        account = given.get("account")
        if account and given.get("again", "").replace(" ", "").replace("-", "") != account:
            self.add_error("again", _("两次填写的卡号不一样，请核对。"))
        return given


class CorrectAccountForm(AccountForm):
    """The card a failed payment is to go to; one that is not on file needs proof."""

    papers = papers_field(_("证明材料"), _("与档案里登记的账户不同的必须上传。"))
