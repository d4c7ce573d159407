"""Real processes in a folder of their own, and nothing left of them afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from refunds_portal.launcher.throwaway import throwaway_folder
from tests.launcher.launching import Launch


@pytest.fixture
def folder() -> Iterator[Path]:
    with throwaway_folder() as made:
        yield made


@pytest.fixture(scope="module")
def site_folder() -> Iterator[Path]:
    """One for all tests of a module, since the first start in a folder takes the longest."""
    with throwaway_folder() as made:
        yield made / "local"


@pytest.fixture
def launch() -> Iterator[Launch]:
    launch = Launch()
    yield launch
    launch.end()
