"""A ring as a small graph: people tied to what they share. The same stands in the table beside it."""

from django.utils.translation import gettext

MOST = 60


def ring(table) -> dict | None:
    """The graph's option, None where the evidence ties nobody to anything."""
    if len(table.links) < 2:
        return None
    people: dict[int, str] = {}
    shared: dict[int, str] = {}  # by opaque number, which stays here: the page gets places in the drawing
    for row, (person, key) in zip(table.rows, table.links, strict=False):
        cells = dict(row)
        people[person] = getattr(cells.get("person"), "name", str(person))
        kind = gettext(cells["kind"]) if cells.get("kind") else gettext("共用的")
        shared[key] = f"{kind} {cells.get('key', '')}"
        if len(people) >= MOST:
            break
    place = {("person", pk): str(n) for n, pk in enumerate(people)}
    place |= {("shared", key): str(len(people) + n) for n, key in enumerate(shared)}
    nodes = [
        {"id": place["person", pk], "name": name, "symbolSize": 26, "category": 0}
        for pk, name in people.items()
    ]
    nodes += [
        {"id": place["shared", key], "name": word, "symbolSize": 44, "symbol": "rect", "category": 1}
        for key, word in shared.items()
    ]
    ties = [
        {"source": place["person", person], "target": place["shared", key]}
        for person, key in table.links
        if person in people and key in shared
    ]
    return {
        "series": [
            {
                "type": "graph",
                "layout": "circular" if len(shared) == 1 else "force",
                "force": {"repulsion": 140, "edgeLength": 70, "layoutAnimation": False},
                "label": {"show": True, "position": "bottom"},
                # room for the names beside the outermost nodes, also on a phone
                "left": "16%",
                "right": "16%",
                "top": "10%",
                "bottom": "14%",
                "data": nodes,
                "links": ties,
                "categories": [{"name": "people"}, {"name": "shared"}],
                "lineStyle": {"color": "#8a8272", "width": 1.5},
                "color": ["#24507a", "#a8322a"],
            }
        ]
    }
