"""Every address of the door: for its roles only, and never another's thing."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kaogong.claims import queries as claim_queries
from kaogong.kernel.actor import system_actor
from kaogong.outcomes.models import Survey
from kaogong.outcomes.operations import open_surveys
from kaogong.supervision import queries as supervision
from kaogong.supervision.operations import NewFinding
from kaogong.training import operations, queries
from kaogong.web.provider.urls import urlpatterns
from tests.factories import a_roster, an_actor, make_class, make_exam, make_person, roster_rows
from tests.factories.claims import make_certified_class, make_claim, make_learner
from tests.factories.demand import demand_things
from tests.factories.enquiries import ask
from tests.factories.filing import filing_things
from tests.factories.grants_things import grants_things
from tests.factories.modes import modes_things
from tests.factories.oversight import oversight_things
from tests.factories.payees import payee_things
from tests.factories.presence import presence_things
from tests.factories.providers import providers_things
from tests.factories.reconciling import paper_things
from tests.factories.recoveries import recoveries_things
from tests.factories.risk import make_risk_finding
from tests.factories.supervision import make_bureau, make_draw, make_running_class, record
from tests.factories.training import a_day_at

from .conftest import browser_of


def addresses(things: dict[str, dict[str, int]]) -> dict[str, str]:
    """Every address of the door with the arguments of ``things``, by name."""
    found = {}
    for part in urlpatterns:
        patterns = part.url_patterns if hasattr(part, "url_patterns") else [part]
        for pattern in patterns:
            space = getattr(part, "namespace", "")
            name = f"{space}:{pattern.name}" if space else pattern.name
            wanted = pattern.pattern.converters
            known = things.get(name, things.get(space, {}))
            kwargs = {key: known[key] if key in known else things["other"][key] for key in wanted}
            found[name] = reverse(f"provider:{name}", kwargs=kwargs)
    return found


@pytest.fixture
def things(school, body, assessor, clerk) -> dict[str, dict]:
    """One of each thing, all the school's or the body's own."""
    reporter = clerk.actor
    training_class = make_class(school, status="running", people=[make_person("李兰")])
    drafted = make_class(school)
    clerk = an_actor("provider_clerk", organisation_id=school.pk)
    roster = operations.upload_roster(
        drafted.pk, a_roster(roster_rows([make_person("王强")])), "a.csv", by=clerk, at=drafted.created_at
    )
    finished = make_class(school, status="finished", people=1, scheme_code="employment_training")
    open_surveys(by=system_actor(), at=a_day_at(finished.ends_on))
    survey = Survey.objects.get(training_class=finished)
    exam = make_exam(finished, assessor=body, by=assessor.actor)
    claim = make_claim(make_certified_class(1, institution=school))
    line = claim_queries.lines(claim.pk).get()
    finding = _finding_of(school)
    filed = filing_things(school, clerk)
    of_provider = providers_things(school)
    granted = grants_things(school, make_learner())
    presence = presence_things(school, make_person("签到学员"))
    modes = modes_things(school)
    recovered = recoveries_things(school=school, learner=make_person("退款学员"))
    demanded = demand_things(school)
    payees = payee_things(school, line.person, line, at=a_day_at(date(2026, 8, 3)))
    return {
        "recognition": of_provider["drafted application"],
        "recognition:paper": of_provider["application paper"],
        "grades": of_provider["evaluation"],
        "grants": granted["drafted grant"],
        "grants:begin": granted["body scheme"],
        "grants:import_list": granted["list scheme"],
        "grants:award_list": granted["award list"],
        "grants:paper": granted["grant paper"],
        "grants:add_item": granted["facility draft"],
        "grants:remove_item": granted["bought item"],
        "grants:inventory": granted["bought item"],
        "institution": of_provider["trainer"],
        "institution:remove_equipment": of_provider["equipment"],
        "classes": {"pk": drafted.pk},
        "outcomes:survey": {"pk": survey.pk},
        "enquiries": {"pk": ask(drafted.created_at, channel="provider", by=clerk).enquiry.pk},
        "talents": demanded["own talent"],
        "demand": demanded["demand reply"],
        "demand:line": demanded["demand line"],
        "demand:drop": demanded["demand line"],
        "rosters": {"pk": roster.pk},
        "rosters:upload": {"pk": drafted.pk},
        "rosters:form": {"pk": drafted.pk},
        "learners": {"class_pk": training_class.pk, "pk": queries.enrolments(training_class.pk).get().pk},
        "learners:list": {"pk": training_class.pk},
        "attendance": {"pk": training_class.pk},
        "attendance:session": {
            "class_pk": training_class.pk, "pk": queries.sessions(training_class.pk).first().pk,
        },
        "exams": {"pk": exam.pk},
        "exams:schedule": {"pk": training_class.pk},
        "certificates": {"pk": line.certificate_id},
        "claims": {"pk": claim.pk},
        "apprentices": modes["apprentice"],
        "apprentices:list": {"pk": modes["apprentice"]["class_pk"]},
        "vouchers": modes["voucher"],
        "vouchers:bind": modes["class of vouchers"],
        "claim_papers": modes["claim document"],
        "fee_documents": modes["fee document"],
        "fee_documents:list": modes["class of vouchers"],
        "fee_documents:add": modes["class of vouchers"],
        "account_changes": payees["account change of the school"],
        "claim_appeals": payees["claim appeal"],
        "claim_appeals:claim": {"pk": claim.pk},
        "claim_appeals:line": {"pk": line.pk},
        "claim_appeals:paper": payees["case paper"],
        "claims:submit": {"pk": finished.pk},
        "claims:evidence": {"pk": line.pk, "fact": "insured"},
        "payments": {"pk": 0},
        "recoveries": recovered["recoupment of the school"],
        "recoveries:receipt": recovered["recovery receipt of the school"],
        "statements": paper_things(school=school.pk, learner=make_person("对账学员").pk)["paper of the school"],
        "risk": {"pk": make_risk_finding(finished)[1].pk},
        "inspections": {"pk": finding.inspection_id},
        "findings": {"pk": finding.pk},
        **oversight_things(school, reporter),
        "evidence": filed["evidence document"],
        "class_changes": filed["class change"],
        "sessions": presence["check-in"],
        "sessions:import": presence["class of check-ins"],
        "sessions:release": presence["device"],
        "disputes": presence["dispute"],
        "other": {},
    }  # fmt: skip


def _finding_of(school):
    """What an inspection of the school's class found."""
    at = timezone.now() - timedelta(minutes=30)
    make_running_class(at, school)
    bureau = make_bureau(at)
    make_draw(bureau, at=at, status="drawn")
    inspection = supervision.inspections(bureau.clerk).first()  # every class in training is the school's
    record(inspection, bureau, at=at + timedelta(minutes=5), findings=[NewFinding("缺实训记录", 5)])
    (finding,) = supervision.findings(bureau.clerk, inspection_id=inspection.pk)
    return finding


