"""Which handler of a try was entered is known where it stands.

    except ArithmeticError:               except ArithmeticError:
        v1 = True                             v2 = 1
        v2 = 1 if v1 else 2       ->      except ValueError:
    except ValueError:                        v2 = 2
        v1 = False
        v2 = 1 if v1 else 2
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from adcompile.emit.naming import PLACEHOLDER
from adcompile.syntax import walk

Statements = list[ast.stmt]


def entered(function: ast.FunctionDef) -> None:
    """Write in each handler what it chooses, and no flags that nothing else reads."""
    tries = [s for body in _blocks(function.body) for s in body if isinstance(s, ast.Try)]
    found = False
    for handler in [handler for each in tries for handler in each.handlers]:
        chosen = _chosen(handler.body)
        found = found or chosen != handler.body
        handler.body = chosen
    if not found:
        return
    counts = Counter(node.id for node in walk(function) if isinstance(node, ast.Name))
    flags = Counter(name for body in _blocks(function.body) for s in body if (name := _flag(s)))
    unread = {name for name in flags if flags[name] == counts[name]}
    for body in _blocks(function.body):
        body[:] = [s for s in body if _flag(s) not in unread] or body[:1]


def _blocks(body: Statements) -> Iterator[Statements]:
    """A block, and those in it."""
    yield body
    for statement in body:
        for field in ("body", "orelse", "finalbody"):
            inner = getattr(statement, field, None)
            if isinstance(inner, list) and inner:
                yield from _blocks(inner)
        for handler in getattr(statement, "handlers", ()):
            yield from _blocks(handler.body)


def _flag(statement: ast.stmt) -> str | None:
    """The name without meaning that is given a truth value."""
    match statement:
        case ast.Assign([ast.Name(name)], ast.Constant(bool())) if name.startswith(PLACEHOLDER):
            return name
    return None


def _chosen(body: Statements) -> Statements:
    """The block with what its flags choose in it.  Other handlers may have the same statements."""
    known: dict[str, bool] = {}
    todo, result = body[::-1], []
    while todo:
        statement = todo.pop()
        name = _flag(statement)
        if name is not None:
            known[name] = statement.value.value  # type: ignore[attr-defined]
        match statement:
            case ast.If(ast.Name(test), then, orelse) if test in known:
                todo += (then if known[test] else orelse)[::-1]
                continue
            case ast.Assign(targets, ast.IfExp(ast.Name(test), then, orelse)) if test in known:
                todo.append(ast.Assign(targets, then if known[test] else orelse))
                continue
        result.append(statement)
        for node in walk(statement) if known and name is None else ():
            if isinstance(node, ast.Name):
                known.pop(node.id, None)
    return result or body
