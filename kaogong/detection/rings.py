"""Rings: people who share what should be one person's own, and the networks these shares make together.

Much sharing is honest: a family's phone and account, a dormitory's address, the school's office phone, a village's
one device. So a key counts against nobody while its users are few and live at one address, or are two; assisted
check-ins never count as a learner's own device; a shared address or phone alone is only a notice. A ring needs
people tied to each other in two ways at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from kaogong.detection.components import components
from kaogong.detection.digests import CheckIns, check_ins, classes, enrolments, sessions
from kaogong.detection.findings import Family, Finding, Say, Severity
from kaogong.detection.pictures import alike
from kaogong.detection.registry import Look, detector
from kaogong.detection.showing import finding, grade

HOME = {"persons": ("phone", "address"), "enrolments": (), "classes": ("institution",)}
FAMILY = ("family_people", "pair_people")
DEVICE = ("device_sessions_least", "device_share_least", "copy_within_s", "copy_window_days")
PHOTO = ("photo_bits_apart", "photo_plain_bits")


def _people(look: Look) -> pl.DataFrame:
    """Persons on some roster, with a home each: an unknown address is one's own."""
    enrolled = look.made(enrolments).select("person").unique()
    # Addresses are hashes and person keys small: a collision of the two is as unlikely as one of two hashes.
    home = pl.coalesce("address", -1 - pl.col("person")).alias("home")
    return look.frames.persons.collect().join(enrolled, on="person", how="semi").with_columns(home)


def _shared(look: Look, uses: pl.DataFrame) -> pl.DataFrame:
    """``person``, ``key``, ``users``, ``homes`` of keys that more use than one family or a pair would."""
    uses = uses.filter(pl.col("key").is_not_null()).unique(["person", "key"]).select("person", "key")
    uses = uses.filter(pl.len().over("key") > look.settings.pair_people)
    homes = look.made(_people).select("person", "home")
    return (
        uses.join(homes, on="person")
        .with_columns(
            pl.len().over("key").alias("users"), pl.col("home").n_unique().over("key").alias("homes")
        )
        .filter((pl.col("homes") > 1) | (pl.col("users") > look.settings.family_people))
    )


def accounts_shared(look: Look) -> pl.DataFrame:
    return _shared(look, look.frames.accounts.select("person", key="account").collect())


def phones_shared(look: Look) -> pl.DataFrame:
    """A school's own office phone is not a learner's."""
    uses = look.made(_people).select("person", key="phone").filter(pl.col("key").is_not_null())
    if look.frames.has({"institutions": ("phone",)}):
        office = look.frames.institutions.select(key="phone").drop_nulls().unique().collect()
        uses = uses.join(office, on="key", how="anti")
    return _shared(look, uses)


def devices_shared(look: Look) -> pl.DataFrame:
    """A phone lent for a day is not shared, nor one that usually assists: each must have used it often."""
    digest: CheckIns = look.made(check_ins)
    uses = digest.devices.filter(
        (pl.col("sessions") >= look.settings.device_sessions_least)
        & (pl.col("sessions") >= look.settings.device_share_least * pl.col("shown"))
    )
    return _shared(look, uses.join(look.made(enrolments), on="enrolment").select("person", key="device"))


def _pictures(look: Look, *kinds: str) -> pl.DataFrame:
    photos = look.frames.photos.filter(pl.col("kind").is_in(kinds)).collect()
    settings = look.settings
    same = alike(
        photos["hash"], apart=int(settings.photo_bits_apart), plain_bits=int(settings.photo_plain_bits)
    )
    return photos.join(same, on="hash").join(look.made(classes).select("class", "institution"), on="class")


def portraits_shared(look: Look) -> pl.DataFrame:
    """Portraits that stand for more than one person."""
    portraits = _pictures(look, "portrait").filter(pl.col("person").is_not_null())
    return portraits.filter(pl.col("person").n_unique().over("picture") > 1)


def _by_key(
    kind: str, look: Look, rows: pl.DataFrame, serious: int, severe: int, homes: int
) -> Iterator[Finding]:
    """A finding for each key: grave by the number of its users, once they live in enough homes."""
    roll = look.made(enrolments).join(look.made(classes).select("class", "institution"), on="class")
    told = rows.join(
        roll.group_by("person").agg(pl.col("class"), pl.col("institution")), on="person", how="left"
    ).sort("key", "person")
    for (key,), group in told.group_by("key", maintain_order=True):
        severity = grade(group.height, serious, severe)
        if group["homes"][0] < homes and severity is Severity.SERIOUS:
            severity = Severity.NOTICE
        yield finding(
            kind,
            severity,
            look,
            group.select("person", "key", "home"),
            {"people": group.height, "homes": group["homes"][0]},
            institutions=group["institution"].explode(),
            classes=group["class"].explode(),
            people=group["person"],
            mark=key,
        )


