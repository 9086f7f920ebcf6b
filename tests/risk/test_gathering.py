"""What the detectors read is what the database holds."""

import json
import uuid
from datetime import date, datetime, timedelta

import polars as pl
import pytest
from django.test import override_settings

from kaogong.assessment.models import ExamResult
from kaogong.claims.models import Claim
from kaogong.detection import DETECTORS, detect, opaque
from kaogong.kernel.actor import system_actor
from kaogong.papers.pictures import look_of
from kaogong.people.models import Person
from kaogong.people.operations import ask_hours
from kaogong.presence.models import CheckIn, FacePhoto
from kaogong.risk import queries
from kaogong.risk.models import SeenPicture
from kaogong.risk.operations.picturing import see_pictures
from kaogong.supervision.models import Inspection, Photo
from kaogong.training.models import Attendance, Enrolment, EvidenceDocument, Session, TrainingClass
from kaogong.training.operations import add_evidence
from tests.factories import an_actor
from tests.factories.claims import make_certified_class, make_claim, make_learner, make_money
from tests.factories.institutions import make_institution
from tests.factories.training import SHANGHAI, make_class
from tests.presence.pictures import a_picture

pytestmark = pytest.mark.django_db
SINCE = date(2026, 1, 1)
NOON = datetime(2026, 11, 20, 12, tzinfo=SHANGHAI)


@pytest.fixture
def classes():
    make_money()
    people = [make_learner(f"学员{n}", phone="13800000001" if n < 2 else f"1390000000{n}") for n in range(4)]
    done = make_certified_class(people, failing=1)
    make_claim(done)
    other = make_class(
        make_institution(), status="approved", people=2, starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 9)
    )
    return done, other


def frames_of(class_ids):
    with queries.gathered(class_ids, {"employment_training": ("work",)}) as found:
        told = {name: getattr(found.frames, name).collect() for name in found.frames.tables}
        return told, found


def a_check_in(session: Session, enrolment: Enrolment, **fields) -> CheckIn:
    at = datetime.combine(session.on, session.starts_at, tzinfo=SHANGHAI) - timedelta(minutes=3)
    given = {
        "client_key": uuid.uuid4(), "phase": "in", "stands_for": at, "received_at": at, "taken_at": at,
        "device_index": b"0123456789abcdef", "place": "inside", "latitude": "36.1234", "longitude": "120.4321",
        "accuracy_metres": 12, "session": session, "enrolment": enrolment, "person": enrolment.person,
        "source": "phone",
    }  # fmt: skip
    return CheckIn.objects.create(**(given | fields))


def test_classes_of_region_are_those_begun_or_approved_and_not_long_over(classes):
    done, other = classes
    assert queries.classes_of_region("370299", SINCE) == [done.pk, other.pk]
    assert queries.classes_of_region("370200", SINCE) == [done.pk, other.pk]
    assert queries.classes_of_region("370211", SINCE) == []
    assert queries.classes_of_region("370299", date(2026, 7, 1)) == [other.pk]


def test_gathered_frames_equal_what_the_database_holds(classes):
    told, found = frames_of([one.pk for one in classes])
    assert found.classes == 2
    rows = told["classes"].sort("class").to_dicts()
    for row, one in zip(rows, TrainingClass.objects.order_by("pk"), strict=True):
        claim = Claim.objects.filter(training_class=one).first()
        assert row == {
            "class": one.pk,
            "institution": one.institution_id,
            "scheme": one.scheme_code,
            "occupation": one.occupation_code,
            "level": one.level_code,
            "site": one.site_id,
            "starts_on": one.starts_on,
            "ends_on": one.ends_on,
            "hours": float(one.hours_theory + one.hours_practice),
            "head_count": one.head_count,
            "allows": ["work"] if one.scheme_code == "employment_training" else [],
            "finished": one.status == "finished",
            "claimed_on": claim.submitted_at.astimezone(SHANGHAI).date() if claim else None,
        }
    assert set(told["enrolments"].rows()) == set(
        Enrolment.objects.filter(status="enrolled").values_list("pk", "training_class_id", "person_id")
    )
    sessions = {
        (s.pk, s.training_class_id, datetime.combine(s.on, s.starts_at), datetime.combine(s.on, s.ends_at))
        for s in Session.objects.filter(cancelled=False)
    }
    assert set(told["sessions"].select("session", "class", "starts_at", "ends_at").rows()) == sessions
    marks = {
        (a.session_id, a.enrolment_id, a.mark in "PTE", a.hours_hundredths / 100)
        for a in Attendance.objects.all()
    }
    assert set(told["marks"].rows()) == marks
    results = {
        (r.enrolment_id, r.exam_id, r.exam.institution_id, r.theory / 100, r.practice / 100, r.passed)
        for r in ExamResult.objects.select_related("exam")
    }
    assert (
        set(told["results"].select("enrolment", "exam", "assessor", "theory", "practice", "passed").rows())
        == results
    )
    accounts = {
        (p.pk, opaque(bytes(p.bank_account_index)), p.bank_account_holder == p.name)
        for p in Person.objects.filter(bank_account_index__isnull=False)
    }
    assert set(told["accounts"].rows()) == accounts


