"""Sheets of card readers, offline devices and paper lists: dropped, looked over, taken, with a receipt."""

import base64
import binascii

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View

from kaogong.access.permissions import Permission
from kaogong.kernel.errors import NotFound, NotPermitted, Refused
from kaogong.presence import operations
from kaogong.presence import queries as presence
from kaogong.trail.operations import require_may
from kaogong.training import queries as training
from kaogong.web.parts.forms import SheetField
from kaogong.web.parts.wording import told

SOURCES = [
    ("card_reader", _("读卡器、考勤机导出的记录")),
    ("paper", _("纸质签到表（录成表格）")),
    ("offline_device", _("离线设备导出的记录")),
]
_LARGEST = 2 * 2**20  # bytes carried from the preview to the taking


class SheetForm(forms.Form):
    """The file and where it is from."""

    source = forms.ChoiceField(label=_("来源"), choices=SOURCES)
    sheet = SheetField(
        label=_("签到记录文件"),
        help_text=_("每行一个人：姓名或身份证号，签到时间，有的话加上签退时间；列名不必与模板相同"),
    )

    def clean_sheet(self):
        sheet = self.cleaned_data["sheet"]
        if sheet.size > _LARGEST:
            raise forms.ValidationError(gettext("文件超过 2 MB。请按月份分开，一份一份导入。"))
        return sheet


class Import(View):
    """Look a file over without keeping anything; then take its good rows."""

    def dispatch(self, request: HttpRequest, pk: int) -> HttpResponse:
        require_may(request.actor, Permission.IMPORT_CHECK_INS, gettext("导入签到记录"))
        self.training_class = training.training_class(pk, by=request.actor)
        return super().dispatch(request, pk)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.shown(request, SheetForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if "kept" in request.POST:
            return self.take(request)
        form = SheetForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.shown(request, form, status=422)
        sheet, source = form.cleaned_data["sheet"], form.cleaned_data["source"]
        data = sheet.read()
        try:
            receipt = self._read(request, data, sheet.name, source, keep=False)
        except (NotFound, NotPermitted):
            raise
        except Refused as refusal:
            form.add_error("sheet", told(refusal))
            return self.shown(request, form, status=422)
        return self.shown(
            request,
            form,
            preview=receipt,
            kept=base64.b64encode(data).decode(),
            filename=sheet.name,
            source=source,
            source_label=dict(SOURCES)[source],
        )

    def take(self, request: HttpRequest) -> HttpResponse:
        """Take the rows that were looked over, read again from the very same bytes."""
        try:
            data = base64.b64decode(request.POST["kept"], validate=True)
        except binascii.Error:
            return self.get(request, self.training_class.pk)
        source = request.POST.get("source", "")
        receipt = self._read(request, data, request.POST.get("filename", "")[:200], source, keep=True)
        sessions = list(
            presence.sessions_in_reach(request.actor)
            .filter(pk__in=receipt.sessions)
            .order_by("on", "starts_at")
        )
        return self.shown(request, SheetForm(), receipt=receipt, sessions=sessions)

    def _read(self, request, data: bytes, filename: str, source: str, *, keep: bool):
        """Read a file through the operation; unless it is to be kept, undo what it did."""
        with transaction.atomic():
            receipt = operations.import_check_ins(
                self.training_class.pk, data, filename, by=request.actor, at=request.at, source=source
            )
            if not keep:
                transaction.set_rollback(True)
        return receipt

    def shown(self, request, form, *, status: int = 200, **more) -> HttpResponse:
        return render(
            request,
            "provider/check_in_sheet.html",
            {
                "class": self.training_class,
                "form": form,
                "cancel_url": reverse("provider:attendance:grid", args=[self.training_class.pk]),
                "problems_of": more.get("preview") or more.get("receipt"),
                **more,
            },
            status=status,
        )
