"""Projects, performance, surplus and lists: money never above what came, scores that turn into money, rows told."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from kaogong import sheets
from kaogong.grants import operations, queries
from kaogong.grants.models import Grant, ProjectEntry
from kaogong.kernel.errors import NotFound, NotPermitted, SamePerson
from kaogong.sheets.grant_layouts import AWARD_LIST
from tests.factories.claims import make_learner
from tests.factories.grants import APPLIED_ON, make_grant, make_talent_fund
from tests.factories.institutions import make_institution
from tests.factories.people import REGION, an_actor, an_id_number
from tests.factories.training import a_day_at

pytestmark = pytest.mark.django_db
AT = a_day_at(APPLIED_ON)


@pytest.fixture
def project():
    """800 万元 awarded, 285 万元 of it received."""
    clerk = an_actor("bureau_clerk")
    base = make_institution("示例公共实训基地", kind="public_base")
    made = operations.register_project(
        base.pk,
        title="公共实训基地扶持",
        kind="support",
        document="青人社督字〔2018〕104号",
        awarded_on=date(2026, 1, 10),
        awarded_fen=8_000_000_00,
        by=clerk,
        at=AT,
    )
    enter(made, "received", 2_850_000_00, by=clerk, source_level="city")
    return made


def enter(project, kind: str, fen: int = 0, *, by=None, **fields):
    fields.setdefault("document", "银行回单 20260301-7")
    if kind == "paid":
        fields.setdefault("payee", "示例公共实训基地")
    return operations.record_project_entry(
        project.pk,
        kind=kind,
        on=date(2026, 3, 1),
        amount_fen=fen,
        by=by or an_actor("bureau_clerk"),
        at=AT,
        **fields,
    )


def test_a_project_shows_what_was_awarded_received_paid_and_left(project):
    enter(project, "paid", 1_000_000_00)
    enter(project, "performance", note="年培训2万人次")
    sums = queries.project_sums([project.pk])[project.pk]
    assert (sums.received_fen, sums.paid_fen, sums.balance_fen) == (
        2_850_000_00,
        1_000_000_00,
        1_850_000_00,
    )


def test_nothing_is_paid_above_what_was_received_nor_received_above_the_award(project):
    with pytest.raises(operations.ProjectOverpaid, match="已到位"):
        enter(project, "paid", 2_850_000_01)
    with pytest.raises(operations.ReceiptAboveAward):
        enter(project, "received", 5_150_000_01, source_level="city")
    with pytest.raises(operations.DocumentMissing):
        enter(project, "paid", 1_00, document=" ")
    with pytest.raises(operations.EntryIncomplete):
        enter(project, "received", 1_00)
    with pytest.raises(NotPermitted):
        enter(project, "paid", 1_00, by=an_actor("provider_clerk"))


def test_the_database_itself_refuses_a_project_paid_above_what_came(project):
    with pytest.raises(IntegrityError, match="more paid than received"), transaction.atomic():
        ProjectEntry.objects.create(
            project=project,
            kind="paid",
            on=date(2026, 3, 1),
            amount_fen=9_000_000_00,
            payee="x",
            document="y",
            recorded_at=AT,
            by_name="z",
        )
        connection.check_constraints()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_capital_project_keeps_what_is_built():
    base = make_institution(kind="technical_school")
    made = operations.register_project(
        base.pk,
        title="技工院校新校区",
        kind="capital",
        document="示发改〔2026〕5号",
        awarded_on=date(2026, 1, 10),
        awarded_fen=735_000_000_00,
        built=operations.Built(538_900, 2_922_000_000_00, 11_900, 735_000_000_00),
        by=an_actor("bureau_clerk"),
        at=AT,
    )
    assert (made.area_sqm, made.equipment_count, made.central_fen) == (538_900, 11_900, 735_000_000_00)


def test_a_sponsor_s_money_is_no_project():
    organiser = make_institution("示例区技能竞赛组委会", kind="public_body")
    with pytest.raises(operations.SponsorsMoneyElsewhere, match="赞助协议"):
        operations.register_project(
            organiser.pk, title="2026年技能大赛赞助", kind="sponsored", document="赞助协议2026-1",
            awarded_on=date(2026, 2, 1), awarded_fen=300_000_00, by=an_actor("bureau_clerk"), at=AT,
        )  # fmt: skip


def score(base, points=(36, 27, 29), by=None):
    codes = ("training", "mentoring", "solving")
    return operations.score_performance(
        base.pk,
        year=2026,
        scores={code: (n, "现场核查记录") for code, n in zip(codes, points, strict=True)},
        by=by or an_actor("bureau_clerk"),
        at=AT,
    )


def test_a_confirmed_score_is_the_money_by_the_band_of_the_rulebook():
    make_talent_fund()
    base = make_institution(kind="public_base")
    clerk = an_actor("bureau_clerk")
    review = score(base, by=clerk)
    assert review.total == 92
    with pytest.raises(NotPermitted):
        operations.confirm_performance(review.pk, by=clerk, at=AT)
    operations.confirm_performance(review.pk, by=an_actor("reviewer"), at=AT)
    grant = make_grant("base_performance_support", institution_id=base.pk, status="submitted")
    operations.determine_fact(grant.pk, fact="approved", value=True, source="认定文件", by=clerk, at=AT)
    grant.refresh_from_db()
    assert (grant.verdict, grant.judged_fen) == ("payable", 120_000_00)


def test_score_performance_needs_every_criterion_its_ground_and_a_table():
    base = make_institution(kind="public_base")
    with pytest.raises(operations.PointsWrong, match="技能培训"):
        score(base, points=(41, 10, 10))
    score(base)
    with pytest.raises(operations.ReviewedAlready):
        score(base)
    elsewhere = make_institution(kind="public_base", region_code="510700")
    with pytest.raises(operations.CriteriaMissing):
        operations.score_performance(
            elsewhere.pk, year=2026, scores={}, by=an_actor("bureau_clerk", region_code="510700"), at=AT
        )


def test_a_school_reports_its_surplus_against_the_share_of_half():
    school = make_institution(kind="technical_school")
    own = an_actor("provider_clerk", organisation_id=school.pk)
    given = {"income_fen": 1_000_000_00, "cost_fen": 600_000_00}
    low = operations.file_surplus_report(year=2025, teachers_fen=199_999_99, by=own, at=AT, **given)
    assert (low.share_percent, low.surplus_fen, low.is_kept) == (50, 400_000_00, False)
    operations.file_surplus_report(year=2025, teachers_fen=200_000_00, by=own, at=AT, **given)
    (last,) = queries.surplus_reports(own)
    assert (last.version, last.is_kept, last.share_reached) == (2, True, 50)
    with pytest.raises(operations.YearNotOver):
        operations.file_surplus_report(year=2026, teachers_fen=0, by=own, at=AT, **given)


def test_an_award_list_takes_the_good_rows_and_tells_the_bad_ones():
    make_talent_fund()
    employer = make_institution("示例机床有限公司", kind="enterprise")
    own = an_actor("provider_clerk", organisation_id=employer.pk)
    known = make_learner("李明")
    good, wrong = an_id_number(date(1990, 1, 1)).value, "370211199001011234"
    rows = [
        {"sequence": 1, "name": "王强", "id_number": good, "occupation": "数控车工", "level": "三级"},
        {"sequence": 2, "name": "赵静", "id_number": wrong, "occupation": "数控车工"},
        {"sequence": 3, "name": "", "id_number": an_id_number().value, "occupation": "焊工"},
        {"sequence": 4, "name": "王强", "id_number": good, "occupation": "数控车工"},
        {
            "sequence": 5,
            "name": known.name,
            "id_number": known.id_number,
            "occupation": "焊工",
            "certificate": "S000037000001261000001",
        },
    ]
    columns = [(column.field, column.label, "text") for column in AWARD_LIST.columns]
    data = sheets.write_table(columns, rows, title="奖补人员名单")
    kept = operations.import_award_list(
        "employer_skill_award", data, "名单.xlsx", region_code=REGION, by=own, at=AT
    )
    assert kept.taken == 1
    assert len(kept.refused) == 4
    stored = queries.grant_list(kept.pk, by=own)
    assert stored.data == data
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM grants_grantlist")
        assert data not in bytes(cursor.fetchone()[0])
    told = " ".join(row["problem"] for row in kept.refused)
    assert "同一人" in told and "证书" in told and "姓名" in told
    with pytest.raises(operations.ListTakenAlready):
        operations.import_award_list(
            "employer_skill_award", data, "名单.xlsx", region_code=REGION, by=own, at=AT
        )
    grant = Grant.objects.get()
    assert (grant.status, grant.verdict) == ("submitted", "needs_evidence")
    clerk = an_actor("bureau_clerk")
    operations.determine_list(kept.pk, approved_fen=15_000_00, source="奖补目录2026", by=clerk, at=AT)
    done = operations.review_grants([grant.pk], by=clerk, at=AT)
    assert len(done.done) == 1
    told = operations.approve_grants([grant.pk], by=an_actor("reviewer"), at=AT)
    # 12,000 yuan is the most for one person, whatever was approved.
    assert [one.amount_fen for one in told.done] == [12_000_00]
    again = operations.approve_grants([grant.pk], by=an_actor("reviewer"), at=AT)
    assert list(again.refused) == [grant.number]
    with pytest.raises(NotFound):
        queries.grant_list(kept.pk, by=an_actor("provider_clerk"))


def test_who_scored_may_not_confirm():
    from kaogong.access.permissions import Permission

    both = an_actor("bureau_clerk").may_also(Permission.CONFIRM_PERFORMANCE)
    review = score(make_institution(kind="public_base"), by=both)
    with pytest.raises(SamePerson):
        operations.confirm_performance(review.pk, by=both, at=AT)