def test_gathered_frames_say_which_phones_are_the_same_and_never_what_they_are(classes):
    told, _ = frames_of([one.pk for one in classes])
    people = {row["person"]: row["phone"] for row in told["persons"].to_dicts()}
    known = {p.pk: p.phone for p in Person.objects.filter(pk__in=people)}
    for one in known:
        for another in known:
            if known[one] and known[another]:
                assert (people[one] == people[another]) == (known[one] == known[another])
    written = "".join(str(frame.to_dicts()) for frame in told.values())
    assert not any(phone in written for phone in known.values() if phone)
    assert not any(p.id_number in written for p in Person.objects.all())
    assert not any(p.bank_account in written for p in Person.objects.all() if p.bank_account)


def test_gathered_check_ins_carry_device_place_and_local_time(classes):
    done, _ = classes
    session = Session.objects.filter(training_class=done).first()
    enrolment = Enrolment.objects.filter(training_class=done).first()
    kept = a_check_in(session, enrolment)
    a_check_in(session, enrolment, phase="out")
    told, _ = frames_of([done.pk])
    (row,) = told["checkins"].to_dicts()
    assert row["way"] == "qr"
    assert row["server_at"] == datetime.combine(session.on, session.starts_at) - timedelta(minutes=3)
    assert row["device"] == opaque(b"0123456789abcdef")
    assert (row["latitude"], row["longitude"], row["accuracy_m"]) == (36.1234, 120.4321, 12.0)
    assert kept.session_id == row["session"]


def test_a_source_that_gives_nothing_is_not_given_as_empty(classes):
    told, found = frames_of([classes[1].pk])
    assert "checkins" not in told
    assert not found.frames.has({"checkins": ("device",)})
    assert "photos" not in told


def make_inspection(training_class) -> Inspection:
    return Inspection.objects.create(
        title="检查", origin="special", because="专项", number="JC-1", institution=training_class.institution,
        training_class=training_class, region_code=training_class.region_code, assigned_at=NOON,
    )  # fmt: skip


def a_paper(training_class, content: bytes, kind: str = "site_proof") -> EvidenceDocument:
    clerk = an_actor("provider_clerk", organisation_id=training_class.institution_id)
    return add_evidence(training_class.pk, kind, content, "照片.jpg", by=clerk, at=NOON)


def test_gathered_photos_are_of_check_ins_inspections_and_papers(classes):
    done, other = classes
    session = Session.objects.filter(training_class=done).first()
    enrolment = Enrolment.objects.filter(training_class=done).first()
    kept = a_check_in(session, enrolment)
    face = FacePhoto.objects.create(
        check_in=kept, number=1, received_at=NOON, photo="x", digest="d", look=7, is_used_before=False
    )
    visit = make_inspection(other)
    Photo.objects.create(
        inspection=visit, filename="a.jpg", content_type="image/jpeg", content=a_picture(5), digest="e"
    )
    a_paper(other, a_picture(6))
    assert see_pictures([done.pk, other.pk], at=NOON) == 2
    assert see_pictures([done.pk, other.pk], at=NOON) == 0  # read once
    told, found = frames_of([done.pk, other.pk])
    rows = {row["kind"]: row for row in told["photos"].to_dicts()}
    assert (rows["portrait"]["hash"], rows["portrait"]["person"]) == (7, enrolment.person_id)
    assert (rows["scene"]["hash"], rows["scene"]["class"]) == (look_of(a_picture(5)), other.pk)
    assert (rows["document"]["hash"], rows["document"]["class"]) == (look_of(a_picture(6)), other.pk)
    assert rows["portrait"]["photo"] == face.pk * 4
    assert not found.frames.has(
        DETECTORS["never_evidenced"].needs
    )  # nobody can hand in photographs of lessons
    assert found.frames.has(DETECTORS["scene_shared"].needs) and found.frames.has({"photos": ("person",)})


