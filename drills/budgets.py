"""How much money a drill has: too little for everybody, on purpose."""

LEARNERS = 4
RATE_FEN = 1_500_00


def _due(classes: int) -> int:
    return classes * LEARNERS * RATE_FEN


# Together about two thirds of what all classes are due, by source level.
BUDGETS = {
    "district": lambda classes: _due(classes) * 4 // 10,
    "city": lambda classes: _due(classes) * 4 // 15,
}
