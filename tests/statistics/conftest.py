"""Snapshots of a test lie in a folder of its own."""

import pytest


@pytest.fixture(autouse=True)
def snapshots_dir(settings, tmp_path):
    settings.SNAPSHOTS_DIR = str(tmp_path / "snapshots")
    return tmp_path / "snapshots"
