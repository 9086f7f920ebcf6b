"""Vouchers the learners of the provider's classes brought."""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.training import queries as training
from kaogong.vouchers import operations
from kaogong.vouchers import queries as vouchers
from kaogong.web.parts.forms import ReasonForm
from kaogong.web.parts.lists import ListPage
from kaogong.web.parts.pages import FormPage

from ..forms_modes import BindForm
from ..tables_modes import BoundTable


class Bound(ListPage):
    """Every voucher bound to a class of the provider."""

    title = _("培训券")
    subtitle = _("学员用来报本机构班次的券。绑定在班次页面办理；取证后随申领兑付。")
    table_class = BoundTable
    may = Permission.BIND_VOUCHER
    empty_title = _("还没有绑定的培训券")
    empty_text = _("打开班次，点“绑定培训券”，输入学员手机上的券号。")
    empty_label = _("看培训班次")

    def rows(self, request):
        self.empty_url = reverse("provider:classes:list")
        return vouchers.vouchers(request.actor)

    def prepare(self, records):
        for record in records:
            record.shown_number = vouchers.shown(record.number)


class Bind(FormPage):
    """Bind one learner's voucher to their place in a class."""

    title = _("绑定培训券")
    template_name = "provider/voucher_bind.html"
    form_class = BindForm
    may = Permission.BIND_VOUCHER
    submit_label = _("绑定")
    next_story = _("绑定时核对券的真伪、是不是本人的、是否适用本班；一张券只能绑定一个班。")
    done_story = _("已绑定。")

    def start(self, request, pk, **where):
        self.training_class = training.training_class(pk, by=request.actor)
        self.subtitle = str(self.training_class)
        self.cancel_url = reverse("provider:classes:detail", args=[pk])

    def form_arguments(self, request):
        bound = {row.enrolment_id for row in vouchers.vouchers_of_class(self.training_class.pk)}
        free = [row for row in training.enrolments(self.training_class.pk) if row.pk not in bound]
        return {"learners": [(row.pk, f"{row.person.name} {row.person.id_number_masked}") for row in free]}

    def more(self, request):
        rows = list(vouchers.vouchers_of_class(self.training_class.pk))
        for row in rows:
            row.shown_number = vouchers.shown(row.number)
        return {"class": self.training_class, "bound": rows}

    def act(self, request, form):
        operations.bind_voucher(
            form.cleaned_data["number"], enrolment_id=form.cleaned_data["enrolment_id"], by=request.actor,
            at=request.at,
        )  # fmt: skip
        return reverse("provider:vouchers:bind", args=[self.training_class.pk])


class Unbind(FormPage):
    """Free a voucher of its class."""

    title = _("解除绑定")
    form_class = ReasonForm
    may = Permission.BIND_VOUCHER
    submit_label = _("解除绑定")
    next_story = _("解除后学员可以用这张券报其他班。")
    done_story = _("已解除绑定。")

    def start(self, request, pk, **where):
        self.voucher = vouchers.voucher(pk, by=request.actor)
        self.subtitle = gettext("{name}，券 {number}").format(
            name=self.voucher.person.name, number=vouchers.shown(self.voucher.number)
        )
        self.cancel_url = reverse("provider:vouchers:list")

    def act(self, request, form):
        operations.unbind_voucher(self.voucher.pk, by=request.actor, at=request.at, **form.cleaned_data)
        return self.cancel_url
