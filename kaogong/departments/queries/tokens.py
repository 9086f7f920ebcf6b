"""Which systems may send lists by themselves."""

from django.db.models import QuerySet

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound

from ..models import DepartmentToken


def department_tokens(by: Actor) -> QuerySet[DepartmentToken]:
    """Tokens in reach, latest first."""
    rows = DepartmentToken.objects.order_by("-id")
    return in_reach(rows, by, organisation=None, department="department_code")


def department_token(token_id: int, *, by: Actor) -> DepartmentToken:
    """One in reach, or NotFound."""
    found = department_tokens(by).filter(pk=token_id).first()
    if found is None:
        raise NotFound()
    return found
