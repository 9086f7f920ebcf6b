"""What outside registers say of a roster, at its check and every night after."""

import json
from datetime import date, timedelta

import pytest
from django.test import override_settings

from kaogong.gateways import registers
from kaogong.kernel.actor import system_actor
from kaogong.people import queries as people
from kaogong.people.models import RegisterAsking
from kaogong.trail.models import Entry
from kaogong.training import operations, queries
from kaogong.training.tasks import recheck_every_night
from tests.factories import (
    a_day_at,
    a_roster,
    an_actor,
    an_id_number,
    make_class,
    make_institution,
    make_person,
)
from tests.factories.institutions import COOK
from tests.gateways.registers import serving

pytestmark = pytest.mark.django_db
SOURCE, AS_OF = "示例平台", "2026-05-10"


@pytest.fixture(autouse=True)
def _fresh():
    registers.forget_failures()


@pytest.fixture
def clerk():
    return an_actor("provider_clerk", organisation_id=make_institution().pk)


def a_class(clerk, **fields):
    from kaogong.institutions.queries import institution

    return make_class(institution(clerk.organisation_id, by=clerk), clerk=clerk, **fields)


@pytest.fixture
def connect(tmp_path):
    """Connect a file of facts: kind → {number: facts}; kinds not given are empty registers."""
    path = tmp_path / "facts.json"

    def told(**facts):
        kinds = {kind: {} for kind in registers.OF_PEOPLE} | facts
        path.write_text(json.dumps({"source": SOURCE, "as_of": AS_OF, **kinds}))

    told()
    with override_settings(REGISTERS=f"facts:{path}"):
        yield told


def known(number, name="王小明", **more):
    return {number: {"name": name, **more}}


def check(training_class, clerk, now, *rows):
    data = a_roster([{"姓名": "王小明", **row} for row in rows])
    upload = operations.upload_roster(training_class.pk, data, "名单.csv", by=clerk, at=now)
    said = {}
    for finding in queries.roster_problems(upload.pk, by=clerk):
        said.setdefault(finding.row_number - 1, []).append((finding.code, finding.severity, finding.message))
    return upload, said


def test_roster_of_people_the_registers_know_well_says_nothing(connect, clerk, now):
    number = an_id_number().value
    connect(
        identity=known(number), pension={number: {"since": None}}, subsidies={number: {"paid": []}},
        schooling={number: {"spells": []}}, insurance={number: {"spells": []}},
    )  # fmt: skip
    upload, said = check(a_class(clerk), clerk, now, {"身份证号码": number})
    assert (said, upload.rows_good) == ({}, 1)


def test_roster_dead_is_a_problem_with_source_and_day(connect, clerk, now):
    number = an_id_number().value
    connect(identity=known(number, died_on="2024-03-02"))
    upload, said = check(a_class(clerk), clerk, now, {"身份证号码": number})
    code, severity, message = said[1][0]
    assert (code, severity, upload.rows_good) == ("dead", "error", 0)
    assert "2024-03-02" in message and SOURCE in message and AS_OF in message


def test_roster_name_or_number_unknown_to_the_identity_register_is_for_a_person(connect, clerk, now):
    one, two = an_id_number().value, an_id_number().value
    connect(identity=known(one, "李四"))
    upload, said = check(a_class(clerk), clerk, now, {"身份证号码": one}, {"身份证号码": two})
    assert [s[0][:2] for s in said.values()] == [
        ("register_name_differs", "warning"),
        ("register_no_such", "warning"),
    ]
    assert upload.rows_good == 2 and "李四" not in str(said)


@pytest.mark.parametrize(("since", "told"), [("2026-06-30", True), ("2026-07-01", False), (None, False)])
def test_roster_pension_drawn_by_the_last_day(connect, clerk, now, since, told):
    number = an_id_number().value
    connect(identity=known(number), pension={number: {"since": since}})
    said = check(a_class(clerk), clerk, now, {"身份证号码": number})[1]
    assert [s[:2] for s in said.get(1, [])] == [("draws_pension", "warning")] * told


@pytest.mark.parametrize(
    ("scheme", "group", "full_time", "until", "told"),
    [
        ("employment_training", "", True, "2027-07-01", True),
        ("employment_training", "", False, "2027-07-01", False),
        ("employment_training", "", True, "2026-06-01", False),
        ("employment_training", "毕业学年高校毕业生", True, "2027-07-01", False),
        ("labour_reserve_training", "", True, "2027-07-01", False),
    ],
)
def test_roster_at_school_unless_the_scheme_or_group_is_of_students(
    connect, clerk, now, scheme, group, full_time, until, told
):
    number = an_id_number().value
    spell = {"school": "示例中学", "since": "2024-09-01", "until": until, "full_time": full_time}
    connect(identity=known(number), schooling={number: {"spells": [spell]}})
    said = check(a_class(clerk, scheme_code=scheme), clerk, now, {"身份证号码": number, "人员类别": group})[1]
    assert ("at_school" in [s[0] for s in said.get(1, [])]) is told
    assert "示例中学" not in str(said)


