"""What is bought with a grant for facilities: its lines, and their way into one's own inventory."""

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.grants import operations
from kaogong.grants import queries as grants
from kaogong.grants.states import BOUGHT
from kaogong.institutions import queries as institutions
from kaogong.web.parts.forms import MoneyField, TidyField
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.values import scheme_name


class ItemForm(forms.Form):
    """One line of what is bought."""

    kind = forms.ChoiceField(label=_("用途"), choices=list(BOUGHT.items()))
    title = TidyField(label=_("设备名称"), max_length=80)
    model = TidyField(label=_("设备型号"), max_length=80, required=False)
    occupation_code = TidyField(
        label=_("培训职业"), max_length=12, required=False, help_text=_("职业代码；无障碍改造可以不填")
    )
    quantity = forms.IntegerField(label=_("数量"), min_value=1, max_value=100_000)
    unit_fen = MoneyField(label=_("单价"))


class AddItem(FormPage):
    """Add one line to a draft."""

    title = _("添加购置明细")
    form_class = ItemForm
    may = P.SUBMIT_GRANT
    submit_label = _("添加")
    done_story = _("已添加一行。")

    def start(self, request, pk):
        self.grant = grants.grant(pk, by=request.actor)
        self.subtitle = f"{self.grant.number} · {scheme_name(self.grant.scheme_code)}"
        self.cancel_url = reverse("provider:grants:detail", args=[pk])

    def act(self, request, form):
        operations.add_item(
            self.grant.pk, operations.NewItem(**form.cleaned_data), by=request.actor, at=request.at
        )
        return self.cancel_url


class InventoryForm(forms.Form):
    """A new row of the inventory, or one that is there already."""

    equipment_id = forms.TypedChoiceField(
        label=_("设备清单"), coerce=int, required=False, empty_value=None, help_text=_("已在清单里的，选那一行。")
    )  # fmt: skip

    def __init__(self, *args, rows=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["equipment_id"].choices = [("", gettext("新登记一行")), *rows]


class EnterInInventory(FormPage):
    """Put equipment bought with a paid grant into the inventory."""

    title = _("登记进设备清单")
    form_class = InventoryForm
    may = P.EDIT_OWN_INSTITUTION
    submit_label = _("登记")
    done_story = _("已登记进设备清单。")

    def start(self, request, pk):
        self.item = grants.item(pk, by=request.actor)
        self.subtitle = f"{self.item.title} {self.item.model} × {self.item.quantity}"
        self.cancel_url = reverse("provider:grants:detail", args=[self.item.grant_id])

    def form_arguments(self, request):
        taken = grants.inventory_bought(self.item.grant.institution_id)
        rows = institutions.equipment(self.item.grant.institution_id, request.today)
        fitting = [
            (row.pk, f"{row.title} {row.model} × {row.quantity}")
            for row in rows
            if (row.occupation_code, row.title) == (self.item.occupation_code, self.item.title)
            and row.pk not in taken
        ]
        return {"rows": fitting}

    def act(self, request, form):
        operations.enter_in_inventory(self.item.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


def _to(_request: HttpRequest, item) -> str:
    return reverse("provider:grants:detail", args=[item.grant_id])


remove_item = act(operations.remove_item, to=_to, done=_("已删去一行。"))
