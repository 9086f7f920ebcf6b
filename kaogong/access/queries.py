"""Who is acting, and what is in reach."""

from django.conf import settings
from django.db.models import Count, F, Func, IntegerField, Model, Q, QuerySet
from django.db.models.functions import Length

from kaogong.kernel.actor import Actor
from kaogong.kernel.region_code import RegionCode

from .models import Account
from .roles import ROLES
from .sealing import sealed_fields


def actor_of(account: Account) -> Actor:
    """The actor an account stands for."""
    return Actor(
        name=account.name,
        role=account.role,
        permissions=frozenset(str(p) for p in ROLES[account.role].permissions),
        account_id=account.pk,
        region_code=account.region_code,
        organisation_id=account.organisation_id,
        person_id=account.person_id,
        department_code=account.department_code,
        unit_name=account.unit_name,
    )


def in_reach(
    rows: QuerySet,
    by: Actor,
    *,
    region: str | None = "region_code",
    organisation: str | None = "institution_id",
    person: str | None = None,
    department: str | None = None,
) -> QuerySet:
    """Keep the rows the actor may see: own person, else own institution, else own region's subtree.

    A department's clerk sees of the region what its own department sent, another unit's clerk what its own unit
    did in exactly its region: two districts may each have a centre of the same name.

    The arguments name the columns (or lookups) that hold each; None means that rows have no such column,
    so an actor limited to it sees nothing. The system actor (region 000000) sees everything.
    """
    if by.role == "system":
        return rows
    if by.person_id is not None:
        if not person:
            return rows.none()
        return rows.filter(
            **({f"{person}__in": by.person_ids} if by.also_person_ids else {person: by.person_id})
        )
    if by.organisation_id is not None:
        return rows.filter(**{organisation: by.organisation_id}) if organisation else rows.none()
    if not by.region_code or region is None:
        return rows.none()
    if by.own_unit:
        rows = rows.filter(**{department: by.own_unit}) if department else rows.none()
    if by.unit_name:
        return rows.filter(**{region: by.region_code})
    return rows.filter(Q(**{f"{region}__startswith": RegionCode(by.region_code).prefix}))


def accounts(by: Actor) -> QuerySet[Account]:
    """Accounts an administrator may see."""
    return in_reach(
        Account.objects.order_by("username"), by, organisation="organisation_id", person="person_id"
    )


def organisations_served(role: str) -> QuerySet:
    """Ids of the organisations somebody may log in for in this role."""
    served = Account.objects.filter(role=role, is_active=True, organisation_id__isnull=False)
    return served.values_list("organisation_id", flat=True).order_by()


def account_named(username: str) -> Account | None:
    return Account.objects.filter(username=username).first()


def is_empty() -> bool:
    """Whether nobody has an account yet: a fresh installation."""
    return not Account.objects.exists()


def sealed_by_older_keys(model: type[Model], name: str) -> QuerySet:
    """Rows whose sealed column was not sealed under the newest key."""
    return _with_key(model, name).exclude(key=next(iter(settings.SEALING_KEYS))).order_by("pk")


def seals_by_key() -> dict[int, dict[str, int]]:
    """Key number → column → how many values it seals."""
    found: dict[int, dict[str, int]] = {}
    for model, field in sealed_fields():
        rows = _with_key(model, field.name).order_by().values_list("key").annotate(rows=Count("pk"))
        for key, count in rows:
            found.setdefault(key, {})[f"{model._meta.label}.{field.name}"] = count
    return found


def _with_key(model: type[Model], name: str) -> QuerySet:
    first_byte = Func(F(name), 0, function="get_byte", output_field=IntegerField())
    sealed = model._base_manager.alias(length=Length(name)).filter(length__gt=0)
    return sealed.annotate(key=first_byte)
