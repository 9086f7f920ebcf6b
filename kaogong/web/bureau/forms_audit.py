"""Forms of audit packs and samples."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kaogong.audit.states import METHODS
from kaogong.web.parts.forms import DateField, TidyField


class AskPackForm(forms.Form):
    """Which days, what for, and under which authority more than masked data."""

    from_on = DateField(label=_("起始日"))
    to_on = DateField(label=_("截止日"), help_text=_("含当日，不能晚于今天。"))
    reason = TidyField(label=_("用途"), max_length=300, help_text=_("例如：2026年度专项审计。记入经办轨迹。"))
    is_full = forms.BooleanField(
        label=_("含完整个人信息"),
        required=False,
        help_text=_("默认遮蔽。选中须填授权；包内每个人都会在轨迹里留下一条查看记录。"),
    )
    authority = TidyField(label=_("授权"), max_length=200, required=False, help_text=_("文号/授权人"))


class PrepareSampleForm(forms.Form):
    """What is drawn from, how, how many."""

    from_on = DateField(label=_("起始日"))
    to_on = DateField(label=_("截止日"), help_text=_("含当日；总体是这些天到账的付款。"))
    method = forms.ChoiceField(
        label=_("方法"),
        choices=list(METHODS.items()),
        help_text=_("随机：每笔机会相同。按金额：每一分钱机会相同，大额必中。按风险：风险发现多的在前。"),
    )
    size = forms.IntegerField(label=_("抽几笔"), min_value=1, max_value=10_000)
    reason = TidyField(label=_("用途"), max_length=300)


class DrawSampleForm(forms.Form):
    """The seed, and where it was published."""

    seed = TidyField(label=_("种子"), max_length=100, help_text=_("固定总体以后才公布的一串数字或文字。"))
    seed_source = TidyField(
        label=_("种子来源"), max_length=200, help_text=_("例如：某期彩票开奖号码、某日收盘指数。")
    )
