"""Targets: those of the papers, drafted and set by two people, counted, lagging, asked about."""

from datetime import date, timedelta

import pytest

from kaogong import rules
from kaogong.indicators import register
from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, WrongState
from kaogong.kernel.reference import reference_dir
from kaogong.kernel.working_days import add_working_days
from kaogong.planning import operations, queries
from kaogong.planning.models import SupervisionNotice, Target, TargetReading
from kaogong.planning.queries.measured import steps
from kaogong.trail.models import Entry
from tests.factories import an_actor
from tests.factories.paper import A_PDF
from tests.factories.planning import make_target

from .conftest import evenly

pytestmark = pytest.mark.django_db
REQUIREMENTS = {"D1": 3, "D2": 3, "D3": 1, "D4": 3, "D5": 4, "D6": 5, "D7": 12, "D8": 8, "D9": 1}


def test_every_target_of_the_papers_is_shipped_with_its_line_and_a_known_indicator():
    rows = queries.shipped_targets()
    found = {}
    for row in rows:
        found[row.requirement] = found.get(row.requirement, 0) + 1
        assert row.source[:4] in {"000:", "001:", "002:", "003:", "004:"}
        document = rules.load().document(row.clause)
        assert row.quote.split("……")[0] in "".join(document.text if hasattr(document, "text") else ())
        one = register.indicator_of(row.indicator_code)
        assert one.scale == (100 if row.unit in ("%", "元") else 1)
    assert found == REQUIREMENTS
    assert {row.kind for row in rows if row.requirement == "D7"} == {"baseline"}


def test_the_two_papers_32_percent_rest_on_two_denominators():
    shares = {row.region_code: row.indicator_code for row in queries.shipped_targets() if row.value == 3200}
    assert shares == {
        "370211": "talent.high_share_of_skilled_workers",
        "370200": "talent.high_share_of_skilled",
    }


def test_load_targets_sets_each_for_its_region_once_and_a_yearly_one_for_each_year(now):
    assert operations.load_targets(by=system_actor(), at=now) == Target.objects.count() > 40
    assert operations.load_targets(by=system_actor(), at=now) == 0
    yearly = Target.objects.filter(region_code="370200", code="subsidised_person_times_yearly")
    assert sorted(yearly.values_list("starts_on", flat=True)) == [
        date(year, 1, 1) for year in range(2022, 2027)
    ]
    assert set(Target.objects.values_list("status", flat=True)) == {"set"}
    # next year brings the next year's, and nothing else
    assert operations.load_targets(by=system_actor(), at=now + timedelta(days=60)) == 6
    a_target = Target.objects.get(region_code="370211", code="subsidised_person_times")
    assert (a_target.value, a_target.source, a_target.clause) == (
        50_000,
        "001:27",
        "青西新管办发〔2020〕2号#一",
    )


def test_load_targets_by_a_clerk_loads_its_own_region_and_a_withdrawn_one_stays_withdrawn(now):
    clerk, reviewer = (an_actor(role, region_code="370211") for role in ("bureau_clerk", "reviewer"))
    assert operations.load_targets(region_code="370211", by=clerk, at=now) == 4
    assert set(Target.objects.values_list("region_code", flat=True)) == {"370211"}
    one = Target.objects.first()
    operations.withdraw_target(one.pk, by=reviewer, at=now, reason="文件已经失效")
    assert operations.load_targets(region_code="370211", by=clerk, at=now) == 0
    with pytest.raises(NotFound):
        operations.load_targets(region_code="370200", by=clerk, at=now)


def test_a_broken_row_of_the_shipped_file_is_named(monkeypatch):
    from kaogong.planning.queries import shipped

    good = next(shipped._rows("targets.csv"))
    assert (reference_dir() / "targets.csv").exists()
    for change, word in (
        ({"kind": "wish"}, "kind"),
        ({"value": "5万"}, "value"),
        ({"ends_on": "2018-01-01"}, "ends_on"),
    ):
        with pytest.raises(Exception, match=word) as refusal:
            shipped._target(9, good | change)
        assert "第9行" in refusal.value.message


