"""What people wish to learn: their own word and the labour register's sheet."""

from datetime import timedelta

import pytest

from kaogong.demand import operations, queries
from kaogong.demand.models import TrainingWish
from kaogong.kernel.errors import NotPermitted
from kaogong.people.models import Person
from tests.factories import an_actor, an_id_number, make_person
from tests.factories.demand import NOW, a_sheet
from tests.people.test_merging import merged

pytestmark = pytest.mark.django_db
HEADINGS = (
    "姓名", "身份证号码", "培训意愿", "意愿培训日期", "意愿培训地点", "意愿培训工种1", "意愿培训工种2",
    "意愿培训工种3", "意愿工种等级",
)  # fmt: skip


def test_state_wish_keeps_each_statement_and_lets_the_latest_stand():
    learner = an_actor("learner")
    operations.state_wish(is_willing=True, occupations=["焊工", "焊工", "养老护理员"], by=learner, at=NOW)
    operations.state_wish(is_willing=False, occupations=[], by=learner, at=NOW + timedelta(days=1))
    assert len(TrainingWish.objects.order_by("pk")[0].occupation_codes) == 2
    assert queries.wish_of(learner.person_id).is_willing is False


def test_state_wish_without_an_occupation_is_refused():
    with pytest.raises(operations.WishWithoutOccupation):
        operations.state_wish(is_willing=True, occupations=["", " "], by=an_actor("learner"), at=NOW)


def test_only_a_learner_states_a_wish():
    with pytest.raises(NotPermitted):
        operations.state_wish(is_willing=True, occupations=["焊工"], by=an_actor("bureau_clerk"), at=NOW)


def test_import_wishes_reads_the_register_and_names_bad_rows():
    clerk = an_actor("bureau_clerk")
    known, stranger = make_person("王小明"), an_id_number().value
    rows = [
        ("王小明", _number(known), "是", "2027-03-01", "本镇", "焊工", "养老护理员", None, "五级/初级工"),
        ("李新人", stranger, "有", None, None, "中式烹调师", None, None, None),
        ("李新人", stranger, "是", None, None, "焊工", None, None, None),
        ("赵改名", _number(make_person("赵本名")), "是", None, None, "焊工", None, None, None),
        ("钱也许", an_id_number().value, "再说", None, None, None, None, None, None),
        ("孙空白", an_id_number().value, "是", None, None, None, None, None, None),
        ("周永久", an_id_number().value, "是", "长期", None, "焊工", None, None, None),
        ("吴不学", an_id_number().value, "否", None, None, "焊工", None, None, None),
        ("郑错号", "370211198501011234", "是", None, None, "焊工", None, None, None),
    ]
    taken = operations.import_wishes(a_sheet(HEADINGS, rows), "登记.xlsx", by=clerk, at=NOW)
    assert (taken.kept, sorted(taken.problems)) == (3, [4, 5, 6, 7, 8, 10])
    wish = queries.wish_of(known.pk)
    assert (wish.wished_on.isoformat(), wish.wished_place, wish.level_code) == ("2027-03-01", "本镇", "5")
    assert len(wish.occupation_codes) == 2
    assert queries.training_wishes(clerk).filter(is_willing=False).get().occupation_codes == []
    counts = dict(queries.wished_occupations(clerk))
    assert sorted(counts.values()) == [1, 1, 1]


def test_import_wishes_is_for_the_clerk():
    with pytest.raises(NotPermitted):
        operations.import_wishes(a_sheet(HEADINGS, []), "登记.xlsx", by=an_actor("reviewer"), at=NOW)


def _number(person) -> str:
    from kaogong.people import queries as registry

    return registry.id_numbers_of([person.pk])[person.pk]


def test_with_wishes_shows_the_latest_word_and_who_was_not_asked():
    willing, changed, unasked = an_actor("learner"), an_actor("learner"), make_person("没问到")
    for learner in (willing, changed):
        operations.state_wish(is_willing=True, occupations=["焊工"], by=learner, at=NOW)
    operations.state_wish(is_willing=False, occupations=[], by=changed, at=NOW + timedelta(days=1))
    rows = {row.pk: row for row in queries.with_wishes(Person.objects.all())}
    assert [rows[pk].is_willing for pk in (willing.person_id, changed.person_id, unasked.pk)] == [
        True, False, None,
    ]  # fmt: skip
    assert rows[changed.person_id].wish_stated_at == NOW + timedelta(days=1)


def test_with_wishes_counts_what_was_said_under_a_row_since_merged():
    gone, stands = make_person("李一"), make_person("李一")
    said = an_actor("learner", person_id=gone.pk)
    operations.state_wish(is_willing=True, occupations=["焊工"], by=said, at=NOW)
    merged(stands, gone, NOW)
    rows = queries.with_wishes(Person.objects.filter(pk=stands.pk))
    assert rows.get().is_willing is True
