"""One word for one thing: permissions, moves, trail verbs, glossary, English."""

import importlib
import re
from pathlib import Path

import pytest
from django.apps import apps

from kaogong.access.permissions import Permission
from kaogong.access.roles import ROLES
from kaogong.kernel.lifecycle import Lifecycle

ROOT = Path(__file__).resolve().parents[2]
OURS = [m for m in apps.get_models() if m.__module__.startswith("kaogong.")]
BY_NAME = {
    m.lifecycle.name: m.lifecycle for m in OURS if isinstance(getattr(m, "lifecycle", None), Lifecycle)
}
LIFECYCLES = [BY_NAME[name] for name in sorted(BY_NAME)]
PERSONAL_WORDS = re.compile(
    r"(^|_)(name|phone|id_number|bank_account|account_holder|address|born_on|contact|holder)(_|$)"
)
NOT_OF_A_PERSON = {"bank_name", "filename"}
OF_A_BODY = {  # names and places of institutions and offices
    "DepartmentToken": {"system_name"},
    "AssessedUnit": {"name"},
    "DepartmentRecord": {"programme_name", "occupation_name", "provider_name"},
    "Institution": {
        "name",
        "address",
        "bank_account",
        "bank_account_index",
        "bank_account_masked",
        "bank_account_holder",
    },
    "Site": {"name", "address"},
    "Room": {"name"},
    "Brand": {"name"},
    "Fund": {"name"},
    "SponsoredUse": {"name"},
    "SchoolMajor": {"name"},
    "Account": {"unit_name"},
    "Notice": {"complaint_phone", "complaint_address"},
}


@pytest.mark.parametrize("model", OURS, ids=lambda m: m.__name__)
def test_model_declares_which_fields_are_personal(model):
    declared = model.personal
    names = {field.name for field in model._meta.concrete_fields}
    assert set(declared) <= names
    suspicious = {n for n in names if PERSONAL_WORDS.search(n) and n not in NOT_OF_A_PERSON}
    if model._meta.app_label in {"catalog"}:
        return
    assert suspicious - set(declared) - OF_A_BODY.get(model.__name__, set()) == set()


@pytest.mark.parametrize("model", OURS, ids=lambda m: m.__name__)
def test_model_says_what_one_row_is(model):
    assert model.__doc__ and not model.__doc__.startswith(f"{model.__name__}(")


@pytest.mark.parametrize("model", OURS, ids=lambda m: m.__name__)
def test_model_stands_in_the_glossary(model):
    assert re.search(rf"\b{model.__name__}\b", (ROOT / "docs/glossary.md").read_text())


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda x: x.name)
def test_moves_ask_for_known_permissions(lifecycle):
    assert {str(move.may) for move in lifecycle.moves} <= {str(p) for p in Permission}


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda x: x.name)
def test_moves_are_sentences_on_the_timeline(lifecycle):
    from kaogong.web.parts.verbs import VERBS

    assert {f"{lifecycle.name}.{move.past}" for move in lifecycle.moves} - set(VERBS) == set()


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda x: x.name)
def test_state_table_stands_in_the_docs(lifecycle):
    text = (ROOT / "docs/states.md").read_text()
    assert all(f"`{move.verb}`" in text for move in lifecycle.moves)


def test_every_permission_is_given_to_some_role_and_asked_for_somewhere():
    given = {p for role in ROLES.values() for p in role.permissions}
    assert set(Permission) - given == set()
    code = "\n".join(
        path.read_text()
        for path in (ROOT / "kaogong").rglob("*.py")
        if path.name not in {"permissions.py", "rights.py", "roles.py"}
    )
    assert [p.name for p in Permission if f".{p.name}" not in code] == []


def test_every_sentence_has_its_english():
    spec = importlib.util.spec_from_file_location("messages", ROOT / "tools/messages.py")
    messages = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(messages)
    assert messages.faults() == []


def test_templates_have_no_bare_chinese():
    bare = []
    for path in sorted((ROOT / "kaogong/web").rglob("*.html")):
        if path.name == "500.html":
            continue
        text = path.read_text()
        text = re.sub(r"{#.*?#}", "", text, flags=re.S)
        text = re.sub(r"{% comment %}.*?{% endcomment %}", "", text, flags=re.S)
        text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", "", text, flags=re.S)
        text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.S)
        text = text.replace('aria-hidden="true">考</span>', "")
        bare += [
            f"{path.relative_to(ROOT)}: {found}" for found in re.findall(r"[\u4e00-\u9fff][^<\n]{0,20}", text)
        ]
    assert [b for b in bare if not b.endswith(": 中文")] == []


def test_every_template_is_used():
    web = ROOT / "kaogong/web"
    said = "\n".join(
        p.read_text() for p in [*web.rglob("*.py"), *web.rglob("*.html"), ROOT / "kaogong/config/settings.py"]
    )
    dead = []
    for path in web.rglob("*.html"):
        name = str(path).split("/templates/")[1]
        if name in {"403.html", "404.html", "400.html", "500.html"}:
            continue
        if name not in said:
            dead.append(name)
    assert dead == []
