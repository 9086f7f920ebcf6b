"""Institutions and what they are recognised for, on any day (C1, C3)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from kaogong.institutions import queries
from kaogong.institutions.models import Contract, Institution
from kaogong.institutions.operations import (
    AccountNumberWrong,
    ContractDatesWrong,
    ContractNumberTaken,
    CreditCodeTaken,
    NotAProvider,
    ScopeEmpty,
    ScopeUnknown,
    SiteNameTaken,
    TrainerTaken,
    add_trainer,
    draft_contract,
    end_contract,
    recognise_provider,
    register_institution,
    resume_provider,
    set_institution_bank_account,
    suspend_provider,
)
from kaogong.kernel.actor import system_actor
from kaogong.kernel.credit_code import (
    CreditCodeChecksum,
    CreditCodeOrganisation,
    check_symbol,
    make_credit_code,
)
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, WrongState
from kaogong.trail.models import Entry
from tests.factories import (
    COOK,
    an_actor,
    an_id_number,
    make_contract,
    make_institution,
    make_site,
    make_trainer,
)

pytestmark = pytest.mark.django_db
BY = system_actor()


def at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def _register(credit_code: str, **fields):
    fields = {
        "name": "示例学校",
        "kind": "training_school",
        "region_code": "370299",
        "by": BY,
        "at": at(1, 5),
    } | fields
    return register_institution(credit_code=credit_code, **fields)


def _draft(institution, **fields):
    fields = {
        "number": "XY-1", "starts_on": date(2026, 1, 1), "ends_on": date(2027, 1, 1), "head_count": 100,
        "scopes": [COOK], "by": an_actor("bureau_clerk"), "at": at(1, 5),
    } | fields  # fmt: skip
    return draft_contract(institution.pk, **fields)


def test_register_institution_checks_the_code_and_the_organisation_code_inside():
    good = make_credit_code("52", "370299", 99).value
    assert _register(f" {good.lower()} ").credit_code == good
    with pytest.raises(CreditCodeChecksum):
        _register(good[:-1] + ("0" if good[-1] != "0" else "1"))
    body = good[:16] + ("1" if good[16] != "1" else "2")
    with pytest.raises(CreditCodeOrganisation):
        _register(body + check_symbol(body))


def test_register_institution_twice_is_refused_with_the_name_it_has():
    known = make_institution("示例区甲学校")
    with pytest.raises(CreditCodeTaken) as refused:
        _register(known.credit_code)
    assert "示例区甲学校" in refused.value.message


def test_register_institution_needs_the_right_and_the_reach():
    code = make_credit_code("52", "370299", 98).value
    with pytest.raises(NotPermitted):
        _register(code, by=an_actor("cashier"))
    with pytest.raises(NotFound):
        _register(code, by=an_actor("bureau_clerk", region_code="510700"))


def test_set_institution_bank_account_seals_it():
    institution = make_institution(bank_account="3803020109000123456")
    with connection.cursor() as cursor:
        cursor.execute("SELECT i::text FROM institutions_institution i WHERE id = %s", [institution.pk])
        assert "3803020109000123456" not in cursor.fetchone()[0]
    account = queries.bank_account_of(institution.pk)
    assert (account.account, account.holder) == ("3803020109000123456", institution.name)
    for wrong in ("", "123", "000000000000", "abc12345678"):
        with pytest.raises(AccountNumberWrong):
            set_institution_bank_account(institution.pk, bank_name="x", account=wrong, by=BY, at=at(1, 6))
    assert "3803020109000123456" not in str(list(Entry.objects.values_list("detail", flat=True)))


def test_institution_of_another_is_not_found():
    mine, other = make_institution(), make_institution()
    clerk = an_actor("provider_clerk", organisation_id=mine.pk)
    assert queries.institution(mine.pk, by=clerk).pk == mine.pk
    assert [i.pk for i in queries.institutions(clerk)] == [mine.pk]
    with pytest.raises(NotFound):
        queries.institution(other.pk, by=clerk)
    with pytest.raises(NotFound):
        queries.institution(mine.pk, by=an_actor("bureau_clerk", region_code="510700"))


def test_draft_contract_refuses_by_name():
    institution, body = make_institution(), make_institution(is_provider=False, is_assessor=True)
    with pytest.raises(NotAProvider):
        _draft(body)
    with pytest.raises(ScopeEmpty):
        _draft(institution, scopes=[])
    with pytest.raises(ScopeUnknown):
        _draft(institution, scopes=[("9-99-99-99", "5")])
    with pytest.raises(ContractDatesWrong):
        _draft(institution, ends_on=date(2026, 1, 1))
    _draft(institution)
    with pytest.raises(ContractNumberTaken):
        _draft(institution)


def test_recognise_provider_gives_ground_for_the_days_of_the_term():
    institution = make_institution()
    contract = _draft(institution)
    covers = lambda day: queries.is_in_scope(institution.pk, *COOK, day)  # noqa: E731
    assert not covers(date(2026, 6, 1))
    recognise_provider(contract.pk, by=an_actor("bureau_clerk"), at=at(1, 5))
    assert covers(date(2026, 1, 1))
    assert covers(date(2026, 12, 31))
    assert not covers(date(2027, 1, 1))
    assert not covers(date(2025, 12, 31))
    assert queries.contract_for(institution.pk, *COOK, date(2026, 6, 1)).pk == contract.pk
    assert queries.contract_for(institution.pk, COOK[0], "4", date(2026, 6, 1)) is None


def test_recognise_provider_by_someone_without_the_right_changes_nothing():
    contract = make_contract(make_institution(), recognised=False)
    with pytest.raises(NotPermitted):
        recognise_provider(contract.pk, by=an_actor("reviewer"), at=at(1, 6))
    assert Contract.objects.get(pk=contract.pk).recognised_at is None


def test_suspend_provider_leaves_earlier_days_their_ground():
    institution, clerk = make_institution(), an_actor("bureau_clerk")
    contract = make_contract(institution)
    with pytest.raises(ReasonMissing):
        suspend_provider(contract.pk, by=clerk, at=at(3, 1), reason="")
    suspend_provider(contract.pk, by=clerk, at=at(3, 1), reason="检查发现问题")
    resume_provider(contract.pk, by=clerk, at=at(4, 1), reason="整改合格")
    held = {day: queries.is_recognised_on(institution.pk, date(2026, *day)) for day in
            ((2, 28), (3, 1), (3, 31), (4, 1))}  # fmt: skip
    assert held == {(2, 28): True, (3, 1): False, (3, 31): False, (4, 1): True}


def test_end_contract_is_for_good():
    institution, clerk = make_institution(), an_actor("bureau_clerk")
    contract = make_contract(institution)
    end_contract(contract.pk, by=clerk, at=at(5, 1), reason="机构申请退出")
    assert queries.is_recognised_on(institution.pk, date(2026, 4, 30))
    assert not queries.is_recognised_on(institution.pk, date(2026, 5, 1))
    with pytest.raises(WrongState):
        resume_provider(contract.pk, by=clerk, at=at(5, 2), reason="x")


def test_contract_in_a_wrong_state_is_refused_by_the_database():
    contract = make_contract(make_institution(), recognised=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.filter(pk=contract.pk).update(status="suspended", recognised_at=at(1, 5))


def test_recognised_providers_are_listed_with_contract_and_scope():
    shown, hidden = make_institution(recognised_for=[COOK]), make_institution()
    make_contract(hidden, recognised=False)
    (listed,) = queries.recognised_providers("370200", date(2026, 6, 1))
    assert listed.pk == shown.pk
    assert [(s.occupation_code, s.level_code) for s in listed.contracts_in_force[0].scopes.all()] == [COOK]
    assert not queries.recognised_providers("370200", date(2030, 1, 1))


def test_add_site_and_trainer_by_the_institution_itself_only_once():
    institution = make_institution()
    own, stranger = an_actor("provider_clerk", organisation_id=institution.pk), an_actor("provider_clerk")
    make_site(institution, "教学楼")
    with pytest.raises(SiteNameTaken):
        make_site(institution, "教学楼")
    number = an_id_number().value
    trainer = {"name": "李师傅", "id_number": number, "employment": "full", "at": at(1, 6)}
    with pytest.raises(NotFound):
        add_trainer(institution.pk, by=stranger, **trainer)
    add_trainer(institution.pk, by=own, **trainer)
    with pytest.raises(TrainerTaken):
        add_trainer(institution.pk, by=own, **trainer)
    assert make_trainer(institution).name in {t.name for t in queries.trainers(institution.pk)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM institutions_trainer t")
        assert all(number not in row[0] for row in cursor.fetchall())


def test_institutions_by_part_of_name_or_code():
    school, _other = make_institution("示例区海蓝职业培训学校"), make_institution()
    clerk = an_actor("bureau_clerk")
    assert [i.pk for i in queries.institutions(clerk, "海蓝")] == [school.pk]
    assert [i.pk for i in queries.institutions(clerk, school.credit_code.lower())] == [school.pk]
    assert queries.institution_by_credit_code(school.credit_code) == Institution.objects.get(pk=school.pk)
    assert queries.institution_names([school.pk]) == {school.pk: school.name}
