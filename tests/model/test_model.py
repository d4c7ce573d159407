"""Thousands of random steps, and portal and rules agree after each of them.

`MODEL_STEPS` says how many; with `--log-cli-level=INFO` the run tells at its end how often each
command was called and what it said. A failure is shrunk to the fewest steps, which are printed,
with a line that repeats them.
"""

import ast
import logging
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.billing.database import truncation_guarded
from tests.model.cast import make_cast
from tests.model.machine import Portal
from tests.model.stage import Stage

logger = logging.getLogger(__name__)

STEPS = int(os.environ.get("MODEL_STEPS", "2000"))
STEPS_OF_AN_EXAMPLE = 80
WORLD = Path(__file__).with_name("world")

# To shrink a failure takes up to five minutes; it should be told then, not cut off.
SECONDS = 600 + STEPS // 20

SETTINGS = settings(
    max_examples=max(STEPS // STEPS_OF_AN_EXAMPLE, 1),
    stateful_step_count=STEPS_OF_AN_EXAMPLE,
    deadline=None,
    derandomize=False,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.timeout(SECONDS)
@pytest.mark.django_db(transaction=True)
def test_whatever_people_and_time_do_the_portal_keeps_the_rules() -> None:
    Stage.cast = make_cast()
    with truncation_guarded():
        run_state_machine_as_test(Portal, settings=SETTINGS)
    for said, times in sorted(Stage.tally.items()):
        logger.info("%s %s", times, said)


@pytest.mark.parametrize("path", sorted(WORLD.glob("*.py")), ids=lambda path: path.stem)
def test_the_rules_are_written_down_without_looking_at_the_portal(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module}
    imported |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    ours = {path.name for path in Path(__file__).parents[2].iterdir() if path.is_dir()}
    known = {module for module in imported if module.split(".")[0] in {*ours, "django"}}
    assert {module for module in known if not module.startswith("tests.model.world")} == set()
