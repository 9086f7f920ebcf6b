"""The peer: django-import-export, with the checks the product makes, written the way its users write them."""

import re
from pathlib import Path

import tablib
from django.core.exceptions import ValidationError
from import_export import fields, resources
from import_export.formats.base_formats import XLSX

from bench.rig import AT
from bench.roster_file import HEADINGS
from kaogong.access.sealing import blind_index
from kaogong.catalog import queries as catalog
from kaogong.kernel.actor import Actor
from kaogong.kernel.bank_card import BankCard
from kaogong.kernel.errors import Malformed
from kaogong.kernel.id_number import IdNumber, age_on
from kaogong.kernel.writing import compact, mask_digits, tidy, tidy_name
from kaogong.people.models import BANK_ACCOUNT, ID_NUMBER, Person
from kaogong.training import queries as training
from kaogong.training.models import Enrolment, TrainingClass

_PHONE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?")


class LearnerResource(resources.ModelResource):
    """One roster row = one Person found by the blind index or made, and one Enrolment in the class.

    Inserts are batched and rows skipped in bulk mode is left off, as it must be where each row is looked
    up, validated and followed by a second table.
    """

    name = fields.Field(attribute="name", column_name="姓名")
    id_number = fields.Field(attribute="id_number", column_name="身份证号码")

    class Meta:
        model = Person
        fields = ("name", "id_number")
        import_id_fields = ("id_number",)
        use_transactions = True
        raise_errors = False
        skip_diff = True
        skip_html_diff = True
        report_skipped = False
        store_instance = False

    def __init__(self, training_class: TrainingClass, by: Actor) -> None:
        super().__init__()
        self.training_class, self.by = training_class, by
        self.seen: set[str] = set()
        self.accounts: dict[str, str] = {}
        self.place = 0
        self.hours = training.session_hours(training_class.pk)
        labels = catalog.code_labels("group").items()
        self.groups = {compact(label): code for code, label in labels}

    def before_import_row(self, row, **kwargs):
        """Judge the row; a refusal is kept by the library as the row's error."""
        on = self.training_class.starts_on
        name = tidy_name(row["姓名"])
        if not name:
            raise ValidationError({"name": "姓名没有填写"})
        try:
            number = IdNumber.parse(str(row["身份证号码"]), AT.date())
        except Malformed as wrong:
            raise ValidationError({"id_number": str(wrong)}) from None
        if number.age_on(on) < 16:
            raise ValidationError({"id_number": "不满16周岁"})
        if number.value in self.seen:
            raise ValidationError({"id_number": "身份证号码重复"})
        self.seen.add(number.value)
        known = Person.objects.filter(id_number_index=blind_index(number.value, ID_NUMBER)).first()
        warnings = [catalog.area_note(number.region_code)]
        if known is not None:
            if known.name != name:
                raise ValidationError({"name": "姓名与登记不同"})
            if Enrolment.objects.filter(training_class=self.training_class, person=known).exists():
                raise ValidationError({"id_number": "已在本班"})
            elsewhere = training.simultaneous_classes(
                [known.pk], self.hours, except_class_id=self.training_class.pk
            )
            if elsewhere:
                raise ValidationError({"id_number": "同一时间在其他班级"})
        if row["性别"] and row["性别"] != number.sex:
            warnings.append("性别不符")
        if row["年龄"] and abs(int(row["年龄"]) - age_on(number.born_on, on)) > 1:
            warnings.append("年龄不符")
        if row["联系电话"] and not _PHONE.fullmatch(str(row["联系电话"])):
            warnings.append("电话不像")
        if row["人员类别"] and compact(row["人员类别"]) not in self.groups:
            warnings.append("人员类别不明")
        row["_card"] = None
        if row["银行账号"]:
            try:
                row["_card"] = BankCard.parse(str(row["银行账号"]))
            except Malformed:
                warnings.append("账号不对")
            else:
                if self.accounts.setdefault(row["_card"].value, number.value) != number.value:
                    warnings.append("账号重复")
        row["_number"], row["_known"], row["姓名"] = number, known, name
        row["_warnings"] = [said for said in warnings if said]

    def get_instance(self, instance_loader, row):
        return row["_known"]

    def import_instance(self, instance, row, **kwargs):
        """Fill the person as the product does."""
        number, card, region_code = row["_number"], row["_card"], self.training_class.region_code
        phone = compact(str(row["联系电话"] or ""))
        instance.name = row["姓名"]
        if instance.pk is None:
            instance.id_number = number.value
            instance.id_number_index = blind_index(number.value, ID_NUMBER)
            instance.id_number_masked = number.masked
            instance.sex = "1" if number.sex == "男" else "2"
            instance.born_on = number.born_on
            instance.region_code = region_code
            instance.synthetic = True
            instance.created_at = AT
        instance.phone, instance.phone_masked = phone, mask_digits(phone)
        instance.education_code = catalog.education_from(compact(row["学历"])) or ""
        instance.household_place = tidy(row["户口所在地"])[:120]
        instance.household_region_code = catalog.region_of_place(instance.household_place, near=region_code)
        instance.household_kind = row["户口性质"] or ""
        if card is not None:
            instance.bank_name = tidy(row["开户银行"])
            instance.bank_account = card.value
            instance.bank_account_index = blind_index(card.value, BANK_ACCOUNT)
            instance.bank_account_masked = card.masked
            instance.bank_account_holder = instance.name
        else:
            instance.bank_account = ""

    def after_save_instance(self, instance, row, **kwargs):
        self.place += 1
        words = "\x1f".join(str(row[heading] or "") for heading in HEADINGS[1:])
        Enrolment.objects.create(
            training_class=self.training_class,
            person=instance,
            sequence=self.place,
            group_code=self.groups.get(compact(row["人员类别"] or ""), ""),
            job_promise=(row["就业安排承诺单位"] or "")[:200],
            row_digest=blind_index(words, "training.enrolment.row"),
            status="enrolled",
        )


def import_file(path: Path, class_id: int, by: Actor) -> tuple[int, int, int]:
    """Import one roster; (rows, refused, saved)."""
    read = XLSX().create_dataset(path.read_bytes())
    rows = tablib.Dataset(*(tuple(line) for line in read[1:]), headers=read[0])  # the title stands above
    resource = LearnerResource(training.training_class(class_id, by=by), by)
    result = resource.import_data(rows, dry_run=False)
    wrong = len(result.invalid_rows) + len(result.row_errors())
    return len(rows), wrong, Enrolment.objects.filter(training_class_id=class_id).count()
