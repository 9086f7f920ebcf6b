"""Forms of the public portal."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kaogong.web.parts.forms import TidyField


class VerifyForm(forms.Form):
    """A certificate number and, to see the whole name, the name of its holder."""

    number = TidyField(
        label=_("证书编号"),
        max_length=40,
        help_text=_("证书上印的编号，例如 S000037000001261500417"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    name = TidyField(
        label=_("持证人姓名"),
        max_length=60,
        required=False,
        help_text=_("填写后会告诉您与证书是否一致；不填只显示遮盖的姓名"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ObjectionForm(forms.Form):
    """What somebody says against a notice, and how to reach them."""

    row = forms.ChoiceField(label=_("针对哪一条"), required=False)
    name = TidyField(label=_("您的姓名"), max_length=60, help_text=_("只给办理异议的人看，不公开"))
    contact = TidyField(
        label=_("联系方式"), max_length=120, help_text=_("手机号码或通信地址，加密保存，用来告诉您结果")
    )
    content = forms.CharField(
        label=_("异议内容"),
        max_length=2000,
        help_text=_("写清楚哪里不对、您知道的事实和线索"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["row"].choices = [("", _("整份公示")), *rows]


class PaperForm(forms.Form):
    """The number and the code printed on a statement, receipt or certificate."""

    number = TidyField(label=_("编号"), max_length=20, help_text=_("例如 SJ-2026-000001"))
    code = TidyField(
        label=_("查验码"), max_length=20, help_text=_("印在凭据下方，12 位字母和数字"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )  # fmt: skip
