"""The forms people ask with at every door, and an enquiry as its asker reads it."""

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.catalog import queries as catalog
from kaogong.enquiries import queries
from kaogong.enquiries.operations import SUBJECT_AT_MOST, TEXT_AT_MOST
from kaogong.enquiries.states import TOLD
from kaogong.returns import queries as figures
from kaogong.web.parts.forms import TidyField

KINDS = {"id_number": _("身份证号码"), "phone": _("手机号码"), "account": _("银行卡号等长号码")}


class _NumbersPointedOut(forms.Form):
    """A text in which numbers of people are pointed out before anything is sent."""

    text_field = "content"
    sure = forms.BooleanField(
        label=_("确实需要提供这些号码"),
        required=False,
        help_text=_("原文加密保存，列表和页面只显示遮盖后的号码；经办人员查看原文要写明理由并留下记录。"),
        widget=forms.HiddenInput,
    )

    def clean(self):
        given = super().clean()
        text = "\n".join(str(given.get(name, "")) for name in ("subject", "content"))
        kinds = queries.numbers_typed(text)
        if kinds and not given.get("sure"):
            self.fields["sure"].widget = forms.CheckboxInput()
            named = gettext("、").join(str(KINDS[kind]) for kind in kinds)
            self.add_error(
                self.text_field,
                gettext(
                    "文字里有像{kinds}的数字。请删去；确实需要提供的，请勾选下面的确认再提交。还没有发送。"
                ).format(kinds=named),
            )
        return given


class AskForm(_NumbersPointedOut):
    """What one wants to know, about which place, and how to be reached if one likes."""

    category = forms.ChoiceField(label=_("咨询类别"), widget=forms.RadioSelect)
    region_code = forms.ChoiceField(label=_("所在区域"))
    subject = TidyField(label=_("标题"), max_length=SUBJECT_AT_MOST, help_text=_("一句话写清想问什么"))
    content = forms.CharField(
        label=_("咨询内容"),
        max_length=TEXT_AT_MOST,
        help_text=_("不必写身份证号码和手机号码。不用上传附件。"),
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    name = TidyField(label=_("怎么称呼您"), required=False, max_length=60)
    contact = TidyField(
        label=_("联系方式"),
        required=False,
        max_length=120,
        help_text=_("加密保存，只在需要核实情况时使用。不留也能问：答复凭咨询编号和查询码在网上看。"),
    )
    field_order = ("category", "region_code", "subject", "content", "sure", "name", "contact")

    def __init__(self, *args, today, own: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [
            (code, queries.category_name(code))
            for code, one in queries.categories(today).items()
            if not one.goes_to
        ]
        self.fields["region_code"].choices = places()
        self.fields["region_code"].initial = settings.REGION_CODE
        if own:
            del self.fields["name"]
            self.fields["contact"].help_text = _("选填，加密保存。答复在您自己的页面上看。")

    def asked(self) -> dict:
        """What the operation takes."""
        given = dict(self.cleaned_data)
        return given | {"is_sure_of_numbers": given.pop("sure")}


class AddForm(_NumbersPointedOut):
    """What one asks further."""

    content = forms.CharField(
        label=_("追问"), max_length=TEXT_AT_MOST, widget=forms.Textarea(attrs={"rows": 4})
    )
    field_order = ("content", "sure")

    def asked(self) -> dict:
        """What the operation takes."""
        return {"content": self.cleaned_data["content"], "is_sure_of_numbers": self.cleaned_data["sure"]}


class EnquiryFollowForm(forms.Form):
    """Number and code of a receipt."""

    number = TidyField(
        label=_("咨询编号"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    secret = TidyField(
        label=_("查询码"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


def places() -> list[tuple[str, str]]:
    """This installation's region and its divisions, by code."""
    own = settings.REGION_CODE
    below = [(one.code, one.name) for one in catalog.regions_under(own)[:200]]
    return [(own, catalog.region_name(own)), *below]


def category_choices() -> list[tuple[str, str]]:
    """Every category there is or was that is handled here."""
    return [
        (code, queries.category_name(code))
        for code, one in queries.every_category().items()
        if not one.goes_to
    ]


def sources_of(reply) -> list[str]:
    """Where each figure of a reply comes from, a line each."""
    return [f"{figures.label_of(cell)}{gettext('：')}{figures.value_words(cell)}" for cell in reply.cells]


def thread(found) -> list[dict]:
    """Question, answers and further questions as their asker reads them, in order of time."""
    read = queries.read_by_asker(found)
    said = [{"is_reply": False, "title": gettext("咨询"), "at": found.received_at, "text": found.content}]
    said += [
        {"is_reply": False, "title": gettext("追问"), "at": one.added_at, "text": one.content}
        for one in queries.additions_of(found.pk)
    ]
    said += [
        {
            "is_reply": True,
            "title": gettext("答复"),
            "at": one.issued_at,
            "paragraphs": [part["text"] for part in one.body],
            "sources": sources_of(one),
            "snapshot": one.snapshot if one.cells else None,
            "as_of": one.as_of,
        }
        for one in queries.replies_of(read.pk, issued=True)
    ]
    return sorted(said, key=lambda one: one["at"])


def told_to_asker(found, today) -> dict:
    """What the page of an enquiry shows whoever asked it."""
    read = queries.read_by_asker(found)
    reply = queries.latest_reply(read.pk)
    state = "answered" if found.status == "merged" and reply is not None else found.status
    return {
        "found": found,
        "category": queries.category_name(found.category),
        "region": catalog.region_name(found.region_code),
        "state": TOLD[state],
        "tone": "ok" if state in ("answered", "closed") else "off" if state == "dismissed" else "now",
        "thread": thread(found),
        "is_open": queries.days_waited(found, today) is not None,
        "is_late": queries.is_overdue(found, today),
        "is_example": found.answer_due_on is not None
        and queries.is_illustrative("answer_days", found.region_code, localdate(found.received_at)),
        "may_add": queries.may_ask_further(found, today),
        "last_day": queries.last_day_to_ask(found),
        "may_judge": read is found and reply is not None and reply.is_helped is None,
        "is_helped": reply.is_helped if reply is not None and read is found else None,
    }


def complaint_address(door: str) -> str:
    """Where complaints go instead, at each door."""
    return reverse("portal:complaints:complain" if door == "portal" else f"{door}:complaints:file")
