"""The glossary names every state, role and part of the product as the code does."""

from pathlib import Path

import pytest
from django.apps import apps

from kaogong.access.roles import ROLES
from kaogong.kernel.lifecycle import Lifecycle
from kaogong.ledger.states import STATES

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = (ROOT / "docs/glossary.md").read_text()
LIFECYCLES = {
    model.lifecycle.name: model.lifecycle
    for model in apps.get_models()
    if isinstance(getattr(model, "lifecycle", None), Lifecycle)
}


@pytest.mark.parametrize("name", sorted(LIFECYCLES))
def test_states_stand_in_the_glossary_in_order(name):
    (row,) = [line for line in GLOSSARY.splitlines() if line.startswith(f"| `{name}` (")]
    assert row.split(" | ")[1].removesuffix(" |") == " · ".join(
        f"`{code}` {label}" for code, label in LIFECYCLES[name].states.items()
    )


def test_states_of_money_stand_in_the_glossary():
    words = " ".join(GLOSSARY.split())
    assert [code for code, label in STATES.items() if f"`{code}` {label}" not in words] == []


def test_roles_stand_in_the_glossary():
    wanted = [f"| `{role.code}` | {role.label} | {role.front_door} |" for role in ROLES.values()]
    assert [row for row in wanted if row not in GLOSSARY] == []


def test_parts_stand_in_the_glossary():
    folders = sorted(path.name for path in (ROOT / "kaogong").iterdir() if (path / "__init__.py").exists())
    assert [name for name in folders if f"| `{name}` |" not in GLOSSARY] == []