def test_one_photograph_at_several_centres_is_found_and_a_schools_own_site_not():
    site = a_picture(40)
    schools = [make_institution() for _ in range(4)]
    made = [
        make_class(
            school, status="approved", people=2, starts_on=date(2026, 7, 1 + n), ends_on=date(2026, 7, 9 + n)
        )
        for n, school in enumerate(schools)
    ]
    own = [
        make_class(
            schools[0], status="approved", people=2, starts_on=date(2026, 8, n), ends_on=date(2026, 8, n + 8)
        )
        for n in (1, 11)
    ]
    for one in own:
        a_paper(one, a_picture(41))
    for n, one in enumerate(made):
        a_paper(one, a_picture(40, quality=60 + 8 * n) if n else site)
    ids = [one.pk for one in (*made, *own)]
    see_pictures(ids, at=NOON)
    with queries.gathered(ids, {}) as found:
        said = detect(found.frames, queries.settings("370299", date(2026, 9, 1)), kinds=["scene_shared"])
    (one,) = said.findings
    assert set(one.classes) == {row.pk for row in made}
    assert set(one.institutions) == {school.pk for school in schools}


def test_a_picture_that_cannot_be_read_is_kept_as_such_and_not_compared(classes):
    _, other = classes
    a_paper(other, b"\xff\xd8\xff\xe0 spoilt")
    assert see_pictures([other.pk], at=NOON) == 1
    assert SeenPicture.objects.get().look is None
    assert "photos" not in frames_of([other.pk])[0]


def test_gathered_digest_is_the_same_until_something_changes(classes):
    first, again = (frames_of([one.pk for one in classes])[1].digest for _ in range(2))
    assert first == again
    Attendance.objects.filter(pk=Attendance.objects.first().pk).update(hours_hundredths=1)
    assert frames_of([one.pk for one in classes])[1].digest != first


def test_classes_around_are_those_that_could_share_something(classes):
    done, other = classes
    assert queries.classes_around(done.pk, SINCE) == [done.pk]
    person = Enrolment.objects.filter(training_class=done).first().person
    elsewhere = make_class(
        make_institution(),
        status="approved",
        people=[person],
        starts_on=date(2026, 8, 1),
        ends_on=date(2026, 8, 9),
    )
    assert queries.classes_around(done.pk, SINCE) == [done.pk, elsewhere.pk]
    assert other.pk not in queries.classes_around(done.pk, SINCE)


def test_frames_hold_no_column_the_detectors_do_not_know(classes):
    told, _ = frames_of([one.pk for one in classes])
    assert isinstance(told["classes"], pl.DataFrame)
    assert {"id_number", "name", "bank_account"} & {
        c for frame in told.values() for c in frame.columns
    } == set()


def told_hours(spans, path, at, **found):
    """Ask a register of hours that knows these stretches."""
    facts = {"source": "示例平台", "as_of": "2026-07-01", "hours": found}
    path.write_text(json.dumps(facts))
    with override_settings(REGISTERS=f"facts:{path}"):
        return ask_hours(spans, by=system_actor(), at=at, reason="到课时段复核")


def test_busy_is_what_the_register_of_hours_told_and_is_not_given_before_it_was_asked(classes, tmp_path):
    done, _ = classes
    told, _ = frames_of([done.pk])
    assert "busy" not in told
    session = Session.objects.filter(training_class=done).first()
    since, until = (datetime.combine(session.on, t, SHANGHAI) for t in (session.starts_at, session.ends_at))
    here, away = (e.person for e in Enrolment.objects.filter(training_class=done)[:2])
    stay = {
        "kind": "hospital", "place": "示例医院", "since": (since - timedelta(days=2)).isoformat(),
        "until": (until + timedelta(days=1)).isoformat(),
    }  # fmt: skip
    spans = [(person.id_number, since, until) for person in (here, away)]
    known = {here.id_number: [], away.id_number: [stay]}
    assert told_hours(spans, tmp_path / "facts.json", until, **known) == {"known": 2}
    assert told_hours(spans, tmp_path / "facts.json", until, **known) == {}  # answered once, not asked again
    again = [(away.id_number, since, until + timedelta(hours=1))]
    told_hours(again, tmp_path / "facts.json", until, **known)
    told, found = frames_of([done.pk])
    (row,) = told["busy"].to_dicts()  # told twice, there once
    begins = datetime.combine(session.on, session.starts_at) - timedelta(days=2)
    assert (row["person"], row["kind"], row["starts_at"]) == (away.pk, "hospital", begins)
    assert not DETECTORS["elsewhere_at_the_hour"].needs.keys() - set(found.frames.tables)


def test_busy_with_nothing_known_is_looked_at_and_surveys_that_ask_no_presence_are_not(classes, tmp_path):
    done, _ = classes
    person = Enrolment.objects.filter(training_class=done).first().person
    at = datetime(2026, 6, 2, 9, tzinfo=SHANGHAI)
    told_hours([(person.id_number, at, at)], tmp_path / "facts.json", at, **{person.id_number: []})
    told, _ = frames_of([done.pk])
    assert told["busy"].height == 0 and "surveys" not in told