def test_own_pages_open(clerk, assessor, things):
    for name, address in addresses(things).items():
        if name in {"certificates:detail", "payments:correct", "claim_appeals:claim", "claim_appeals:line"}:
            continue
        browser = assessor if name.split(":")[0] in {"exams", "certificates"} else clerk
        assert browser.get(address).status_code in {200, 204, 302, 405}, name


def test_anonymous_is_asked_to_log_in(things):
    for name, address in addresses(things).items():
        response = Client().get(address)
        assert response.status_code == 302, name
        assert response.url.startswith("/login/"), name


@pytest.mark.parametrize("role", ["bureau_clerk", "learner", "administrator"])
def test_roles_of_other_doors_are_refused(things, role):
    browser = browser_of(an_actor(role))
    for name, address in addresses(things).items():
        assert browser.get(address).status_code == 403, name
        assert browser.post(address).status_code == 403, name


def test_assessor_cannot_do_the_schools_work(assessor, things):
    for name, address in addresses(things).items():
        if name.split(":")[0] in {"classes", "rosters", "learners", "attendance", "claims", "payments"}:
            assert assessor.get(address).status_code in {403, 405}, name
            assert assessor.post(address, {"reason": "x"}).status_code in {403, 404, 405}, name


def test_another_schools_things_are_not_found(stranger, things):
    for name, address in addresses(things).items():
        if "<" in name or name.split(":")[0] in {"exams", "certificates", "payments", "institution", "home"}:
            continue
        if not any(part.isdigit() for part in address.split("/")):
            continue
        assert stranger.get(address).status_code in {404, 405}, name
        assert stranger.post(address, {"reason": "x"}).status_code in {404, 405}, name


def test_another_bodys_exam_is_not_found(things):
    other = browser_of(an_actor("assessor"))
    for name in ("detail", "import", "form"):
        assert other.get(reverse(f"provider:exams:{name}", args=[things["exams"]["pk"]])).status_code == 404
    for name in ("marks", "certify"):
        assert other.post(reverse(f"provider:exams:{name}", args=[things["exams"]["pk"]])).status_code == 404
    certificate = things["certificates"]["pk"]
    assert other.get(reverse("provider:certificates:detail", args=[certificate])).status_code == 404
    assert (
        other.post(reverse("provider:certificates:hold", args=[certificate]), {"reason": "x"}).status_code
        == 404
    )


def test_own_institution_can_be_kept_up(clerk, school):
    given = {"name": "二号实训室", "address": "示例街道2号", "capacity": 40}
    clerk.post(reverse("provider:institution:add_site"), given)
    assert "二号实训室" in clerk.get(reverse("provider:institution:detail")).content.decode()
    account = {
        "bank_name": "示例银行",
        "account": "6217000000000000012",
        "holder": school.name,
        "reason": "换行",
    }
    refused = clerk.post(reverse("provider:institution:account"), account)
    assert refused.status_code == 422
    assert "已经登记了收款账户" in refused.content.decode()


def test_trainer_with_a_wrong_number_is_told(clerk):
    given = {"name": "张师傅", "id_number": "370299199001010000", "employment": "full"}
    response = clerk.post(reverse("provider:institution:add_trainer"), given)
    assert response.status_code == 422
    assert "张师傅" in response.content.decode()