def test_one_drafts_another_sets_and_the_value_stays(now, clerk, reviewer):
    target = make_target(set=False)
    with pytest.raises(NotPermitted):
        operations.set_target(target.pk, by=clerk, at=now)
    operations.set_target(target.pk, by=reviewer, at=now)
    with pytest.raises(Exception, match="Cannot update"):
        Target.objects.filter(pk=target.pk).update(value=1)


def test_draft_target_refuses_what_is_unclear(now):
    for said, word in (
        ({"clause": " "}, "依据"),
        ({"ends_on": date(2025, 1, 1)}, "期间"),
        ({"unit": "%", "value": 10_001}, "100%"),
        ({"time": "sometimes"}, "时间口径"),
    ):
        with pytest.raises(operations.TargetUnclear, match=word):
            make_target(set=False, **said)


def test_the_same_target_twice_is_refused_until_the_first_is_withdrawn(now, reviewer):
    first = make_target()
    with pytest.raises(operations.TargetThere):
        make_target()
    operations.withdraw_target(first.pk, by=reviewer, at=now, reason="数值有误")
    assert make_target(value=2000).value == 2000


def test_read_target_keeps_the_course_and_nothing_twice(now, clerk, stated):
    stated.value = evenly(800)
    target = make_target()
    reading = operations.read_target(target.pk, by=clerk, at=now)
    assert reading.value == 800 * 320 // 365 and reading.as_of == date(2026, 11, 16)
    assert len(reading.points) == 11 and reading.points[0] == ["2026-01-31", 67]
    assert len(reading.earlier) == 12 and reading.snapshot == "7"
    assert operations.read_target(target.pk, by=clerk, at=now).pk == reading.pk
    operations.read_target(target.pk, by=clerk, at=now + timedelta(days=1))
    assert TargetReading.objects.count() == 2


def test_read_targets_counts_every_running_one_and_one_bad_stops_no_other(now, stated, monkeypatch):
    stated.value = evenly(500)
    make_target()
    make_target(code="unknown", indicator_code="no.such")

    def refuse(code, **more):
        if code == "no.such":
            raise register.IndicatorUnknown(code=code)
        return type(stated).series(stated, code, **more)

    monkeypatch.setattr(stated, "series", refuse, raising=False)
    assert operations.read_targets(by=system_actor(), at=now) == {"read": 1, "refused": 1}


def test_a_drafted_target_is_not_counted(now, clerk, stated):
    with pytest.raises(operations.TargetNotRunning):
        operations.read_target(make_target(set=False).pk, by=clerk, at=now)


def test_what_nobody_knows_says_so_and_never_lags(now, clerk, stated):
    target = make_target()
    reading = operations.read_target(target.pk, by=clerk, at=now)
    told = queries.standing_of(target, reading, now.date())
    assert reading.value is None and told.progress.done is None and told.lags is None


def test_lagging_is_by_the_regions_own_limit_and_never_without_one(now, stated):
    stated.value = evenly(500)
    here, elsewhere = make_target(), make_target(region_code="370211")
    operations.read_targets(by=system_actor(), at=now)
    (lagging,) = queries.lagging(an_actor("bureau_clerk"), now.date())
    assert lagging.target == here and lagging.lag_limit == 1000
    told = queries.standings([elsewhere], now.date())[0]
    assert told.progress.behind > 4000 and told.lag_limit is None and told.lags is None


def test_a_district_sees_the_targets_set_above_it_and_changes_none(now, clerk):
    above, drafted = make_target(region_code="370200"), make_target(region_code="370200", code="x", set=False)
    other = make_target(region_code="370211")
    seen = set(queries.targets(clerk))
    assert above in seen and drafted not in seen and other not in seen
    with pytest.raises(NotFound):
        operations.close_target(above.pk, by=an_actor("reviewer"), at=now, reason="不归我管")


def test_steps_are_months_of_a_year_and_quarters_of_a_longer_period():
    from kaogong.kernel.period import Period

    assert len(steps(Period(date(2026, 1, 1), date(2027, 1, 1)))) == 12
    five = steps(Period(date(2021, 1, 1), date(2026, 1, 1)))
    assert len(five) == 20 and five[0] == date(2021, 3, 31) and five[-1] == date(2025, 12, 31)
    assert steps(Period(date(2020, 1, 20), date(2020, 3, 10))) == [
        date(2020, 1, 31),
        date(2020, 2, 29),
        date(2020, 3, 9),
    ]


