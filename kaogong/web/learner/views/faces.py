"""The photograph of one's own face after checking in: one page that works without a script too."""

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.presence import operations
from kaogong.presence import queries as presence
from kaogong.web.parts.pages import FormPage

CAMERA = {"accept": "image/*", "capture": "user", "data-face": ""}
TOLD = {
    "waiting": ("wait", _("照片已收到，正在比对，一分钟左右出结果。签到已经算数，可以先去上课。")),
    "not_found": ("kept", _("登记中没有您的照片可以比对。签到照常计入。")),
    "unavailable": ("kept", _("比对服务现在没有回答，照片已留下，一天之内会再比对。签到照常计入。")),
    "not_connected": ("kept", _("这里没有接入比对服务，照片已留下。签到照常计入。")),
}


class FaceForm(forms.Form):
    """One photograph from the phone's camera."""

    photo = forms.FileField(label=_("本人正面照片"), widget=forms.FileInput(attrs=CAMERA))


class PhotographFace(FormPage):
    """Hand in a photograph of one's own face, or see what came of it."""

    title = _("签到自拍")
    template_name = "learner/face.html"
    form_class = FaceForm
    may = Permission.CHECK_IN

    def start(self, request: HttpRequest, pk: int, **where) -> None:
        self.step = presence.face_step(pk, by=request.actor)

    def act(self, request: HttpRequest, form) -> str:
        photo = form.cleaned_data["photo"].read()
        operations.photograph_face(self.step.session.pk, photo=photo, by=request.actor, at=request.at)
        return reverse("learner:check_in:photograph", args=[self.step.session.pk])

    def more(self, request: HttpRequest) -> dict:
        return {"step": self.step, "is_open": self.step.is_open(request.at), "told": self.told()}

    def told(self) -> tuple[str, str] | None:
        """What the latest photograph came to: how it is marked, and a sentence."""
        latest = self.step.latest
        if latest is None:
            return None
        if self.step.is_matched:
            return "ok", gettext("比对一致，是本人。")
        if latest.likeness is not None:
            return "no", gettext("没有比对上，可能是光线或角度不好。签到照常计入，老师可以为您作证。")
        tone, words = TOLD[latest.said]
        return tone, str(words)
