"""Whether learners work 3, 6 and 12 months later: from registers, or declared with a document; else unknown."""

import base64
import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from kaogong.gateways import registers
from kaogong.gateways.registers import Answer, Employment, Insurance, InsuredSpell
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, WrongState
from kaogong.outcomes import operations, queries
from kaogong.outcomes.models import FollowUp
from kaogong.outcomes.tasks import follow_up_every_night
from tests.factories import an_actor, make_institution
from tests.factories.training import a_day_at
from tests.gateways.registers import serving

from .conftest import SYSTEM

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 a labour contract"
THREE_MONTHS = date(2026, 9, 30)


@pytest.fixture
def due(finished):
    """The follow-ups of three months, opened on their day."""
    operations.open_follow_ups(by=SYSTEM, at=a_day_at(THREE_MONTHS, 6))
    return list(FollowUp.objects.order_by("pk"))


@pytest.fixture
def clerk():
    return an_actor("bureau_clerk")


def declare(row, by, at=None, **more):
    given = {"work": "employed", "employer": "示例酒店", "since_on": date(2026, 8, 1), "document": PDF,
             "document_name": "劳动合同.pdf"} | more  # fmt: skip
    return operations.declare_employment(row.pk, by=by, at=at or a_day_at(THREE_MONTHS), **given)


def test_open_follow_ups_on_each_month_once(finished):
    for on, opened in (
        (date(2026, 9, 29), 0), (THREE_MONTHS, 12), (THREE_MONTHS, 0), (date(2026, 12, 30), 12),
        (date(2027, 6, 30), 12), (date(2028, 1, 1), 0),
    ):  # fmt: skip
        assert operations.open_follow_ups(by=SYSTEM, at=a_day_at(on, 6)) == opened
    assert set(FollowUp.objects.values_list("months", "due_on")) == {
        (3, THREE_MONTHS),
        (6, date(2026, 12, 30)),
        (12, date(2027, 6, 30)),
    }


def test_months_after_ends_within_the_month():
    assert queries.months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert queries.months_after(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert queries.months_after(date(2026, 8, 31), -6) == date(2026, 2, 28)


# What the registers say -----------------------------------------------------------------------------

DAY = date(2026, 9, 30)


def told(facts=None, status="known"):
    return Answer(status, "示例平台", date(2026, 10, 1), facts)


def insured(since, until=None):
    return Insurance((InsuredSpell("示例酒店", "", since, until, ""),))


SILENT = told(status="unavailable")


@pytest.mark.parametrize(
    ("employment", "insurance", "works"),
    [
        (told(Employment("示例酒店", "", date(2026, 8, 1))), SILENT, True),
        (SILENT, told(insured(date(2026, 8, 1))), True),
        (told(Employment("", "", None)), told(insured(date(2026, 8, 1))), True),
        (told(Employment("", "", None)), told(Insurance(())), False),
        (told(Employment("", "", None)), SILENT, False),
        (told(Employment("示例酒店", "", date(2026, 10, 9))), told(Insurance(())), False),
        (told(Employment("示例酒店", "", date(2026, 10, 9))), SILENT, None),
        (told(status="not_found"), told(Insurance(())), None),
        (told(status="not_found"), told(status="not_found"), None),
        (SILENT, SILENT, None),
        (told(Employment("", "", None)), told(insured(date(2026, 1, 1), date(2026, 9, 30))), False),
    ],
)  # fmt: skip
def test_work_on_a_day(employment, insurance, works):
    found = queries.work_on(DAY, employment, insurance)
    assert (found.works if found else None) is works


def test_work_on_a_day_after_the_registers_own_is_not_known():
    old = Answer("known", "示例平台", DAY - timedelta(days=1), Employment("", "", None))
    assert queries.work_on(DAY, old, SILENT) is None


def test_follow_up_every_night_from_the_registers(finished, tmp_path):
    people = [e.person for e in finished.enrolments.order_by("sequence")]
    facts = {
        "source": "示例平台",
        "as_of": "2026-09-30",
        "employment": {
            people[0].id_number: {"employer": "示例酒店", "since": "2026-08-01"},
            people[1].id_number: {"employer": "", "since": None},
        },
        "insurance": {
            people[2].id_number: {"spells": [{"employer": "示例厂", "since": "2026-07-15", "until": None}]}
        },
    }
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(facts))
    with override_settings(REGISTERS=f"facts:{path}"):
        follow_up_every_night(timestamp=int(a_day_at(THREE_MONTHS, 6).timestamp()))
    rows = {row.person_id: row for row in FollowUp.objects.all()}
    assert [rows[p.pk].status for p in people[:4]] == ["employed", "jobless", "employed", "due"]
    one = rows[people[2].pk]
    assert (one.employer, one.source, one.as_of) == ("示例厂", "示例平台", THREE_MONTHS)


def test_follow_up_register_down_leaves_everyone_due_then_unknown(due):
    with serving() as exchange, override_settings(REGISTERS=exchange.address):
        exchange.trouble = ["500"] * 8
        said = operations.follow_up_learners(by=SYSTEM, at=a_day_at(THREE_MONTHS, 7))
        assert said == {"opened": 0, "employed": 0, "jobless": 0, "lapsed": 0}
    registers.forget_failures()
    assert set(FollowUp.objects.values_list("status", flat=True)) == {"due"}
    assert operations.lapse_follow_ups(by=SYSTEM, at=a_day_at(THREE_MONTHS + timedelta(days=59))) == 0
    assert operations.lapse_follow_ups(by=SYSTEM, at=a_day_at(THREE_MONTHS + timedelta(days=60))) == 12
    assert set(FollowUp.objects.values_list("status", flat=True)) == {"unknown"}