def test_supervision_from_notice_to_accepted_reply(now, clerk, reviewer, stated):
    stated.value = evenly(500)
    target = make_target()
    operations.read_target(target.pk, by=clerk, at=now)
    notice = operations.issue_supervision(
        target.pk, unit="示例区人社局", asked="说明原因和措施", by=clerk, at=now
    )
    assert notice.due_on == add_working_days(now.date(), 5) and "按时间进度应为" in notice.said
    with pytest.raises(operations.ReplyMissing):
        operations.reply_supervision(notice.pk, content=" ", by=clerk, at=now)
    operations.reply_supervision(
        notice.pk, content="机构不足", paper=A_PDF, paper_title="说明.doc", by=clerk, at=now
    )
    assert queries.replies_of(notice.pk).get().paper_title == "说明.pdf"
    with pytest.raises(NotPermitted):
        operations.accept_supervision(notice.pk, by=clerk, at=now)
    with pytest.raises(ReasonMissing):
        operations.return_supervision(notice.pk, by=reviewer, at=now, reason="")
    later = now + timedelta(days=3)
    operations.return_supervision(notice.pk, by=reviewer, at=later, reason="没有写措施")
    notice.refresh_from_db()
    assert notice.status == "issued" and notice.due_on == add_working_days(later.date(), 5)
    assert notice.is_overdue(notice.due_on + timedelta(days=1)) and not notice.is_overdue(notice.due_on)
    operations.reply_supervision(notice.pk, content="增开六个班", by=clerk, at=now + timedelta(days=30))
    assert Entry.objects.filter(verb="supervision_notice.replied").last().detail["late"] is True
    operations.accept_supervision(notice.pk, by=reviewer, at=now)
    with pytest.raises(WrongState):
        operations.reply_supervision(notice.pk, content="再说", by=clerk, at=now)


def test_supervision_without_a_limit_in_the_papers_asks_for_the_days(now):
    target = make_target(region_code="370211")
    clerk = an_actor("bureau_clerk", region_code="370211")
    with pytest.raises(operations.SupervisionUnclear, match="文件没有规定"):
        operations.issue_supervision(target.pk, unit="区人社局", asked="说明", by=clerk, at=now)
    notice = operations.issue_supervision(
        target.pk, unit="区人社局", asked="说明", working_days=3, by=clerk, at=now
    )
    assert notice.working_days == 3


def test_a_district_replies_to_its_citys_notice_and_cannot_accept_its_own_reply(
    now, city_clerk, city_reviewer, clerk, reviewer
):
    target = make_target(region_code="370200")
    notice = operations.issue_supervision(
        target.pk, unit="示例区", asked="说明", region_code="370299", working_days=5, by=city_clerk, at=now
    )
    stranger = an_actor("bureau_clerk", region_code="370211")
    with pytest.raises(NotFound):
        operations.reply_supervision(notice.pk, content="我来", by=stranger, at=now)
    operations.reply_supervision(notice.pk, content="已增班", by=clerk, at=now)
    with pytest.raises(NotPermitted):
        operations.accept_supervision(notice.pk, by=reviewer, at=now)
    operations.accept_supervision(notice.pk, by=city_reviewer, at=now)
    assert SupervisionNotice.objects.get().status == "accepted"


@pytest.mark.parametrize("paper", [b"MZ\x90 an executable", b"%PDF-" + b"0" * (11 * 2**20)])
def test_a_reply_takes_no_paper_that_is_none(now, clerk, paper):
    notice = operations.issue_supervision(make_target().pk, unit="甲", asked="说明", by=clerk, at=now)
    with pytest.raises(operations.PaperNotReadable):
        operations.reply_supervision(
            notice.pk, content="见附件", paper=paper, paper_title="a.pdf", by=clerk, at=now
        )
    notice.refresh_from_db()
    assert notice.status == "issued"