@detector(
    Family.RING,
    title=Say("多人共用银行账户", "One bank account for several people"),
    innocent=Say(
        "夫妻、父母子女共用账户，或由监护人、村集体代收",
        "A couple or family, a guardian, or a village that receives for its elders",
    ),
    ask=Say(
        "请开户人说明与各学员的关系；请学员确认是否收到补贴",
        "The holder to say how they are related to each learner; the learners whether they received the money",
    ),
    needs=HOME | {"accounts": ()},
    settings=(*FAMILY, "account_people_serious", "account_people_severe", "account_homes_least"),
)
def account_shared(look: Look) -> Iterator[Finding]:
    """{people}名学员的补贴进入同一个银行账户，他们的住址有{homes}处
    The money of {people} learners goes to one bank account; they live at {homes} addresses
    """
    settings = look.settings
    yield from _by_key(
        "account_shared", look, look.made(accounts_shared), settings.account_people_serious,
        settings.account_people_severe, settings.account_homes_least,
    )  # fmt: skip


@detector(
    Family.RING,
    title=Say("多人登记同一手机号", "One phone number for several people"),
    innocent=Say(
        "老人登记子女或村干部的电话，机构统一登记办公电话",
        "Elders who gave a child's or the village's number, or the school's office phone",
    ),
    ask=Say(
        "请拨打该号码核实；请学员补登本人电话",
        "A call to the number; the learners' own numbers",
    ),
    needs=HOME | {"persons": ("born_on", "phone", "address")},
    settings=(
        *FAMILY,
        "phone_people_serious",
        "phone_people_severe",
        "phone_institutions_least",
        "elder_age",
        "phone_elder_share",
    ),
)
def phone_shared(look: Look) -> Iterator[Finding]:
    """{people}名学员登记同一个手机号，他们的住址有{homes}处
    {people} learners gave one phone number; they live at {homes} addresses
    """
    settings = look.settings
    for one in _by_key(
        "phone_shared", look, look.made(phones_shared), settings.phone_people_serious,
        settings.phone_people_severe, 1,
    ):  # fmt: skip
        # A village's contact answers for its elders, mostly at one provider.
        several = len(one.institutions) >= settings.phone_institutions_least
        yield one if several and not _mostly_elders(look, one) else _as_notice(one)


def _mostly_elders(look: Look, one: Finding) -> bool:
    year = (look.made(classes)["starts_on"].min() or date.min).year
    born = look.made(_people).filter(pl.col("person").is_in(one.people))["born_on"].drop_nulls()
    old = (year - born.dt.year()) >= look.settings.elder_age
    return bool(old.sum() >= look.settings.phone_elder_share * len(one.people))


def _as_notice(one: Finding) -> Finding:
    return Finding(**{**vars(one), "severity": Severity.NOTICE})


@detector(
    Family.RING,
    title=Say("一部手机替多人签到", "One phone checks in for several people"),
    innocent=Say(
        "手机坏了长期借用、教师代签而未按“协助签到”登记",
        "A phone borrowed for long, or a teacher who did not press “assisted”",
    ),
    ask=Say(
        "请机构说明这部手机是谁的；下次课现场点名",
        "Whose phone it is; a roll call at the next session",
    ),
    needs=HOME | {"checkins": ("way", "phone_at", "device"), "sessions": ()},
    settings=(*FAMILY, *DEVICE, "device_people_serious", "device_people_severe"),
)
def device_shared(look: Look) -> Iterator[Finding]:
    """一部手机多次以本人名义替{people}名学员签到，他们的住址有{homes}处
    One phone checked in again and again as {people} learners themselves; they live at {homes} addresses
    """
    settings = look.settings
    yield from _by_key(
        "device_shared", look, look.made(devices_shared), settings.device_people_serious,
        settings.device_people_severe, 2,
    )  # fmt: skip


