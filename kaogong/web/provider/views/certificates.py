"""Certificates this body issued."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.certificates import operations
from kaogong.certificates import queries as certificates
from kaogong.claims.operations import attested
from kaogong.trail.operations import require_may
from kaogong.web.parts.lists import ListPage
from kaogong.web.parts.pages import act

from ..filters import CertificateFilter
from ..stories import kind_label
from ..tables import CertificateTable
from .classes import with_courses


class CertificateList(ListPage):
    """Certificates issued, newest first."""

    title = _("已发证书")
    subtitle = _("本机构发放的证书；发现问题先暂停使用，撤销由人社部门办理。")
    table_class = CertificateTable
    filter_class = CertificateFilter
    may = Permission.ISSUE_CERTIFICATES
    empty_title = _("还没有发过证书")
    empty_text = _("考核成绩录完后，在考核场次里发放证书。")
    empty_label = _("考核场次")

    def rows(self, request):
        self.empty_url = reverse("provider:exams:list")
        return certificates.certificates(request.actor)

    def prepare(self, records):
        with_courses(records)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One certificate."""
    require_may(request.actor, Permission.ISSUE_CERTIFICATES, gettext("查看证书"))
    certificate = certificates.certificate(pk, by=request.actor)
    with_courses([certificate])
    scores = [
        f"{score / 100:g}" if score is not None else ""
        for score in (certificate.theory_score, certificate.practice_score)
    ]
    return render(
        request,
        "provider/certificate_detail.html",
        {
            "certificate": certificate,
            "facts": [
                (gettext("证书种类"), kind_label(certificate.kind)),
                (gettext("姓名"), certificate.holder_name),
                (gettext("身份证号码"), certificate.holder_id_masked),
                (gettext("职业和等级"), certificate.course),
                (gettext("发证日期"), certificate.issued_on),
                (gettext("理论成绩"), scores[0]),
                (gettext("实作成绩"), scores[1]),
            ],
        },
    )


def _to_certificate(request, certificate) -> str:
    return reverse("provider:certificates:detail", args=[certificate.pk])


hold = act(attested.hold_certificate, to=_to_certificate, done=_("已暂停使用；相关补贴先不拨付。"))
release = act(operations.release_certificate, to=_to_certificate, done=_("已恢复有效。"))
