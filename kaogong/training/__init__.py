"""Training classes: filed, rostered by real name, taught, attended, finished."""
