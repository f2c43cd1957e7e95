"""The text of a module of the corpus, with annotations of the kinds that the programs are given."""

from __future__ import annotations

import ast
import inspect
from typing import Any

import numpy as np

from corpus.by_command_line import CORPUS
from corpus.cases import Case

DTYPES = {"f": "Float", "i": "Int", "b": "Bool", "c": "Complex"}


class Annotated:
    """Writes annotations; dictionaries get classes of their own, which say what the keys are."""

    def __init__(self, group: str, cases: list[Case]) -> None:
        text = (CORPUS / f"{group}.py").read_text()
        self.classes: list[str] = []
        notes = self.notes([case for case in cases if case.name.startswith(f"{group}.")])
        edits: list[tuple[int, int, str]] = []
        for node in ast.parse(text).body:
            given = notes.get(node.name, {}) if isinstance(node, ast.FunctionDef) else {}
            for name in _names(node) if given else ():
                if name.annotation is None and len(given.get(name.arg, ())) == 1:
                    (note,) = given[name.arg]
                    assert name.end_lineno and name.end_col_offset
                    edits.append((name.end_lineno, name.end_col_offset, f": {note!r}"))
        lines = text.splitlines(keepends=True)
        for line, column, note in sorted(edits, reverse=True):
            lines[line - 1] = lines[line - 1][:column] + note + lines[line - 1][column:]
        head = "from typing import TypedDict\n" if self.classes else ""
        self.text = "".join([*lines, "\n\n", head, *self.classes])

    def notes(self, cases: list[Case]) -> dict[str, dict[str, dict[str, None]]]:
        """The annotations of each function's arguments, over all of its cases."""
        found: dict[str, dict[str, dict[str, None]]] = {}
        for case in cases:
            bound = inspect.signature(case.function).bind(*case.args)
            bound.apply_defaults()
            of_function = found.setdefault(case.function.__name__, {})
            for name, value in bound.arguments.items():
                of_function.setdefault(name, {})[self.note(value)] = None
        return {
            function: {name: notes for name, notes in given.items() if "" not in notes}
            for function, given in found.items()
        }

    def note(self, value: Any) -> str:
        """The annotation for a value; "" where there is none to write."""
        match value:
            case bool() | int() | float() | complex() | str() if type(value).__module__ != "numpy":
                return type(value).__name__
            case np.ndarray():
                dtype = DTYPES.get(value.dtype.kind)
                bits = "32" if value.dtype == np.float32 else ""
                axes = " ".join("1" if length == 1 else "_" for length in value.shape)
                return f"{dtype}{bits}[np.ndarray, {axes!r}]" if dtype else ""
            case list() | tuple() if hasattr(value, "_fields"):
                return type(value).__name__
            case list() | tuple():
                return self.of_items(value)
            case dict():
                return self.of_keys(value)
        return type(value).__name__ if hasattr(value, "__dataclass_fields__") else ""

    def of_items(self, value: Any) -> str:
        inner = [self.note(item) for item in value]
        if "" in inner or not inner or (isinstance(value, list) and len(set(inner)) > 1):
            return ""
        return f"list[{inner[0]}]" if isinstance(value, list) else f"tuple[{', '.join(inner)}]"

    def of_keys(self, value: dict[Any, Any]) -> str:
        inner = {key: self.note(item) for key, item in value.items()}
        if "" in inner.values() or not all(isinstance(k, str) and k.isidentifier() for k in inner):
            return ""
        fields = "".join(f"    {key}: {note!r}\n" for key, note in inner.items())
        for text in self.classes:
            if text.partition("\n")[2] == fields:
                return text.split("(")[0].removeprefix("class ")
        name = f"Keys{len(self.classes)}"
        self.classes.append(f"class {name}(TypedDict):\n{fields}")
        return name


def _names(node: ast.FunctionDef) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
