"""One of each thing the ways of claiming have pages of: vouchers, an invoice, a month's paper."""

from datetime import date

from kaogong.claims import operations as claims
from kaogong.institutions.models import Institution
from kaogong.sheets import write_table
from kaogong.sheets.money_layouts import MONTH
from kaogong.training.models import Enrolment
from kaogong.vouchers import operations as vouchers

from .claims import make_learner
from .funds import make_fund
from .paper import A_PDF
from .people import an_actor
from .training import a_day_at, make_class
from .vouchers import SCHEME, draft, make_vouchers

AT = a_day_at(date(2026, 7, 10))


def modes_things(school: Institution) -> dict[str, dict[str, int]]:
    """Name of the thing → the arguments of its addresses; all the school's own, or of its region."""
    make_fund("FS", shares={SCHEME: {"district": 600, "city": 400}}, name="试点资金")
    own = an_actor("provider_clerk", organisation_id=school.pk)
    person, other = make_learner("券持有人"), make_learner("待发券人")
    (voucher,) = make_vouchers([person])
    taught = make_class(
        school, status="running", people=[person], scheme_code=SCHEME, starts_on=date(2026, 9, 1),
        ends_on=date(2026, 9, 20),
    )  # fmt: skip
    seat = Enrolment.objects.get(training_class=taught)
    vouchers.bind_voucher(voucher.number, enrolment_id=seat.pk, by=own, at=AT)
    invoice = claims.add_fee_document(
        taught.pk, kind="invoice", number="26372000000000000001", issued_on=date(2026, 7, 1),
        amount_fen=1_200_00, data=A_PDF, filename="发票.pdf", by=own, at=AT,
    )  # fmt: skip
    columns = [("name", "姓名", "text"), ("id_number", "身份证号码", "text"), ("wage", "当月工资", "text"),
               ("paid_on", "发放日期", "text")]  # fmt: skip
    row = {"name": person.name, "id_number": person.id_number, "wage": "4200", "paid_on": "2026-07-05"}
    month = claims.submit_month(
        "work_training", date(2026, 6, 1), write_table(columns, [row], title=MONTH.label), "名单.xlsx",
        proof=A_PDF, proof_filename="工资单.pdf", by=own, at=AT,
    )  # fmt: skip
    learning = make_class(
        school, status="running", people=[make_learner("学徒一")], scheme_code="apprenticeship", level_code="4",
        starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 28),
    )  # fmt: skip
    apprentice = Enrolment.objects.get(training_class=learning).pk
    return {
        "apprentice": {"class_pk": learning.pk, "pk": apprentice},
        "class of apprentices": {"pk": learning.pk},
        "voucher issue": {"pk": draft([other]).pk},
        "voucher": {"pk": voucher.pk},
        "class of vouchers": {"pk": taught.pk},
        "fee document": {"pk": invoice.pk},
        "claim document": {"pk": month.claim.documents.get().pk},
    }