@pytest.mark.parametrize(
    ("scheme", "employers", "told"),
    [
        ("new_hire_training", ["别家公司"], True),
        ("new_hire_training", ["示例机电有限公司"], False),
        ("new_hire_training", ["别家公司", "示例机电有限公司"], False),
        ("new_hire_training", [], False),
        ("employment_training", ["别家公司"], False),
    ],
)
def test_roster_insured_by_another_employer(connect, clerk, now, scheme, employers, told):
    number = an_id_number().value
    spells = [{"employer": name, "since": "2024-01-01", "until": None} for name in employers]
    connect(identity=known(number), insurance={number: {"spells": spells}})
    training_class = a_class(clerk, scheme_code=scheme, employer_name="示例机电有限公司")
    said = check(training_class, clerk, now, {"身份证号码": number})[1]
    assert [s[0] for s in said.get(1, [])] == ["insured_elsewhere"] * told
    assert "别家公司" not in str(said)


@pytest.mark.parametrize(
    ("occupation", "level", "told"), [(*COOK, True), (COOK[0], "4", False), ("6-18-01-01", COOK[1], False)]
)
def test_roster_paid_elsewhere_for_the_same_occupation_and_level(
    connect, clerk, now, occupation, level, told
):
    number = an_id_number().value
    paid = {"region": "示例邻区", "occupation_code": occupation, "level_code": level, "paid_on": "2025-05-06"}
    connect(identity=known(number), subsidies={number: {"paid": [paid]}})
    said = check(a_class(clerk), clerk, now, {"身份证号码": number})[1]
    assert [s[0] for s in said.get(1, [])] == ["paid_elsewhere"] * told


def test_roster_register_down_is_a_note_and_nobody_is_refused(clerk, now):
    number = an_id_number().value
    with serving() as exchange, override_settings(REGISTERS=f"pension={exchange.address}"):
        exchange.trouble = ["500"] * 4
        upload, said = check(a_class(clerk), clerk, now, {"身份证号码": number})
        assert [s[:2] for s in said[1]] == [("not_checked", "note")] and "养老待遇" in said[1][0][2]
        taken = operations.take_roster(upload.pk, by=clerk, at=now)
    assert (taken.rows_added, taken.status) == (1, "taken")


@override_settings(REGISTERS="")
def test_roster_without_registers_asks_nobody(clerk, now):
    upload, said = check(a_class(clerk), clerk, now, {"身份证号码": an_id_number().value})
    assert (said, upload.rows_good) == ({}, 1) and not RegisterAsking.objects.exists()
    assert operations.recheck_learners(by=system_actor(), at=now) == 0


def test_roster_wrong_numbers_are_not_asked_about_and_a_check_asks_in_batch(clerk, now):
    rows = [{"身份证号码": an_id_number().value} for _ in range(30)] + [{"身份证号码": "1234"}]
    with serving() as exchange, override_settings(REGISTERS=exchange.address):
        upload, _ = check(a_class(clerk), clerk, now, *rows)
        asked = {kind: len(body["asked"]) for kind, body, _ in exchange.asked}
        assert asked == dict.fromkeys(("identity", "pension", "schooling", "insurance", "subsidies"), 30)
        operations.take_roster(upload.pk, by=clerk, at=now)
        assert len(exchange.asked) == 5  # the same day's answers are used again
    entry = Entry.objects.filter(verb="register.asked").first()
    assert entry.actor_name == clerk.name and entry.reason.startswith("花名册核验")


def test_take_roster_records_what_registers_said_for_claims_to_be_judged_on(connect, clerk, now):
    retired, pupil, other = (an_id_number().value for _ in range(3))
    spell = {"school": "示例中学", "since": "2024-09-01", "until": "2027-07-01"}
    connect(
        identity=known(retired) | known(pupil) | known(other),
        pension={retired: {"since": "2020-01-01"}, pupil: {"since": None}},
        schooling={pupil: {"spells": [spell]}},
    )
    upload, _ = check(a_class(clerk), clerk, now, *({"身份证号码": n} for n in (retired, pupil, other)))
    operations.take_roster(upload.pk, by=clerk, at=now)
    ids = people.people_by_id_numbers([retired, pupil, other])
    on = date(2026, 6, 1)
    assert people.standing_on(ids.values(), "pension", on) == {ids[retired]: True, ids[pupil]: False}
    assert people.standing_on(ids.values(), "at_school", on) == {ids[pupil]: True}


