"""What is done with one enquiry: given out, forwarded, merged, answered, revealed, published."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong.access.permissions import Permission as P
from kaogong.enquiries import operations, queries
from kaogong.web.bureau.forms_enquiries import (
    AssignForm,
    ForwardEnquiryForm,
    MergeForm,
    PublishForm,
    ReplyForm,
)
from kaogong.web.parts.pages import FormPage, act


def address(found) -> str:
    """The page of one enquiry."""
    return reverse("bureau:enquiries:detail", args=[found.pk])


class _OfEnquiry(FormPage):
    may = P.ASSIGN_ENQUIRY

    def start(self, request, pk, **where):
        self.found = queries.enquiry(pk, by=request.actor)
        self.subtitle = f"{self.found.number} {self.found.subject}"
        self.cancel_url = address(self.found)


class AssignEnquiry(_OfEnquiry):
    """Give it to a clerk."""

    title = _("分办")
    form_class = AssignForm
    submit_label = _("分办")
    done_story = _("已分办。")

    def form_arguments(self, request):
        return {"by": request.actor}

    def initial(self, request):
        return {
            "to": self.found.assignee_id or request.actor.account_id, "category": self.found.category
        }  # fmt: skip

    def act(self, request, form):
        operations.assign_enquiry(self.found.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class ForwardEnquiry(_OfEnquiry):
    """Send it to the department whose it is."""

    title = _("转部门办理")
    form_class = ForwardEnquiryForm
    submit_label = _("转办")
    next_story = _("部门看到咨询内容（号码已遮盖），看不到咨询人的姓名和联系方式；答复由本局复核发出。")
    done_story = _("已转办。")

    def act(self, request, form):
        operations.forward_enquiry(self.found.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class MergeEnquiry(_OfEnquiry):
    """The same question as another."""

    title = _("合并到另一件")
    form_class = MergeForm
    submit_label = _("合并")
    done_story = _("已合并。")

    def initial(self, request):
        return {"into": request.GET.get("into", "")}

    def act(self, request, form):
        operations.merge_enquiry(self.found.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class DraftReply(_OfEnquiry):
    """Write the answer."""

    title = _("起草答复")
    form_class = ReplyForm
    template_name = "bureau/enquiries/draft.html"
    may = P.DRAFT_REPLY
    done_story = _("答复已保存，还没有发出。")

    def form_arguments(self, request):
        return {"with_figures": request.actor.may(P.VIEW_PEOPLE)}

    def initial(self, request):
        reply = queries.open_reply(self.found.pk)
        year = date(request.today.year, 1, 1)
        if reply is None:
            return {"starts_on": year, "ends_on": request.today}
        return {
            "text": "\n".join(part["text"] for part in reply.body),
            "starts_on": reply.starts_on or year,
            "ends_on": reply.ends_on or request.today,
        }

    def more(self, request):
        return {"found": self.found, "additions": queries.additions_of(self.found.pk)}

    def act(self, request, form):
        operations.draft_reply(self.found.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class PublishQuestion(_OfEnquiry):
    """Publish it for everybody in other words."""

    title = _("发布为常见问题")
    form_class = PublishForm
    may = P.PUBLISH_COMMON_QUESTION
    submit_label = _("发布")
    done_story = _("已发布。")

    def form_arguments(self, request):
        return {"region_code": self.found.region_code, "today": request.today}

    def initial(self, request):
        reply = queries.latest_reply(self.found.pk)
        return {
            "question": self.found.subject,
            "answer": "\n".join(part["text"] for part in reply.body) if reply else "",
            "category": self.found.category,
            "holds_from": request.today,
        }

    def act(self, request, form):
        made = operations.publish_common_question(
            self.found.pk, **form.cleaned_data, by=request.actor, at=request.at
        )
        return reverse("bureau:common_questions:detail", args=[made.pk])


@require_POST
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who asked and what stands masked, once, after saying why."""
    reason = request.POST.get("reason", "")
    told = operations.reveal_asker(pk, by=request.actor, at=request.at, reason=reason)
    if told["name"] or told["contact"]:
        said = gettext("咨询人：{name}，{contact}").format(
            name=told["name"] or "—", contact=told["contact"] or "—"
        )
    else:
        said = gettext("咨询人没有留姓名和联系方式。")
    if told["originals"]:
        said += gettext("遮盖前的原文：{text}").format(text=told["originals"])
    messages.info(request, said)
    return redirect("bureau:enquiries:detail", pk=pk)


def _back(request: HttpRequest, found) -> str:
    return address(found)


def _queue(request: HttpRequest, found) -> str:
    return reverse("bureau:enquiries:list")


hand_back = act(operations.hand_back_enquiry, to=_queue, done="已退回分办。")
submit = act(operations.submit_reply, to=_back, done="已送复核。")
send_back = act(operations.send_back_reply, to=_back, done="已退回修改。")
issue = act(operations.issue_reply, to=_back, done="答复已发出。")
answer = act(operations.answer_enquiry, to=_back, done="答复已发出。")
reopen = act(operations.reopen_enquiry, to=_back, done="已重新办理。")
close = act(operations.close_enquiry, to=_back, done="已办结。")
dismiss = act(operations.dismiss_enquiry, to=_back, done="已办结，不予答复。")
