"""Running `manage.py verify_ledger` as an operator does."""

from io import StringIO

from django.core.management import call_command


def verify() -> tuple[int, list[str]]:
    """The command's exit code and its lines."""
    said, code = StringIO(), 0
    try:
        call_command("verify_ledger", stdout=said)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, said.getvalue().splitlines()


def codes(lines: list[str]) -> set[str]:
    """The codes of the breaches that were named, the summary left aside."""
    return {line.split(" · ")[0] for line in lines[:-1]}
