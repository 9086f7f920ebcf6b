"""Everything that waits for the person logged in, of every kind of work."""

from kaogong.web.bureau import (
    todo,
    todo_demand,
    todo_departments,
    todo_enquiries,
    todo_money,
    todo_oversight,
    todo_payees,
    todo_planning,
    todo_returns,
    todo_risk,
)
from kaogong.web.bureau.todo import Todo


def everything(request) -> list[Todo]:
    """One entry a kind of work, those with nothing waiting included."""
    return [
        *todo.waiting(request),
        *todo_money.waiting(request),
        *todo_payees.waiting(request),
        *todo_risk.waiting(request),
        *todo_oversight.waiting(request),
        *todo_enquiries.waiting(request),
        *todo_departments.waiting(request),
        *todo_planning.waiting(request),
        *todo_demand.waiting(request),
        *todo_returns.waiting(request),
    ]
