"""The shape of the house: who may import whom, where writes are, what stays pure and small."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).parent.parent

# From the ground up: an app imports itself and what is left of it, nothing else of ours.
FLOORS = ("kernel", "people", "notices", "orders", "billing", "refunds")
WIRING = "refunds_portal"
APPS = tuple(app for app in FLOORS if (ROOT / app).is_dir())

PURE = (
    *("policy", "eligibility", "recourse", "transitions", "shares", "situations", "checklist"),
    *("versions", "freezing"),
)
PURE_MODULES = (
    *("kernel.days", "orders.money", "billing.working_days", "billing.words"),
    *("refunds.recourse", "refunds.freezing", "refunds.checklist"),
)
# Where amounts are reckoned with; a template may divide by what it likes.
MONEY = ("billing", "orders.money", "orders.models", "orders.commands", "kernel.templatetags.money")

MAX_FUNCTION_LINES = 40
MAX_FILE_LINES = 400

_WRITES = "save create update delete bulk_create bulk_update get_or_create update_or_create"
WRITING_METHODS = {*_WRITES.split(), *(f"a{method}" for method in _WRITES.split()), "_raw_delete"}
WRITING_SQL = re.compile(
    r"\b(insert\s+into|delete\s+from|merge\s+into|truncate\s+\w|copy\s+\w+\s+from"
    r"|update\s+(only\s+)?[\w.\"]+\s+(as\s+\w+\s+)?set)\b",
    re.IGNORECASE,
)
# A method of the same name that writes no rows.
NO_WRITES = {
    ("kernel.management.commands.make_messages", "update"),
    ("refunds.demo.tickets", "save"),
    ("refunds.evidence", "save"),
}

CLOCKS = {"now", "today", "utcnow", "time", "time_ns", "monotonic", "localtime", "gmtime"}


class Module:
    """One Python file of ours, read but not run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = path.read_text(encoding="utf-8").splitlines()
        self.tree = ast.parse("\n".join(self.lines), filename=str(path))
        relative = path.relative_to(ROOT).with_suffix("")
        self.is_package = relative.name == "__init__"
        self.parts = relative.parts[:-1] if self.is_package else relative.parts
        self.name = ".".join(self.parts)
        self.app = self.parts[0] if self.parts else ""

    def __repr__(self) -> str:
        return str(self.path.relative_to(ROOT))

    def nodes(self, kind: type[ast.AST]) -> Iterator[ast.AST]:
        return (node for node in ast.walk(self.tree) if isinstance(node, kind))

    def imports(self) -> Iterator[tuple[str, str | None]]:
        """Every module that is imported, with the name taken from it, inside functions too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, None) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((node.module or "", alias.name) for alias in node.names)

    def strings(self) -> Iterator[ast.AST]:
        """The strings that are not documentation."""
        documented = {
            id(node.body[0].value)
            for node in ast.walk(self.tree)
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(self.tree):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if is_text and id(node) not in documented:
                yield node


def _modules(*folders: str) -> list[Module]:
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return [Module(path) for path in paths if "migrations" not in path.parts]


OURS = _modules(*APPS)
EVERYTHING = _modules(*APPS, WIRING, "tests", "scripts", "bench")


def test_imports_run_downward_only() -> None:
    everybody = {*FLOORS, WIRING, "tests", "scripts"}
    upward = [
        f"{module} {name}"
        for module in OURS
        for name, _ in module.imports()
        if name.split(".")[0] in everybody - {*FLOORS[: FLOORS.index(module.app) + 1]}
    ]
    assert upward == []


def test_nobody_imports_the_wiring_but_the_wiring_and_the_tests() -> None:
    strangers = [module for module in EVERYTHING if module.app not in {WIRING, "tests", "scripts"}]
    imports = [f"{module} {name}" for module in strangers for name, _ in module.imports()]
    assert [each for each in imports if each.split()[1].split(".")[0] == WIRING] == []


def test_no_two_modules_import_each_other_in_a_circle() -> None:
    known = {module.name for module in OURS}
    graph: dict[str, set[str]] = {}
    for module in OURS:
        named = {f"{name}.{taken}" if taken else name for name, taken in module.imports()}
        named |= {name for name, _ in module.imports()}
        graph[module.name] = (named & known) - {module.name}
        # A package hands on what its modules define; they do not import it back.
        if module.is_package:
            graph[module.name] -= {name for name in named if not name.startswith(module.name)}
    TopologicalSorter(graph).prepare()


def _is_command(module: Module) -> bool:
    return len(module.parts) > 1 and module.parts[1] == "commands"


def _manager_lines(module: Module) -> set[int]:
    """The lines of managers, which may make the rows that they manage."""
    return {
        line
        for node in module.nodes(ast.ClassDef)
        if isinstance(node, ast.ClassDef) and node.name.endswith("Manager")
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def _collections(module: Module) -> set[str]:
    """The names of sets and dicts made here, which have an `update` of their own."""
    made: set[str] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            value = node.value.func if isinstance(node.value, ast.Call) else node.value
            is_builtin = isinstance(value, ast.Name) and value.id in {"set", "dict", "Counter"}
            if is_builtin or isinstance(value, (ast.Set, ast.Dict, ast.SetComp, ast.DictComp)):
                made |= {target.id for target in targets if isinstance(target, ast.Name)}
    return made


def _is_on_a_collection(call: ast.Attribute, collections: set[str]) -> bool:
    is_local = isinstance(call.value, ast.Name) and call.value.id in collections
    return is_local and call.attr == "update"


def _writes(module: Module) -> list[str]:
    managers, collections = _manager_lines(module), _collections(module)
    calls = [
        f"{module}:{node.lineno} .{node.func.attr}()"
        for node in module.nodes(ast.Call)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITING_METHODS
        and (module.name, node.func.attr) not in NO_WRITES
        and not _is_on_a_collection(node.func, collections)
        and node.lineno not in managers
    ]
    statements = [
        f"{module}:{node.lineno} {node.value!r}"
        for node in module.strings()
        if isinstance(node, ast.Constant) and WRITING_SQL.search(str(node.value))
    ]
    return calls + statements


def test_nothing_is_written_outside_commands() -> None:
    outside = [module for module in OURS if not _is_command(module)]
    assert [written for module in outside for written in _writes(module)] == []


def _is_pure(module: Module) -> bool:
    return module.parts[-1] in PURE or module.name in PURE_MODULES


PURE_ONES = [module for module in OURS if _is_pure(module)]


def test_the_pure_modules_are_found() -> None:
    assert {module.name for module in PURE_ONES} >= {
        "billing.shares",
        "orders.money",
        "refunds.eligibility",
        "refunds.policy",
        "refunds.transitions",
    }


@pytest.mark.parametrize("module", PURE_ONES, ids=repr)
def test_pure_rules_know_no_database(module: Module) -> None:
    for name, taken in module.imports():
        if name.startswith("django.db"):
            assert (name, taken) == ("django.db", "models"), f"{name} {taken}"
        elif name.split(".")[0] in FLOORS:
            assert taken is not None
            assert _touches_no_database(name, taken), f"{name} {taken}"
    for node in module.nodes(ast.Attribute):
        assert isinstance(node, ast.Attribute)
        of_models = isinstance(node.value, ast.Name) and node.value.id == "models"
        assert not of_models or node.attr == "TextChoices", f"models.{node.attr}"
        assert node.attr not in {"objects", "_base_manager", "_default_manager"}


def _touches_no_database(name: str, taken: str) -> bool:
    """Whether what is taken is a word list or itself out of a pure module."""
    if name.rsplit(".", maxsplit=1)[-1] in PURE or name in PURE_MODULES:
        return True
    thing = getattr(import_module(name), taken)
    if isinstance(thing, type) and issubclass(thing, models.Model):
        # Only as the type of what a caller hands in.
        return name.endswith(".models")
    return isinstance(thing, type) and issubclass(thing, models.Choices)


@pytest.mark.parametrize("module", PURE_ONES, ids=repr)
def test_pure_rules_read_no_clock(module: Module) -> None:
    read = [
        f"{module}:{node.lineno}"
        for node in module.nodes(ast.Call)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
    ]
    taken = [name for name, _ in module.imports() if name in {"time", "django.utils.timezone"}]
    assert read + taken == []
    assert ("django.utils", "timezone") not in set(module.imports())


def _reckons_with_money(module: Module) -> bool:
    return any(module.name == name or module.name.startswith(f"{name}.") for name in MONEY)


MONEY_ONES = [module for module in OURS if _reckons_with_money(module) or _is_pure(module)]


def _is_fraction(node: ast.AST) -> bool:
    return (
        (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div))
        or (isinstance(node, ast.Name) and node.id == "float")
    )


def test_money_is_never_a_fraction() -> None:
    fractions = [
        f"{module}:{getattr(node, 'lineno', 0)}"
        for module in MONEY_ONES
        for node in ast.walk(module.tree)
        if _is_fraction(node)
    ]
    assert fractions == []


AMOUNTS = {"amount", "balance", "paid", "coupon", "list_price", "commission"}


def test_no_column_holds_a_fraction_and_amounts_are_big_integers() -> None:
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.local_concrete_fields:
                assert not isinstance(field, (models.FloatField, models.DecimalField)), field
                if field.name in AMOUNTS or field.name.endswith("_amount"):
                    assert isinstance(field, models.BigIntegerField), field


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{module}:{node.lineno} {node.name}"
        for module in EVERYTHING
        for node in ast.walk(module.tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (node.end_lineno or node.lineno) - node.lineno + 1 > MAX_FUNCTION_LINES
    ]
    assert long == []


def test_no_file_has_outgrown_itself() -> None:
    assert [module for module in EVERYTHING if len(module.lines) > MAX_FILE_LINES] == []
