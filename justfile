# Everything a contributor runs. `uv run just` lists it.

set windows-shell := ["powershell.exe", "-NoLogo", "-Command"]

# `just tests=separately check` leaves the suite to a `just test` of the same run, as .ci/run does
tests := "run"

_list:
    @just --list --unsorted

# See it: database, synthetic city, website
demo *words:
    kaogong demo {{ words }}

# The tests, in parallel, against the embedded PostgreSQL
test *words:
    pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder {{ words }}

# What continuous integration asks before a change is taken: everything below, and the tests
check: lint drift
    {{ if tests == "run" { "just test" } else { "echo tests: separately" } }}

# Style, layers, settings, missing migrations
lint:
    ruff check
    ruff format --check
    lint-imports
    python -m django check --deploy --fail-level WARNING --settings kaogong.config.settings
    python -m django makemigrations --check --dry-run --settings kaogong.config.settings

# Generated documents and translations say what the code says
drift:
    python tools/documents.py --check
    python tools/messages.py --check

# Put the source in order and write the generated documents anew
fmt:
    ruff check --fix
    ruff format
    python tools/documents.py

# Collect the sentences to translate, then compile what is translated
messages:
    python tools/messages.py
    python hatch_build.py

# Benchmarks; writes docs/benchmarks.md
bench *words:
    uv run --group bench python -m bench {{ words }}

# Drills: `just drill money` lets many clients work while processes and the database are killed, then adds up
drill *words:
    python -m drills {{ words }}

# The screenshots of the README, by the browser tests
shots:
    pytest -n0 -m browser tests/browser

# Write the list of pinned packages in pyproject.toml anew
pins:
    python tools/pins.py