@override_settings(REGISTERS="")
def test_follow_up_without_registers_asks_nobody(due):
    assert operations.ask_about_work(by=SYSTEM, at=a_day_at(THREE_MONTHS)) == {"employed": 0, "jobless": 0}


# What learners declare -------------------------------------------------------------------------------


def test_declare_employment_counts_once_confirmed(due, learners, clerk):
    row = declare(due[0], learners[0])
    assert (row.status, row.document_name) == ("declared", "劳动合同.pdf")
    name, content = queries.follow_up_document(row.pk, by=clerk)
    assert base64.b64decode(content) == PDF and name == "劳动合同.pdf"
    operations.confirm_employment(row.pk, by=clerk, at=a_day_at(THREE_MONTHS))
    row.refresh_from_db()
    assert (row.status, row.source) == ("employed", "本人申报")


def test_decline_employment_says_why_and_may_be_declared_again(due, learners, clerk):
    row = declare(due[0], learners[0])
    with pytest.raises(ReasonMissing):
        operations.decline_employment(row.pk, by=clerk, at=a_day_at(THREE_MONTHS), reason=" ")
    operations.decline_employment(row.pk, by=clerk, at=a_day_at(THREE_MONTHS), reason="合同没有盖章")
    row.refresh_from_db()
    assert (row.status, row.note) == ("unknown", "合同没有盖章")
    assert declare(row, learners[0]).status == "declared"


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"work": "idle"}, operations.WorkUnknown),
        ({"since_on": date(2026, 10, 1)}, operations.WorkDayImpossible),
        ({"employer": " "}, operations.WorkEmployerMissing),
        ({"document": b""}, operations.WorkDocumentMissing),
        ({"document": b"MZ a program"}, operations.WorkDocumentMissing),
        ({"document": PDF + b"0" * (5 * 2**20)}, operations.WorkDocumentMissing),
    ],
)
def test_declare_employment_needs_its_facts_and_a_document(given, refusal, due, learners):
    with pytest.raises(refusal):
        declare(due[0], learners[0], **given)


def test_declare_employment_own_business_names_no_employer(due, learners):
    assert declare(due[0], learners[0], work="own_business", employer="").work == "own_business"


def test_declare_employment_is_for_oneself_and_a_file_name_carries_no_other_kind(due, learners):
    with pytest.raises(NotFound):
        declare(due[0], learners[1])
    assert declare(due[0], learners[0], document_name="run.exe").document_name == "run.pdf"
    with pytest.raises(WrongState):
        declare(due[0], learners[0])


def test_confirm_employment_is_the_bureaus_of_that_region(due, learners, finished, clerk):
    row = declare(due[0], learners[0])
    provider = an_actor("provider_clerk", organisation_id=finished.institution_id)
    for by in (provider, an_actor("bureau_clerk", region_code="370211"), learners[0], an_actor("auditor")):
        with pytest.raises((NotFound, NotPermitted)):
            operations.confirm_employment(row.pk, by=by, at=a_day_at(THREE_MONTHS))
    with pytest.raises(WrongState):
        operations.confirm_employment(due[1].pk, by=clerk, at=a_day_at(THREE_MONTHS))


def test_follow_up_employed_always_says_how_it_is_known(due):
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUp.objects.filter(pk=due[0].pk).update(status="declared")


# Rates -----------------------------------------------------------------------------------------------


def test_employment_rate_the_unknown_stand_in_the_denominator():
    assert queries.employment_rate(6, 2, 2) == 600
    assert queries.employment_rate(6, 2, 0) == 750
    assert queries.employment_rate(0, 0, 5) == 0
    assert queries.employment_rate(0, 0, 0) is None


def test_outcome_rates_per_provider_and_occupation(due, learners, clerk, finished):
    for row, by in zip(due[:6], learners, strict=False):
        declare(row, by)
        operations.confirm_employment(row.pk, by=clerk, at=a_day_at(THREE_MONTHS))
    declare(due[6], learners[6])
    [rate] = queries.outcome_rates(clerk)
    assert (rate.people, rate.employed, rate.unknown, rate.waiting, rate.permille) == (12, 6, 0, 6, 1000)
    operations.lapse_follow_ups(by=SYSTEM, at=a_day_at(THREE_MONTHS + timedelta(days=60)))
    [rate] = queries.outcome_rates(clerk, months=3, institution_id=finished.institution_id)
    assert (rate.employed, rate.unknown, rate.waiting, rate.permille) == (6, 5, 1, 545)
    assert rate.occupation_code == finished.occupation_code
    own = an_actor("provider_clerk", organisation_id=finished.institution_id)
    other = an_actor("provider_clerk", organisation_id=make_institution().pk)
    assert queries.outcome_rates(own) == [rate] and queries.outcome_rates(other) == []
    assert not queries.follow_ups(own).exists()  # rates, not people
    assert queries.outcome_rates(clerk, months=6) == []


def test_public_rates_only_of_enough_people(due, learners, clerk, finished):
    pk, on = finished.institution_id, THREE_MONTHS
    assert queries.public_rates(pk, "370299", on) == []
    operations.lapse_follow_ups(by=SYSTEM, at=a_day_at(THREE_MONTHS + timedelta(days=60)))
    [rate] = queries.public_rates(pk, "370299", on)
    assert (rate.months, rate.permille, rate.unknown) == (3, 0, 12)
    assert queries.public_rates(pk, "510700", on) == []
