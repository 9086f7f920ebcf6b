"""What every template may know: the front door, its navigation, and whether people here are synthetic."""

from importlib import import_module

from django.conf import settings

from kaogong.access.roles import ROLES

DOORS = ("bureau", "provider", "learner", "portal")


def page(request) -> dict:
    """Context of the layout. Rail counts are cached for half a minute per account."""
    match = getattr(request, "resolver_match", None)
    door = match.namespaces[0] if match and match.namespaces and match.namespaces[0] in DOORS else "portal"
    actor = getattr(request, "actor", None)
    return {
        "door": door,
        "actor": actor,
        "role": ROLES.get(actor.role) if actor and actor.role in ROLES else None,
        "navigation": _navigation(door, request) if door in DOORS and actor is not None else [],
        "is_demo": settings.DEMO,
        "is_english": getattr(request, "LANGUAGE_CODE", "") == "en",
    }


def _navigation(door: str, request) -> list:
    try:
        module = import_module(f"kaogong.web.{door}.navigation")
    except ModuleNotFoundError:
        return []
    return module.navigation(request)
