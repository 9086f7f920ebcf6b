"""Migrating without drawing the same models again and again.

Django keeps a second set of model classes, as they were at each step, and after every step draws the changed
model anew together with all it is related to. Here nearly everything is related to everything, so that a first
migration draws its few hundred classes some 35,000 times, which takes ten times as long as the SQL. Most steps
only add: a model, a field, a constraint, an index, a trigger. What was only added is put into the class that is
there; anything else goes Django's own way. The migrations and their SQL are the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from django.apps.registry import Apps
from django.db.migrations.state import ModelState, ProjectState

# Lists of things beside the fields, which no other model and no descriptor depends on.
BESIDE = ("constraints", "indexes", "triggers")


@contextmanager
def changed_in_place() -> Iterator[None]:
    """Within, migration states take what is added into the classes they have drawn already."""
    drawn: WeakKeyDictionary[type, ModelState] = WeakKeyDictionary()
    render, reload_model = ModelState.render, ProjectState.reload_model

    def noted(wanted: ModelState, apps: Apps) -> type:
        model = render(wanted, apps)
        drawn[model] = wanted.clone()
        return model

    def added(project: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
        if "apps" not in project.__dict__:
            return
        wanted, apps = project.models[app_label, model_name], project.apps
        if not own_classes(apps) or not take_in(apps, wanted, drawn):
            reload_model(project, app_label, model_name, delay)

    ModelState.render, ProjectState.reload_model = noted, added
    try:
        yield
    finally:
        ModelState.render, ProjectState.reload_model = render, reload_model


def own_classes(apps: Apps) -> bool:
    """Whether no other registry shares these classes as its own; those of a copy are never touched."""
    return all(model._meta.apps is apps for models in apps.all_models.values() for model in models.values())


def take_in(apps: Apps, wanted: ModelState, drawn: WeakKeyDictionary[type, ModelState]) -> bool:
    """Bring the class to what is wanted; ``False``, and nothing changed, when more than adding is needed."""
    key = wanted.app_label, wanted.name_lower
    model = apps.all_models[wanted.app_label].get(wanted.name_lower)
    if model is None:
        if key in apps._pending_operations:
            return False
        apps.render_multiple([wanted])
        return True
    fresh = fields_added(drawn.get(model), wanted)
    if fresh is None:
        return False
    for name in fresh:
        model.add_to_class(name, wanted.fields[name].clone())
    for option in BESIDE:
        if option in wanted.options:
            setattr(model._meta, option, list(wanted.options[option]))
    model._meta.__dict__.pop("total_unique_constraints", None)
    apps.clear_cache()
    drawn[model] = wanted.clone()
    return True


def fields_added(known: ModelState | None, wanted: ModelState) -> list[str] | None:
    """The plain fields that are new; ``None`` when anything else but the lists beside the fields differs."""
    if known is None or (known.bases, known.managers) != (wanted.bases, wanted.managers):
        return None
    if whole(known.options) != whole(wanted.options):
        return None
    fields = list(wanted.fields.items())
    before = list(known.fields.items())
    if [name for name, _ in fields[: len(before)]] != [name for name, _ in before]:
        return None
    if any(wanted.fields[name] is not field for name, field in before):
        return None
    fresh = fields[len(before) :]
    if any(field.primary_key or field.many_to_many for _, field in fresh):
        return None
    return [name for name, _ in fresh]


def whole(options: dict) -> dict:
    return {name: value for name, value in options.items() if name not in BESIDE}
