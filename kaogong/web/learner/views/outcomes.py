"""What I thought of a class, once; and whether I work now, which I may show with a document."""

import base64
import secrets

from axes.helpers import get_client_ip_address
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.outcomes import operations, queries
from kaogong.trail.operations import require_may
from kaogong.web.parts.forms import DateField, TidyField
from kaogong.web.parts.lists import download
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.policy import in_english

DEVICE = "kaogong_device"
SCORES = [("5", _("很满意")), ("4", _("满意")), ("3", _("一般")), ("2", _("不满意")), ("1", _("很不满意"))]
YES_NO = [("yes", _("是")), ("no", _("不是"))]


class SurveyForm(forms.Form):
    """The questions of one survey, one under the other."""

    def __init__(self, *args, questions: list[dict], **kwargs):
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            label = question["label_en"] if in_english() else question["label"]
            kind, code = question["kind"], question["code"]
            if kind == "text":
                self.fields[code] = forms.CharField(
                    label=label, required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
                )
            else:
                choices = SCORES if kind == "score" else YES_NO
                self.fields[code] = forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)

    @property
    def given(self) -> dict[str, object]:
        """The answers as the operation takes them."""
        kinds = {question["code"]: question["kind"] for question in self.questions}
        read = {"score": int, "yes_no": lambda word: word == "yes", "text": str}
        return {code: read[kinds[code]](value) for code, value in self.cleaned_data.items()}


class AnswerSurvey(FormPage):
    """Say what the class was like."""

    title = _("评价这次培训")
    page_base = "phone.html"
    form_class = SurveyForm
    may = Permission.ANSWER_SURVEY
    submit_label = _("提交评价")
    next_story = _("每人只能评价一次，提交后不能改。学校看不到是谁写的，也看不到您写的意见。")
    done_story = _("谢谢您的评价。")

    def start(self, request, pk, **where):
        self.survey, _enrolment = queries.enrolment_answering(pk, request.actor.person_id)
        taught = self.survey.training_class
        self.subtitle = gettext("{title}，{school}。{closes_on} 截止").format(
            title=taught.title, school=taught.institution.name, closes_on=self.survey.closes_on
        )
        self.cancel_url = reverse("learner:home")

    def form_arguments(self, request):
        return {"questions": self.survey.questions}

    def dispatch(self, request, **where):
        # A mark of the browser, so that a phone passed round a whole class can be told from many phones.
        self.device = request.get_signed_cookie(DEVICE, default="") or secrets.token_urlsafe(16)
        response = super().dispatch(request, **where)
        response.set_signed_cookie(
            DEVICE,
            self.device,
            max_age=366 * 24 * 3600,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
        return response

    def act(self, request, form):
        operations.answer_survey(
            self.survey.pk,
            form.given,
            by=request.actor,
            at=request.at,
            device=self.device,
            address=str(get_client_ip_address(request) or ""),
        )
        return reverse("learner:home")


def follow_ups(request: HttpRequest) -> HttpResponse:
    """Whether I work after each class, as it stands on record."""
    require_may(request.actor, Permission.VIEW_OWN_FILE, gettext("就业情况"))
    rows = list(queries.follow_ups(request.actor))
    for row in rows:
        row.may_declare = row.status in ("due", "jobless", "unknown")
    return render(request, "learner/follow_ups.html", {"rows": rows})


def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The document I sent."""
    require_may(request.actor, Permission.VIEW_OWN_FILE, gettext("就业情况"))
    name, content = queries.follow_up_document(pk, by=request.actor)
    return download(base64.b64decode(content), name, "application/octet-stream")


class EmploymentForm(forms.Form):
    """What I do, since when, and a document that shows it."""

    work = forms.ChoiceField(label=_("就业形式"), choices=queries.WORK, widget=forms.RadioSelect)
    employer = TidyField(
        label=_("用人单位"), max_length=200, required=False, help_text=_("受雇就业的必填，写全称")
    )
    since_on = DateField(label=_("从哪天开始"))
    note = TidyField(label=_("说明"), max_length=300, required=False)
    document = forms.FileField(
        label=_("证明材料"),
        help_text=_("劳动合同、社保缴费记录、营业执照等拍照即可；PDF、JPG 或 PNG，不超过 5 MB，加密保存"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


class DeclareEmployment(FormPage):
    """Say that I work, and show it."""

    title = _("申报就业情况")
    page_base = "phone.html"
    form_class = EmploymentForm
    may = Permission.DECLARE_EMPLOYMENT
    submit_label = _("提交申报")
    next_story = _("经办人看过材料后确认。这只用来统计培训效果，不影响您已得的补贴。")
    done_story = _("申报已收到，等待确认。")

    def start(self, request, pk, **where):
        self.row = queries.follow_up(pk, by=request.actor)
        self.subtitle = gettext("{title}，结业后 {months} 个月").format(
            title=self.row.training_class.title, months=self.row.months
        )
        self.cancel_url = reverse("learner:follow_ups:list")

    def act(self, request, form):
        given = form.cleaned_data
        operations.declare_employment(
            self.row.pk,
            work=given["work"],
            employer=given["employer"],
            since_on=given["since_on"],
            note=given["note"],
            document=given["document"].read(5 * 2**20 + 1),
            document_name=given["document"].name,
            by=request.actor,
            at=request.at,
        )
        return reverse("learner:follow_ups:list")
