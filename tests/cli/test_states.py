"""Migration states changed in place are the states Django draws in one piece."""

import pytest
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from kaogong.cli.states import changed_in_place

taken_apart = MigrationAutodetector(ProjectState(), ProjectState()).deep_deconstruct


def shape(apps) -> dict[str, dict]:
    """Whatever a step or a function of a migration may ask of the classes of a state."""
    return {model._meta.label: whole(apps, model) for model in apps.get_models(include_auto_created=True)}


def whole(apps, model) -> dict:
    meta = model._meta
    return {
        "apps": meta.apps is apps,
        "table": meta.db_table,
        "bases": [base.__name__ for base in model.__bases__],
        "fields": [(field.name, taken_apart(field)) for field in meta.local_fields],
        "many": [(field.name, taken_apart(field)) for field in meta.local_many_to_many],
        "points to": {
            field.name: (
                field.related_model._meta.label,
                apps.get_model(field.related_model._meta.label) is field.related_model,
            )
            for field in meta.local_fields
            if field.is_relation
        },
        "pointed at": sorted(
            (relation.name, relation.related_model._meta.label, relation.field.name)
            for relation in meta.related_objects
            if apps.get_model(relation.related_model._meta.label) is relation.related_model
        ),
        "accessors": sorted(name for name in vars(model) if name.endswith("_set")),
        "beside": {
            name: [thing.name for thing in getattr(meta, name, [])]
            for name in ("constraints", "indexes", "triggers")
        },
        "unique": [constraint.name for constraint in meta.total_unique_constraints],
        "managers": [manager.name for manager in meta.managers],
    }


def test_every_migration_leaves_the_classes_django_draws_in_one_piece():
    loader = MigrationLoader(None)
    state = ProjectState(real_apps=loader.unmigrated_apps)
    with changed_in_place():
        assert not state.apps.get_models()
        for leaf in loader.graph.leaf_nodes():
            for key in loader.graph.forwards_plan(leaf):
                migration = loader.graph.nodes[key]
                if not getattr(migration, "passed", False):
                    migration.mutate_state(state, preserve=False)
                    migration.passed = True
        state.clear_delayed_apps_cache()
        found = shape(state.apps)
    assert len(found) > 200
    wanted = shape(ProjectState(state.models, state.real_apps).apps)
    assert found.keys() == wanted.keys()
    for label, of_model in wanted.items():
        for what, value in of_model.items():
            assert found[label][what] == value, (label, what)


@pytest.fixture
def two():
    """A house and its doors, drawn, while states are changed in place."""
    state = ProjectState()
    state.add_model(ModelState("town", "House", [("id", models.AutoField(primary_key=True))]))
    state.add_model(ModelState("town", "Door", [("id", models.AutoField(primary_key=True))]))
    with changed_in_place():
        assert len(state.apps.get_models()) == 2
        yield state


def test_what_is_added_reaches_the_class_that_is_there(two):
    house, door = two.apps.get_model("town", "House"), two.apps.get_model("town", "Door")
    two.add_field("town", "door", "house", models.ForeignKey("town.House", models.CASCADE), True)
    two.add_constraint("town", "door", models.UniqueConstraint(fields=["house"], name="one_door"))
    assert two.apps.get_model("town", "Door") is door
    assert door._meta.get_field("house").related_model is house
    assert [relation.related_model for relation in house._meta.related_objects] == [door]
    assert [constraint.name for constraint in door._meta.total_unique_constraints] == ["one_door"]
    two.remove_constraint("town", "door", "one_door")
    assert door._meta.total_unique_constraints == []


def test_what_is_changed_is_drawn_anew_and_the_state_before_keeps_its_class(two):
    two.add_field("town", "house", "number", models.IntegerField(default=0), True)
    before = two.clone()
    two.alter_field("town", "house", "number", models.BigIntegerField(default=0), True)
    old, new = (state.apps.get_model("town", "House")._meta.get_field("number") for state in (before, two))
    assert (type(old), type(new)) == (models.IntegerField, models.BigIntegerField)


def test_a_copy_of_a_state_never_changes_the_state_it_was_copied_from(two):
    copy = two.clone()
    copy.add_field("town", "house", "number", models.IntegerField(default=0), True)
    assert "number" in {field.name for field in copy.apps.get_model("town", "House")._meta.fields}
    assert "number" not in {field.name for field in two.apps.get_model("town", "House")._meta.fields}
