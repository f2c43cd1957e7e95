"""Imports point down the layers, and nothing grows beyond its size."""

import ast
import pathlib

import pytest

PACKAGE = pathlib.Path(__file__).parents[1] / "adcompile"
LAYERS = (
    "cli", "showing", "requested", "api", "faces", "costs", "pipeline", "cache", "emit", "simplify",
    "transforms", "frontend", "rules", "trace", "targets", "passes", "errors", "refusals",
    "version", "depth", "garbage", "syntax",
)  # fmt: skip
FILES = sorted(PACKAGE.rglob("*.py"))


def layer(path: pathlib.Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: pathlib.Path) -> list[tuple[int, str]]:
    """What a file imports of ours, line by line, as the layer it belongs to."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
            if node.module == "adcompile":
                names = [f"adcompile.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        found += [
            (node.lineno, name.split(".")[1]) for name in names if name.startswith("adcompile.")
        ]
    return found


def name_of(path: pathlib.Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_point_down(path):
    own = layer(path)
    if own in ("__init__", "__main__"):
        return
    assert own in LAYERS, f"{own} has no place among the layers"
    for line, other in imports(path):
        # errors.py needs to know what a place in a text is
        if (own, other) == ("errors", "trace"):
            continue
        assert LAYERS.index(other) >= LAYERS.index(own), f"{name_of(path)}:{line} imports {other}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_sizes(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 500
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= 60, f"{name_of(path)}:{node.lineno} {node.name} has {length} lines"


def test_there_is_no_utils():
    assert not [path for path in FILES if path.stem == "utils"]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_names_what_newer_pythons_removed(path):
    removed = {"Str", "Num", "Bytes", "NameConstant", "Ellipsis", "Index", "ExtSlice"}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert not (node.value.id == "ast" and node.attr in removed), f"{path}:{node.lineno}"
