"""Forms of filing and of changes: their fields come from the data of the class's kind."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.web.parts.forms import DateField, TidyField, TimeField

_PLACE_HELP = _("选教室只占那一间；不选教室占整个地点。")


def places(sites) -> list[tuple[str, str]]:
    """A site as a whole, and each of its rooms, to choose from."""
    found = []
    for site in sites:
        found.append((str(site.pk), site.name))
        found += [(f"{site.pk}:{room.pk}", f"{site.name} {room.name}") for room in site.rooms.all()]
    return found


def place_value(site_id: int | None, room_id: int | None) -> str:
    """The choice that stands for a site or a room of it."""
    return f"{site_id}:{room_id}" if room_id else str(site_id or "")


def place_ids(choice: str) -> dict[str, int | None]:
    """The site and the room a choice stands for."""
    site, _colon, room = choice.partition(":")
    return {"site_id": int(site), "room_id": int(room) if room else None}


class AnswersForm(forms.Form):
    """The fields the data asks of this kind of class; all may wait until the class is filed."""

    def __init__(self, *args, asked, trainers=(), **kwargs):
        super().__init__(*args, **kwargs)
        for one in asked.fields:
            self.fields[one.code] = _field(one, trainers)
        for one in asked.modules:
            self.fields[f"module_{one.code}"] = forms.DecimalField(
                label=gettext("必修课：{name}").format(name=one.name),
                required=False,
                min_value=0,
                max_value=10_000,
                decimal_places=2,
                help_text=gettext("课时；含在总课时里"),
            )


def _field(one, trainers) -> forms.Field:
    words = {"label": one.name, "required": False}
    if one.required:
        words["help_text"] = gettext("申报前须填") if one.binding else gettext("申报前请填（依据待核实）")
    blank = ("", gettext("请选择"))
    match one.kind:
        case "number":
            return forms.IntegerField(min_value=one.least, max_value=1_000_000, **words)
        case "date" | "month":
            return DateField(**words)
        case "choice":
            return forms.ChoiceField(choices=[blank, *one.options], **words)
        case "trainer":
            return forms.ChoiceField(choices=[blank, *trainers], **words)
        case "credit_code":
            return TidyField(max_length=18, **words)
        case _:
            return TidyField(max_length=200, **words)


class MentorsForm(forms.Form):
    """One learner's contract and mentors."""

    enrolment_id = forms.IntegerField(widget=forms.HiddenInput)
    contract_number = TidyField(label=_("合同号"), max_length=60, required=False)
    starts_on = DateField(label=_("合同起"), required=False)
    ends_on = DateField(label=_("合同止"), required=False)
    firm_mentor_id = forms.TypedChoiceField(label=_("企业导师"), coerce=int, empty_value=None, required=False)
    school_mentor_id = forms.TypedChoiceField(
        label=_("学校导师"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args, firm=(), school=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["firm_mentor_id"].choices = [("", "—"), *firm]
        self.fields["school_mentor_id"].choices = [("", "—"), *school]
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label
            field.widget.attrs["class"] = "in-cell"

    def clean(self):
        given = super().clean()
        wanted = ("starts_on", "ends_on", "firm_mentor_id", "school_mentor_id")
        filled = [name for name in wanted if given.get(name)]
        if filled and len(filled) < len(wanted) and not self.errors:
            raise forms.ValidationError(gettext("合同起止日期和两位导师要一起填。"))
        return given


class ChangeForm(forms.Form):
    """What one kind of change asks for, and why."""

    def __init__(self, *args, kind, trainers=(), sites=(), rooms=(), **kwargs):
        super().__init__(*args, **kwargs)
        fields = {
            "trainer_id": forms.TypedChoiceField(label=_("教师"), choices=trainers, coerce=int),
            "place": forms.ChoiceField(label=_("地点"), choices=sites, help_text=_PLACE_HELP),
            "room_id": forms.ChoiceField(
                label=_("教室"), choices=[("", gettext("不分教室")), *rooms], required=False
            ),
            "on": DateField(label=_("日期")),
            "starts_at": TimeField(label=_("开始")),
            "ends_at": TimeField(label=_("结束")),
            "hours": forms.DecimalField(label=_("课时"), min_value=0, max_value=24, decimal_places=2),
            "topic": TidyField(label=_("授课内容"), max_length=200),
            "starts_on": DateField(label=_("开班日期")),
            "ends_on": DateField(label=_("结业日期")),
        }
        for name in CHANGE_FIELDS[kind]:
            self.fields[name] = fields[name]
        self.fields["reason"] = forms.CharField(
            label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
        )


CHANGE_FIELDS = {
    "trainer": ("trainer_id",),
    "room": ("room_id",),
    "site": ("place",),
    "hour": ("starts_at", "ends_at"),
    "day": ("on", "starts_at", "ends_at"),
    "topic": ("topic",),
    "cancel": (),
    "make_up": ("on", "starts_at", "ends_at", "hours", "topic", "trainer_id", "place"),
    "dates": ("starts_on", "ends_on"),
}


class PlanForm(forms.Form):
    """The hours of a plan that changes, and why."""

    hours_theory = forms.IntegerField(label=_("理论课时"), min_value=0, max_value=10_000)
    hours_practice = forms.IntegerField(label=_("实训课时"), min_value=0, max_value=10_000)
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
