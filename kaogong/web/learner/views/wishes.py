"""What I would like to learn, where and when."""

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.demand import operations, queries
from kaogong.web.parts.demand import LEVEL_CHOICES
from kaogong.web.parts.forms import DateField, TidyField
from kaogong.web.parts.pages import FormPage


class WishForm(forms.Form):
    """The lines of the labour register about training wished for."""

    is_willing = forms.ChoiceField(
        label=_("培训意愿"),
        choices=[("yes", _("想参加培训")), ("no", _("暂时不想"))],
        widget=forms.RadioSelect,
    )
    occupation_1 = TidyField(
        label=_("意愿培训工种1"), max_length=60, required=False, help_text=_("写职业全称，例如养老护理员")
    )
    occupation_2 = TidyField(label=_("意愿培训工种2"), max_length=60, required=False)
    occupation_3 = TidyField(label=_("意愿培训工种3"), max_length=60, required=False)
    level_code = forms.ChoiceField(label=_("意愿工种等级"), choices=LEVEL_CHOICES, required=False)
    wished_on = DateField(label=_("意愿培训日期"), required=False)
    wished_place = TidyField(label=_("意愿培训地点"), max_length=120, required=False)


class StateWish(FormPage):
    """Say what I would like to learn; said again, the latest counts."""

    title = _("我想学什么")
    subtitle = _("告诉我们您想学的工种，开班时优先照顾；随时可以改，以最近一次为准")
    page_base = "phone.html"
    form_class = WishForm
    may = P.STATE_WISH
    submit_label = _("保存")
    done_story = _("已保存您的培训意愿。")

    def start(self, request, **where):
        self.cancel_url = reverse("learner:home")

    def initial(self, request):
        wish = queries.wish_of(request.actor.person_id)
        if wish is None:
            return {}
        named = [catalog.occupation_name(code) for code in wish.occupation_codes]
        return {
            "is_willing": "yes" if wish.is_willing else "no",
            "level_code": wish.level_code,
            "wished_on": wish.wished_on,
            "wished_place": wish.wished_place,
            **{f"occupation_{place}": name for place, name in enumerate(named, start=1)},
        }

    def act(self, request, form):
        given = form.cleaned_data
        operations.state_wish(
            is_willing=given["is_willing"] == "yes",
            occupations=[given[f"occupation_{place}"] for place in (1, 2, 3)],
            level_code=given["level_code"],
            wished_on=given["wished_on"],
            wished_place=given["wished_place"],
            by=request.actor,
            at=request.at,
        )
        return reverse("learner:wish")