@detector(
    Family.RING,
    title=Say("多人同住一址", "Many at one address"),
    innocent=Say(
        "集体宿舍、养老机构、只登记到村的住址",
        "A dormitory, a home for the aged, or an address known to the village only",
    ),
    ask=Say(
        "请机构补登到门牌的住址；核对是否宿舍",
        "The address down to the door; whether it is a dormitory",
    ),
    needs=HOME,
    settings=("address_people_notice",),
)
def address_shared(look: Look) -> Iterator[Finding]:
    """{people}名学员登记同一个住址
    {people} learners gave one address
    """
    rows = look.made(_people).select("person", "home", key="address").filter(pl.col("key").is_not_null())
    rows = rows.with_columns(pl.len().over("key").alias("users"), pl.lit(1).alias("homes"))
    rows = rows.filter(pl.col("users") >= look.settings.address_people_notice)
    for one in _by_key("address_shared", look, rows, 1, 1, 1):
        yield _as_notice(one)


@detector(
    Family.RING,
    title=Say("一张人像用于多人", "One face for several people"),
    innocent=Say("双胞胎、上传时张冠李戴", "Twins, or a picture uploaded for the wrong person"),
    ask=Say("请学员本人到场核对并重新采集照片", "The learners in person, and new pictures"),
    needs=HOME | {"photos": ("person",)},
    settings=(*PHOTO, "portrait_people_serious", "portrait_people_severe", "portrait_pairs_serious"),
)
def face_shared(look: Look) -> Iterator[Finding]:
    """{people}名学员的人像是同一张照片
    The portraits of {people} learners are one picture
    """
    settings = look.settings
    rows = look.made(portraits_shared).sort("picture", "person", "class")
    # A mistake happens once; in one class again and again it is not one.
    again = rows.group_by("class").agg(pl.col("picture").n_unique().alias("pictures"))
    rows = rows.join(again, on="class")
    for (picture,), group in rows.group_by("picture", maintain_order=True):
        people = group["person"].n_unique()
        severity = grade(people, settings.portrait_people_serious, settings.portrait_people_severe)
        if severity is Severity.NOTICE and group["pictures"].max() >= settings.portrait_pairs_serious:
            severity = Severity.SERIOUS
        yield finding(
            "face_shared",
            severity,
            look,
            group.select("photo", "hash", "person", "class"),
            {"people": people},
            institutions=group["institution"],
            classes=group["class"],
            people=group["person"],
            mark=picture,
        )


@detector(
    Family.RING,
    title=Say("一张课堂照片用于多个班", "One photograph for several classes"),
    innocent=Say(
        "两班合班上课、上传时选错文件",
        "Two classes taught together, or the wrong file picked",
    ),
    ask=Say("请机构提供带拍摄时间地点的原图", "The original files with time and place"),
    needs={"photos": (), "classes": ("institution",), "sessions": ("site",)},
    settings=(*PHOTO, "scene_classes_serious", "scene_classes_severe", "scene_pictures_serious"),
)
def scene_shared(look: Look) -> Iterator[Finding]:
    """同一张课堂照片用于{classes}个班、{centres}家机构
    One photograph was handed in for {classes} classes of {centres} providers
    """
    settings = look.settings
    when = look.made(sessions).select("session", "site", "starts_at")
    filed = look.made(classes).select(
        "class", filed_site="site", filed_at=pl.col("starts_on").cast(pl.Datetime("us"))
    )
    photos = _pictures(look, "scene", "document").join(when, on="session", how="left").join(filed, on="class")
    # What two classes saw at one place and hour is one lesson; without a session the class's own stand in.
    photos = photos.filter(pl.col("session").is_null() | pl.col("starts_at").is_not_null()).with_columns(
        site=pl.coalesce("site", "filed_site"), starts_at=pl.coalesce("starts_at", "filed_at")
    )
    lesson = pl.struct("site", "starts_at")
    rows = photos.filter(
        (pl.col("class").n_unique().over("picture") > 1) & (lesson.n_unique().over("picture") > 1)
    ).sort("picture", "class", "session")
    if rows.is_empty():
        return
    used = rows.select(a="class", picture="picture").unique()
    linked = used.join(used.group_by("picture").agg(pl.col("a").min().alias("b")), on="picture").select(
        "a", "b"
    )
    for _, group in (
        rows.join(components(linked), left_on="class", right_on="node")
        .sort("group", "picture", "class", "session")
        .group_by("group", maintain_order=True)
    ):
        numbers, centres = group["class"].n_unique(), group["institution"].n_unique()
        severity = grade(numbers, settings.scene_classes_serious, settings.scene_classes_severe)
        if severity is Severity.NOTICE and group["picture"].n_unique() >= settings.scene_pictures_serious:
            severity = Severity.SERIOUS
        yield finding(
            "scene_shared",
            severity,
            look,
            group.select("photo", "hash", "class", "institution", "session", "site", "starts_at"),
            {"classes": numbers, "centres": centres},
            institutions=group["institution"],
            classes=group["class"],
        )


