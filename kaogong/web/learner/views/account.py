"""Where I am paid: my own bank card, and the one a failed payment is paid to anew."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.claims import operations
from kaogong.claims import queries as claims
from kaogong.funds import queries as funds
from kaogong.kernel.errors import NotFound
from kaogong.people import operations as people_operations
from kaogong.people import queries as people
from kaogong.web.learner.forms import AccountForm, CorrectAccountForm
from kaogong.web.parts.pages import FormPage


class SetAccount(FormPage):
    """Register the first card living allowances are paid to; another one is a change, on a page of its own."""

    may = Permission.VIEW_OWN_FILE
    title = _("我的收款账号")
    page_base = "phone.html"
    form_class = AccountForm
    submit_label = _("保存账号")
    next_story = _("保存后，等待付款的补贴会在经办人下次组批时付到这个账号。卡号加密保存。")
    done_story = _("收款账号已保存。")

    def start(self, request, **where):
        self.person = people.person(request.actor.person_id, by=request.actor)
        self.cancel_url = reverse("learner:home")
        self.subtitle = gettext("现在还没有登记账号。户名须是您本人：{name}").format(name=self.person.name)

    def get(self, request, **where):
        if self.person.bank_account_masked:
            return redirect("learner:account_changes:list")
        return super().get(request, **where)

    def act(self, request, form):
        people_operations.set_bank_account(
            self.person.pk,
            bank_name=form.cleaned_data["bank_name"],
            account=form.cleaned_data["account"],
            by=request.actor,
            at=request.at,
            reason=gettext("本人登记"),
        )
        return reverse("learner:home")


class CorrectAccount(FormPage):
    """Answer a failed payment with the right card; the money is sent again."""

    may = Permission.CORRECT_BANK_ACCOUNT
    title = _("更正账号重新付款")
    page_base = "phone.html"
    form_class = CorrectAccountForm
    submit_label = _("更正并重新付款")
    next_story = _(
        "与档案里登记的账户相同的，马上重新付款；换成别的账户的，按变更办理：审核同意、冷静期满后自动重新付款，不用重新申领。"
    )

    def start(self, request, pk):
        self.payment = funds.payment(pk, by=request.actor)
        if not self.payment.is_unpaid:
            raise NotFound()
        self.person = people.person(request.actor.person_id, by=request.actor)
        self.cancel_url = reverse("learner:payments:list")
        self.subtitle = gettext("银行退回原因：{reason}。原账号 {account}").format(
            reason=self.payment.failure_reason or gettext("未说明"), account=self.payment.bank_account_masked
        )

    def initial(self, request):
        return {"bank_name": self.payment.bank_name}

    def act(self, request, form):
        given = form.cleaned_data
        answered = operations.correct_returned_payment(
            self.payment.pk,
            bank_name=given["bank_name"],
            account=given["account"],
            papers=given["papers"],
            by=request.actor,
            at=request.at,
            reason=gettext("付款失败后本人更正"),
        )
        if claims.is_account_change(answered):
            messages.success(request, gettext("变更申请已提交。"))
            return reverse("learner:account_changes:detail", args=[answered.pk])
        messages.success(request, gettext("账号已更正，补贴已重新排队付款。"))
        return reverse("learner:payments:list")
