"""The form people complain with, at every door; and the address its receipt is followed from."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.supervision.operations import MOST_PHOTOS, NewPhoto
from kaogong.web.parts.forms import TidyField


class SeveralPhotos(forms.FileInput):
    """Several photographs at once."""

    allow_multiple_selected = True


class SeveralPhotosField(forms.FileField):
    """A list of uploads."""

    widget = SeveralPhotos(attrs={"accept": "image/jpeg,image/png", "multiple": True})

    def clean(self, value, initial=None):
        return [super(SeveralPhotosField, self).clean(one, initial) for one in value or []]


class ComplaintForm(forms.Form):
    """What happened, to whom it is to be told, and who tells it, if they want to say so."""

    content = forms.CharField(
        label=_("反映的情况"),
        max_length=4000,
        help_text=_("写清时间、地点、怎么回事、还有谁知道。写得越具体，越容易查实。"),
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    about = TidyField(
        label=_("反映哪个机构、班次或人"), required=False, max_length=200, help_text=_("知道多少写多少")
    )
    photos = SeveralPhotosField(
        label=_("照片"),
        required=False,
        help_text=format_lazy(
            _("JPEG 或 PNG，最多 {n} 张。拍摄地点、时间和手机型号会自动去掉。"), n=MOST_PHOTOS
        ),
    )
    how = forms.ChoiceField(
        label=_("用什么身份"),
        choices=[
            ("anonymous", _("匿名：不留任何身份信息，凭查询码看结果")),
            ("named", _("实名：姓名和联系方式加密保存，被反映的人看不到")),
        ],
        initial="anonymous",
        widget=forms.RadioSelect,
    )
    name = TidyField(label=_("您的姓名"), required=False, max_length=60, help_text=_("实名时填写"))
    contact = TidyField(
        label=_("联系方式"), required=False, max_length=120, help_text=_("实名时填写，手机号码或通信地址")
    )

    def __init__(self, *args, own: bool = False, classes=(), **kwargs):
        super().__init__(*args, **kwargs)
        if own:
            del self.fields["name"]
            self.fields["contact"].help_text = _("实名时可以另留一个联系方式")
        if classes:
            self.fields["class_id"] = forms.ChoiceField(
                label=_("哪个班"), required=False, choices=[("", gettext("与班次无关")), *classes]
            )
            self.order_fields(["class_id"])

    def asked(self) -> dict:
        """What the operation takes."""
        given = self.cleaned_data
        asked = {
            "content": given["content"],
            "about": given["about"],
            "is_named": given["how"] == "named",
            "name": given.get("name", ""),
            "contact": given["contact"],
            "photos": [NewPhoto(upload.name, upload.read()) for upload in given["photos"]],
        }
        if given.get("class_id"):
            asked["class_id"] = int(given["class_id"])
        return asked


class FollowForm(forms.Form):
    """Number and secret of a receipt."""

    number = TidyField(
        label=_("受理编号"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    secret = TidyField(
        label=_("查询码"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
