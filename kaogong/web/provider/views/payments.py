"""Money for this institution: on its way, arrived, or failed and to be sent again."""

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.claims import operations
from kaogong.claims import queries as claims
from kaogong.funds import queries as funds
from kaogong.kernel.errors import WrongState
from kaogong.web.parts.lists import ListPage
from kaogong.web.parts.pages import FormPage

from ..filters import PaymentFilter
from ..forms import CorrectAccountForm
from ..tables import PaymentTable


class PaymentList(ListPage):
    """Payments to this institution."""

    title = _("补贴款")
    subtitle = _("付给本机构的每一笔；失败的请更正账户，系统随即重新付款。")
    table_class = PaymentTable
    filter_class = PaymentFilter
    may = Permission.CORRECT_BANK_ACCOUNT
    empty_title = _("还没有付款")
    empty_text = _("申领公示期满后，这里会出现付款和到账情况。")
    empty_label = _("看补贴申领")

    def rows(self, request: HttpRequest):
        self.empty_url = reverse("provider:claims:list")
        return funds.payments(request.actor)


class Correct(FormPage):
    """Correct the account of a failed payment, which is then paid again."""

    title = _("更正账户，重新付款")
    template_name = "provider/payment_correct.html"
    form_class = CorrectAccountForm
    may = Permission.CORRECT_BANK_ACCOUNT
    submit_label = _("更正并重新付款")
    next_story = _(
        "与登记的账户相同的，保存后生成一笔新的付款，原来的一笔记为“已另行付款”；换成别的账户的，按变更办理，生效后自动重新付款。"
    )

    def start(self, request, pk, **where):
        self.payment = funds.payment(pk, request.actor)
        if not self.payment.is_unpaid:
            raise WrongState(state=self.payment.get_status_display(), label=str(self.title))
        self.subtitle = f"{self.payment.reference} · {self.payment.purpose}"
        self.cancel_url = reverse("provider:payments:list")

    def initial(self, request):
        return {"bank_name": self.payment.bank_name, "holder": self.payment.bank_account_holder}

    def more(self, request):
        return {"payment": self.payment}

    def act(self, request, form):
        given = form.cleaned_data
        answered = operations.correct_returned_payment(
            self.payment.pk, **given, by=request.actor, at=request.at
        )
        if claims.is_account_change(answered):
            messages.success(request, gettext("变更申请已提交。"))
            return reverse("provider:account_changes:detail", args=[answered.pk])
        messages.success(request, gettext("已更正，新的付款在排队。"))
        return reverse("provider:payments:list")
