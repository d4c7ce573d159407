"""`python -m bench`: on a database of its own, thrown away afterwards."""

import os
from pathlib import Path

import django
from django.conf import settings
from django.test.utils import get_runner

# A line for each page would be measured too.
SETTINGS = {"LOG_LEVEL": "WARNING", "STATIC_FROM_SOURCE": "1"}


def main() -> None:
    os.environ.update(SETTINGS)
    django.setup()
    from bench import lists, looks, sweeps
    from bench.measure import tell
    from bench.world import make_people

    # Without the test environment: it listens to every template.
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        world = make_people()
        results = [*sweeps.run(world), *lists.run(world), *looks.run(world)]
        tell(results, Path(settings.BASE_DIR) / ".local/bench.json")
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
