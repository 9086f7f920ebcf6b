"""What a learner sees first: the money, what needs doing, certificates, what else there is."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.certificates import queries as certificates
from kaogong.claims import queries as claims
from kaogong.outcomes import queries as outcomes
from kaogong.people import queries as people
from kaogong.trail.operations import require_may
from kaogong.training import queries as training
from kaogong.web.learner.claimable import claimable
from kaogong.web.learner.money import Subsidy, receivers, subsidies
from kaogong.web.parts.policy import cited, in_english, is_for_bodies, level_name, rate_of


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing only the learner can do, and where."""

    title: str
    text: str
    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing the policy offers, with the clause it rests on."""

    title: str
    text: str
    clause: str
    rate: object | None


def home(request: HttpRequest) -> HttpResponse:
    """One screen: where my money stands, what I need to do, my certificates, what else I may get."""
    require_may(request.actor, Permission.VIEW_OWN_FILE, gettext("个人服务"))
    person = people.person(request.actor.person_id, by=request.actor)
    mine = subsidies(person.pk, request.today)
    enrolments = list(training.enrolments_of(person.pk).filter(status="enrolled")[:1])
    latest = enrolments[0] if enrolments else None
    region = person.region_code[:6] or settings.REGION_CODE
    found = _for_people(claims.prospects(person.pk, region_code=region, on=request.today))
    current = mine[0] if mine else None
    return render(
        request,
        "learner/home.html",
        {
            "person": person,
            "current": current,
            "receivers": _receivers(current, enrolments) if current else [],
            "subsidy_count": len(mine),
            "todos": [*_after_class(request), *_todos(person, mine)],
            "certificates": _with_names(certificates.certificates_of(person.pk)[:3]),
            "latest": latest,
            "latest_hours": training.hours_of([latest.pk])[latest.pk] if latest else 0,
            "claimable": claimable(person.pk, request.today),
            "offers": _offers(person.pk, region, found, request.today)[:3],
            "nearby": list(training.open_classes(region, request.today)[:3]),
            "entries": list(people.file_of(person.pk).order_by("-on", "-id")[:6]),
        },
    )


def more(request: HttpRequest) -> HttpResponse:
    """Everything the policy offers this person, each condition with its clause."""
    require_may(request.actor, Permission.VIEW_OWN_FILE, gettext("个人服务"))
    person = people.person(request.actor.person_id, by=request.actor)
    region = person.region_code[:6] or settings.REGION_CODE
    found = _for_people(claims.prospects(person.pk, region_code=region, on=request.today))
    return render(
        request,
        "learner/more.html",
        {
            "person": person,
            "claimable": claimable(person.pk, request.today),
            "prospects": [_shown(prospect) for prospect in found],
            "offers": _offers(person.pk, region, found, request.today),
            "nearby": list(training.open_classes(region, request.today)[:20]),
        },
    )


def _receivers(current: Subsidy, enrolments: list) -> list:
    names = {e.training_class_id: e.training_class.institution.name for e in enrolments}
    name = names.get(current.claim.training_class_id) or current.training_class.institution.name
    return receivers(current, name)


def _todos(person, mine: list[Subsidy]) -> list[Todo]:
    found = []
    for subsidy in mine:
        if subsidy.has_failed_payment:
            found.append(
                Todo(
                    gettext("付款没有成功，请更正银行账号"),
                    gettext("银行退回原因：{reason}。更正后会重新付款，不用重新申领。").format(
                        reason=subsidy.failure_reason or gettext("未说明")
                    ),
                    reverse("learner:payments:correct", args=[subsidy.payment.pk]),
                    gettext("更正账号"),
                )
            )
        elif subsidy.line.verdict == "needs_evidence" and subsidy.line.status in ("judged", "left_out"):
            found.append(
                Todo(
                    gettext("还缺材料：{occupation}").format(occupation=subsidy.occupation),
                    gettext("有的事实还查不到，补上后才能判断能不能享受。"),
                    reverse("learner:payments:detail", args=[subsidy.line.pk]),
                    gettext("看缺什么、找谁开"),
                )
            )
    owed = any(
        s.waiting_for_account or (s.line.allowance_fen and not s.is_over and s.line.status != "paid")
        for s in mine
    )
    if not person.bank_account_masked and owed:
        found.append(
            Todo(
                gettext("补登银行账号，才能收到补贴"),
                gettext("您有补贴要付给本人，但档案里没有银行账号。"),
                reverse("learner:account"),
                gettext("登记账号"),
            )
        )
    return found


def _after_class(request: HttpRequest) -> list[Todo]:
    """Surveys that wait for an answer, and work that could be shown."""
    found = [
        Todo(
            gettext("请评价：{title}").format(title=survey.training_class.title),
            gettext("一分钟填完，不显示您是谁。{closes_on} 截止。").format(closes_on=survey.closes_on),
            reverse("learner:surveys:answer", args=[survey.pk]),
            gettext("去评价"),
        )
        for survey in outcomes.surveys_to_answer(request.actor.person_id, request.today)
    ]
    if outcomes.follow_ups(request.actor).filter(status__in=("due", "unknown")).exists():
        found.append(
            Todo(
                gettext("您现在就业了吗"),
                gettext("登记里还没有查到。就业了的，可以带一份材料申报。"),
                reverse("learner:follow_ups:list"),
                gettext("看看、申报"),
            )
        )
    return found


def _with_names(rows) -> list:
    found = list(rows)
    for certificate in found:
        certificate.occupation_name = catalog.occupation_name(certificate.occupation_code)
        certificate.level_name = level_name(certificate.level_code)
    return found


def _offers(person_id: int, region: str, found: list, today) -> list[Offer]:
    """The next level where one is subsidised, then every scheme nothing stands in the way of."""
    offers = []
    open_schemes = [prospect for prospect in found if prospect.is_open and prospect.left_this_year != 0]
    for step in claims.next_levels(person_id, region_code=region, on=today):
        name = catalog.occupation_name(step.occupation_code)
        for prospect in _paying_for_levels(open_schemes):
            offers.append(
                Offer(
                    gettext("{occupation} {level} 培训补贴").format(
                        occupation=name, level=level_name(step.level_code)
                    ),
                    gettext("您已有{held}证书").format(held=level_name(step.held_code)) + _left(prospect),
                    cited(prospect.scheme.clauses[-1] if prospect.scheme.clauses else ""),
                    rate_of(prospect.scheme, step.occupation_code, step.level_code),
                )
            )
    for prospect in open_schemes:
        scheme = prospect.scheme
        unknown = prospect.decision.findings_that("passed")
        known = [
            f.message_en if in_english() else f.message_zh for f in unknown if f.rule != "real_name_verified"
        ]
        offers.append(
            Offer(
                scheme.label_en if in_english() else scheme.label,
                (" · ".join(known[:2]) or gettext("参加培训并取得证书后可以申领")) + _left(prospect),
                cited(scheme.clauses[0]) if scheme.clauses else "",
                None,
            )
        )
    return offers


def _for_people(found: list) -> list:
    """Without what employers and institutions ask for."""
    return [prospect for prospect in found if not is_for_bodies(prospect.scheme)]


def _paying_for_levels(found: list) -> list:
    """The first scheme that pays for training by a certificate's level."""
    return [
        prospect for prospect in found if prospect.scheme.counts_as == "training" and prospect.scheme.parts
    ][:1]


def _left(prospect) -> str:
    if prospect.left_this_year is None:
        return ""
    return " · " + gettext("本年度还可享受 {n} 次").format(n=prospect.left_this_year)


def _shown(prospect) -> dict:
    decision = prospect.decision
    return {
        "prospect": prospect,
        "label": prospect.scheme.label_en if in_english() else prospect.scheme.label,
        "met": decision.findings_that("passed"),
        "open": decision.findings_that("unknown"),
        "against": decision.findings_that("failed"),
    }