def _ties(look: Look) -> pl.DataFrame:
    """``person``, ``kind``, ``key``: every share that no family or pair explains, of the frames that were given."""
    kinds = {"phone": phones_shared}
    if look.frames.has({"accounts": ()}):
        kinds["account"] = accounts_shared
    if look.frames.has({"checkins": ("way", "phone_at", "device"), "sessions": ()}):
        kinds["device"] = devices_shared
    ties = [look.made(make).select("person", "key", kind=pl.lit(kind)) for kind, make in kinds.items()]
    if look.frames.has({"photos": ("person",)}):
        faces = look.made(portraits_shared).select("person", key="picture", kind=pl.lit("portrait"))
        ties.append(faces.unique())
    crowds = look.made(_people).filter(pl.len().over("address") > look.settings.family_people)
    ties.append(crowds.select("person", key="address", kind=pl.lit("address")).drop_nulls())
    return pl.concat(ties).select("person", "kind", "key")


@detector(
    Family.RING,
    title=Say("多重关联的团伙", "A ring tied in several ways"),
    innocent=Say(
        "同村亲友互相帮忙、同宿舍工友共用手机和账户",
        "Relatives of one village who help each other, workmates who share a room, a phone and an account",
    ),
    ask=Say(
        "请逐一电话或当面核实这些学员；核对补贴最终由谁支取",
        "Each learner, by phone or in person; who draws the money in the end",
    ),
    needs=HOME,
    settings=(*FAMILY, *DEVICE, *PHOTO, "ring_people_serious", "ring_people_severe", "ring_kinds_least"),
)
def ring(look: Look) -> Iterator[Finding]:
    """{people}名学员彼此以{kinds}等多种方式相连，其中{tied}人同时有两种以上关联
    {people} learners are tied to each other by {kinds}; {tied} of them in two ways or more
    """
    settings = look.settings
    ties = look.made(_ties)
    own = ties.filter(pl.col("kind") != "address")
    ways = ties.group_by("person").agg(pl.col("kind").n_unique().alias("ways"))
    if own.is_empty():
        return
    # Nodes: people by number, keys after them. An address is a second tie, but joins nobody on its own.
    keys = own.select("kind", "key").unique().sort("kind", "key").with_row_index("number")
    people = own.select("person").unique().sort("person").with_row_index("at")
    edges = own.join(keys, on=["kind", "key"]).join(people, on="person")
    edges = edges.select(a=pl.col("at").cast(pl.Int64), b=people.height + pl.col("number").cast(pl.Int64))
    groups = components(edges).filter(pl.col("node") < people.height)
    members = (
        people.with_columns(pl.col("at").cast(pl.Int64))
        .join(groups, left_on="at", right_on="node")
        .select("person", "group")
        .join(ways, on="person")
    )
    roll = look.made(enrolments).join(look.made(classes).select("class", "institution"), on="class")
    roll = roll.join(members, on="person").select("person", "group", "class", "institution")
    tied = members.group_by("group").agg(
        pl.len().alias("people"), (pl.col("ways") >= settings.ring_kinds_least).sum().alias("tied")
    )
    for row in (
        tied.filter(pl.col("tied") >= settings.ring_people_serious).sort("group").iter_rows(named=True)
    ):
        of_ring = members.filter(pl.col("group") == row["group"])
        rows = ties.join(of_ring, on="person", how="semi").sort("kind", "key", "person")
        places = roll.filter(pl.col("group") == row["group"])
        yield finding(
            "ring",
            Severity.SEVERE if row["tied"] >= settings.ring_people_severe else Severity.SERIOUS,
            look,
            rows,
            {"people": row["people"], "tied": row["tied"], "kinds": tuple(sorted(rows["kind"].unique()))},
            institutions=places["institution"],
            classes=places["class"],
            people=of_ring["person"],
        )
