"""Forms of what-if and of looking for differences."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.web.parts.forms import DateField

_LARGEST = 1_000_000


class ChangeForm(forms.Form):
    """A change as a file or typed in."""

    file = forms.FileField(
        label=_("改动文件（CHANGE.yaml）"),
        required=False,
        help_text=_("写法与规则库文件相同，只写要改的部分。"),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.txt"}),
    )
    text = forms.CharField(
        label=_("或直接粘贴在这里"),
        required=False,
        max_length=_LARGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "class": "code", "spellcheck": "false"}),
    )
    year = forms.IntegerField(
        label=_("试算哪一年的申领"),
        required=False,
        min_value=2000,
        max_value=2999,
        help_text=_("不填则按文件里的 period；文件也没有写的，用上一年度。"),
    )

    def clean(self):
        given = super().clean()
        upload = given.get("file")
        if upload is not None:
            if upload.size > _LARGEST:
                raise forms.ValidationError(gettext("文件过大（应在 1 MB 以内）。"))
            given["text"] = upload.read().decode("utf-8", errors="replace")
        if not given.get("text", "").strip():
            raise forms.ValidationError(gettext("请选择改动文件，或把内容粘贴进来。"))
        return given


class NumberForm(forms.Form):
    """One number of one scheme, set otherwise."""

    key = forms.ChoiceField(label=_("改哪个数值"))
    number = forms.CharField(
        label=_("改为"),
        max_length=20,
        validators=[RegexValidator(r"^\d{1,9}(\.\d{1,2})?$", _("应为不小于 0、最多两位小数的数。"))],
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    year = forms.IntegerField(label=_("试算哪一年的申领"), min_value=2000, max_value=2999)
    why = forms.CharField(
        label=_("为什么改"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, numbers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["key"].choices = numbers

    def clean_number(self):
        text = self.cleaned_data["number"]
        return int(text) if text.isdecimal() else text


class FindAdjustmentsForm(forms.Form):
    """From which day on decisions are made again."""

    since = DateField(label=_("从哪一天作出的结论起"))
    reason = forms.CharField(
        label=_("因为哪项政策变动"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
