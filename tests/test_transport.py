"""What a site behind TLS promises to browsers, and what only its owner may decide."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

SAYS_PRELOAD = "from django.conf import settings; print(settings.SECURE_HSTS_PRELOAD)"


def manage(*words: str, **variables: str) -> str:
    """What manage.py says on a site behind TLS; it must not fail."""
    kept = {k: v for k, v in os.environ.items() if k != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        env={**kept, "HTTPS": "1", "SECRET_KEY": "abcdefghijklmnopqrstuvwxyz" * 2, **variables},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(("variables", "preload"), [({}, "False"), ({"HSTS_PRELOAD": "1"}, "True")])
def test_a_site_preloads_only_when_asked_to_and_is_in_order_either_way(
    variables: dict[str, str], preload: str
) -> None:
    manage("check", "--deploy", "--fail-level", "WARNING", **variables)
    assert manage("shell", "-v", "0", "-c", SAYS_PRELOAD, **variables).strip() == preload


def test_a_site_without_tls_promises_nothing() -> None:
    said = manage("shell", "-v", "0", "-c", SAYS_PRELOAD, HTTPS="0", HSTS_PRELOAD="1")
    assert said.strip() == "False"