def test_recheck_learners_finds_what_became_true_after_the_roster(connect, clerk, now):
    learner = make_person("王小明")
    connect(identity=known(learner.id_number), pension={learner.id_number: {"since": None}})
    running = a_class(clerk, status="running", people=[learner])
    finished = a_class(clerk, status="finished", people=[make_person("李四")])
    assert queries.register_findings(running) == {}
    connect(
        identity=known(learner.id_number, died_on="2026-06-02"),
        pension={learner.id_number: {"since": "2026-06-01"}},
    )
    at = now + timedelta(days=1)
    recheck_every_night(timestamp=int(at.timestamp()))
    enrolment = running.enrolments.get()
    found = queries.register_findings(running)
    assert {f.code for f in found[enrolment.pk]} == {"dead", "draws_pension"}
    entry = Entry.objects.get(verb="class.rechecked")
    assert (entry.subject_id, entry.detail["found"]) == (str(running.pk), 2)
    assert people.standing_on([learner.pk], "deceased", date(2026, 6, 2)) == {learner.pk: True}
    assert people.standing_on([learner.pk], "pension", date(2026, 6, 1)) == {learner.pk: True}
    asked = RegisterAsking.objects.filter(reason__contains=finished.number, asked_at=at)
    assert not asked.exists()
    assert operations.recheck_learners(by=system_actor(), at=at + timedelta(days=1)) == 0  # no news, no entry


def test_recheck_learners_keeps_yesterdays_answers_while_a_register_is_down(connect, clerk, now, tmp_path):
    learner = make_person("王小明")
    connect(identity=known(learner.id_number), pension={learner.id_number: {"since": "2020-01-01"}})
    running = a_class(clerk, status="running", people=[learner])
    (tmp_path / "facts.json").write_text("{")
    assert operations.recheck_learners(by=system_actor(), at=now + timedelta(days=1)) == 0
    assert [f.code for f in queries.register_findings(running)[running.enrolments.get().pk]] == [
        "draws_pension"
    ]


def test_recheck_hours_asks_once_where_those_marked_present_were(connect, clerk, now, tmp_path):
    here, absent = make_person("王小明"), make_person("李四")
    running = a_class(clerk, status="running", people=[here, absent])
    first = queries.sessions(running.pk).first()
    held = [s for s in queries.sessions(running.pk) if s.on == first.on]
    enrolment = {e.person_id: e.pk for e in running.enrolments.all()}
    for session in held:
        marks = {enrolment[here.pk]: "P", enrolment[absent.pk]: "A"}
        operations.record_attendance(session.pk, marks, by=clerk, at=a_day_at(first.on, 21))
    shift = {"kind": "work", "place": "示例厂", "since": f"{first.on}T08:00:00+08:00"}
    connect(hours={here.id_number: [shift | {"until": f"{first.on}T17:00:00+08:00"}], absent.id_number: []})
    night = a_day_at(first.on + timedelta(days=1), 3)
    recheck_every_night(timestamp=int(night.timestamp()))
    asking = RegisterAsking.objects.get(kind="hours")
    assert (asking.asked, asking.known) == (1, 1) and running.number in asking.reason
    ((who, told),) = people.whereabouts_told([here.pk, absent.pk])
    assert (who, told.kind, told.place) == (here.pk, "work", "示例厂")
    assert operations.recheck_hours(by=system_actor(), at=night + timedelta(days=1)) == 0
    assert RegisterAsking.objects.filter(kind="hours").count() == 1


def test_recheck_hours_asks_nobody_unless_that_register_is_connected_and_the_day_is_recent(
    connect, clerk, now
):
    learner = make_person("王小明")
    running = a_class(clerk, status="running", people=[learner])
    session = queries.sessions(running.pk).first()
    marks = {running.enrolments.get().pk: "P"}
    operations.record_attendance(session.pk, marks, by=clerk, at=a_day_at(session.on, 21))
    connect(hours={learner.id_number: []})
    with override_settings(REGISTERS=""):
        assert (
            operations.recheck_hours(by=system_actor(), at=a_day_at(session.on + timedelta(days=1), 3)) == 0
        )
    late = a_day_at(session.on + timedelta(days=8), 3)
    assert operations.recheck_hours(by=system_actor(), at=late) == 0
    same_day = a_day_at(session.on, 23)
    assert operations.recheck_hours(by=system_actor(), at=same_day) == 0
    assert (
        people.whereabouts_told([learner.pk]) is None
        and not RegisterAsking.objects.filter(kind="hours").exists()
    )


def test_roster_of_5000_with_registers_asks_the_database_little(
    connect, clerk, now, django_assert_max_num_queries
):
    numbers = [an_id_number().value for _ in range(5000)]
    connect(**{kind: {n: _plain(kind) for n in numbers} for kind in registers.OF_PEOPLE})
    training_class = a_class(clerk, head_count=5000)
    data = a_roster([{"姓名": "王小明", "身份证号码": number} for number in numbers])
    upload = operations.receive_roster(training_class.pk, data, "大名单.csv", by=clerk, at=now)
    with django_assert_max_num_queries(60):
        operations.check_uploaded_roster(upload.pk, by=clerk, at=now)
    assert RegisterAsking.objects.get(kind="pension").known == 5000


def _plain(kind):
    return {
        "identity": {"name": "王小明"},
        "pension": {"since": None},
        "employment": {"employer": "", "since": None},
        "subsidies": {"paid": []},
    }.get(kind, {"spells": []})
