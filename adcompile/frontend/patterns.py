"""The match statement, as the chain of ifs that it means.

    match p:                             if len(p) == 2 and p[0] == 0:
        case (0, y): ...         =>          y = p[1]; ...
        case (x, _) if x > 1: ...        elif len(p) == 2 and p[0] > 1:
                                             x = p[0]; ...
"""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING

from adcompile.frontend import classes, expressions, guessed, liveness
from adcompile.frontend.values import Maybe, Name, Num, Obj, Range, Ref, Sequence, Struct, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

Bindings = dict[str, ast.expr]
TRUE, FALSE = ast.Constant(True), ast.Constant(False)


def chain(low: Lowerer, node: ast.Match) -> list[ast.stmt]:
    """The ifs of a match statement; the subject is held in a name that no user can write."""
    low.subjects += 1
    name = f"%subject{low.subjects}"
    low.set(name, expressions.lower(low, node.subject))
    result: list[ast.stmt] = []
    for case in reversed(node.cases):
        subject = ast.copy_location(ast.Name(name, ast.Load()), node.subject)
        bindings: Bindings = {}
        test = pattern_test(low, case.pattern, subject, bindings)
        before = test
        if case.guard is not None:
            guard = _Substitute(bindings).visit(copy.deepcopy(case.guard))
            test = ast.copy_location(ast.BoolOp(ast.And(), [test, guard]), case.guard)
        binds: list[ast.stmt] = [
            ast.copy_location(ast.Assign([ast.Name(bound, ast.Store())], value), case.pattern)
            for bound, value in bindings.items()
        ]
        made: list[ast.stmt] = [ast.If(test, [*binds, *case.body], result)]
        if case.guard is not None and _outlive(low, node, case, bindings):
            made.insert(0, ast.If(before, copy.deepcopy(binds), []))
        result = [
            ast.fix_missing_locations(ast.copy_location(each, case.pattern)) for each in made
        ]
    return result


def _outlive(
    low: Lowerer, node: ast.Match, case: ast.match_case, bindings: Bindings
) -> bool:
    """Are names read where the guard of this case has failed, which its pattern has bound?"""
    others = [
        other for other in node.cases
        if other is case or all(name in _names(other.pattern) for name in bindings)
    ]  # fmt: skip
    inside = liveness.counted([statement for other in others for statement in other.body])
    guards = [liveness.loads(other.guard) for other in others if other.guard is not None]
    total = low.frame.loads or {}
    return any(
        total.get(name, 0) > inside.get(name, 0) + sum(each.get(name, 0) for each in guards)
        for name in bindings
    )


def _names(pattern: ast.pattern) -> dict[str, None]:
    """The names that a pattern binds."""
    found = (getattr(each, key, None) for each in ast.walk(pattern) for key in ("name", "rest"))
    return {name: None for name in found if isinstance(name, str)}


class _Substitute(ast.NodeTransformer):
    """Puts what a pattern has bound in the place of its names."""

    def __init__(self, bindings: Bindings) -> None:
        self.bindings = bindings

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return copy.deepcopy(self.bindings.get(node.id, node))


def pattern_test(
    low: Lowerer, pattern: ast.pattern, subject: ast.expr, bindings: Bindings
) -> ast.expr:
    """The condition under which a pattern matches; what it binds goes into `bindings`."""
    match pattern:
        case ast.MatchValue(value=value):
            return _at(ast.Compare(subject, [ast.Eq()], [value]), pattern)
        case ast.MatchSingleton(value=value):
            constant = _at(ast.Constant(value), pattern)
            return _at(ast.Compare(subject, [ast.Is()], [constant]), pattern)
        case ast.MatchAs(pattern=inner, name=name):
            test = TRUE if inner is None else pattern_test(low, inner, subject, bindings)
            if name is not None:
                bindings[name] = subject
            return test
        case ast.MatchOr(patterns=patterns):
            return _one_of(low, patterns, subject, bindings, pattern)
        case ast.MatchSequence(patterns=patterns):
            return _sequence(low, pattern, patterns, subject, bindings)
        case ast.MatchMapping(keys=keys, patterns=patterns, rest=rest):
            test = _mapping(low, keys, patterns, subject, bindings)
            if rest is not None and test is not FALSE:
                bindings[rest] = _without(keys, subject, pattern)
            return test
        case ast.MatchClass(cls=cls, patterns=parts, kwd_attrs=names, kwd_patterns=patterns):
            return _of_class(low, pattern, cls, parts, (names, patterns), subject, bindings)
    raise low.rejection(
        pattern, "this pattern is not known; write the test with if", "ADC109"
    )


def _at(node: ast.expr, where: ast.pattern) -> ast.expr:
    ast.copy_location(node, where)
    return ast.fix_missing_locations(node)


def _all(tests: list[ast.expr], where: ast.pattern) -> ast.expr:
    kept = [test for test in tests if test is not TRUE]
    if FALSE in kept:
        return FALSE
    return _at(ast.BoolOp(ast.And(), kept), where) if len(kept) > 1 else kept[0] if kept else TRUE


def _one_of(
    low: Lowerer, patterns: list[ast.pattern], subject: ast.expr, bindings: Bindings,
    where: ast.pattern,
) -> ast.expr:  # fmt: skip
    """a | b: the names are what the first that matches binds."""
    tests: list[ast.expr] = []
    bound: list[Bindings] = []
    for inner in patterns:
        own: Bindings = {}
        test = pattern_test(low, inner, subject, own)
        if test is not FALSE:
            tests.append(test)
            bound.append(own)
        if test is TRUE:
            break
    if not tests:
        return FALSE
    for name in bound[0]:
        value = bound[-1][name]
        for test, own in reversed([*zip(tests, bound)][:-1]):
            value = _at(ast.IfExp(copy.deepcopy(test), own[name], value), where)
        bindings[name] = value
    if tests[-1] is TRUE:
        return TRUE
    return _at(ast.BoolOp(ast.Or(), tests), where) if len(tests) > 1 else tests[0]


def _item(subject: ast.expr, index: ast.expr, where: ast.pattern) -> ast.expr:
    return _at(ast.Subscript(copy.deepcopy(subject), index, ast.Load()), where)


def _sequence(
    low: Lowerer,
    pattern: ast.pattern,
    patterns: list[ast.pattern],
    subject: ast.expr,
    bindings: Bindings,
) -> ast.expr:
    value = expressions.lower(low, subject)
    star = next((i for i, inner in enumerate(patterns) if isinstance(inner, ast.MatchStar)), None)
    there: list[ast.expr] = []
    if isinstance(value, Maybe):
        value = value.value
        there = [_at(ast.Compare(subject, [ast.IsNot()], [ast.Constant(None)]), pattern)]
    if not _is_sequence(low, value):
        return FALSE
    length = _at(ast.Call(ast.Name("len", ast.Load()), [subject], []), pattern)
    wanted = len(patterns) - (star is not None)
    compare = ast.Eq() if star is None else ast.GtE()
    tests = [_at(ast.Compare(length, [compare], [ast.Constant(wanted)]), pattern)]
    if isinstance(value, (Struct, Obj)):
        count = len(expressions.static_items(low, value, pattern))
        if not (count == wanted if star is None else count >= wanted):
            return FALSE
        tests = there
    for i, inner in enumerate(patterns):
        if isinstance(inner, ast.MatchStar):
            after = len(patterns) - i - 1
            stop = ast.Constant(-after) if after else None
            if inner.name is not None:
                bounds = ast.Slice(ast.Constant(i), stop, None)
                bindings[inner.name] = _item(subject, bounds, pattern)
            continue
        index = i if star is None or i < star else i - len(patterns)
        tests.append(pattern_test(low, inner, _item(subject, _constant(index), pattern), bindings))
    return _all(tests, pattern)


def _constant(index: int) -> ast.expr:
    return ast.Constant(index)


def _is_sequence(low: Lowerer, value: Value) -> bool:
    if isinstance(value, Obj):
        return value.identity.form == "list"
    if isinstance(value, (Num, Ref)):
        return isinstance(_known_kind(low, value), (k.List, k.Tuple))
    return isinstance(value, (Struct, Range, Sequence))


def _known_kind(low: Lowerer, value: Num | Ref) -> k.Kind:
    """The kind of a value; whether a pattern matches cannot be told where there is none."""
    kind = low.build.kind(expressions.memory.atom_of(low, value))
    if isinstance(kind, k.Any_) or (isinstance(kind, k.Opaque) and kind not in (k.STRING, k.NONE)):
        raise low.rejection(
            None, "the type of this is not known when compiling; annotate the argument", "ADC405"
        )
    return kind


def _mapping(
    low: Lowerer,
    keys: list[ast.expr],
    patterns: list[ast.pattern],
    subject: ast.expr,
    bindings: Bindings,
) -> ast.expr:
    value = expressions.lower(low, subject)
    if isinstance(value, Maybe):
        low.unusable(value)
    if isinstance(value, (Num, Ref)) and isinstance(_known_kind(low, value), k.Dict):
        raise low.rejection(
            None, "the keys of this dictionary are not known when compiling", "ADC407"
        )
    if not (isinstance(value, Obj) and value.identity.form == "dict"):
        return FALSE
    items = guessed.whole(low, value.identity)
    tests: list[ast.expr] = []
    for key, inner in zip(keys, patterns):
        if expressions.constant(low, expressions.lower(low, key), key) not in items:
            return FALSE
        tests.append(pattern_test(low, inner, _item(subject, key, inner), bindings))
    return _all(tests, patterns[0]) if patterns else TRUE


def _without(keys: list[ast.expr], subject: ast.expr, where: ast.pattern) -> ast.expr:
    """{key: subject[key] for key in subject if key not in keys}, of a dictionary of known keys."""
    key = ast.Name("%key", ast.Load())
    kept = ast.Compare(key, [ast.NotIn()], [ast.Tuple(list(keys), ast.Load())])
    each = ast.comprehension(ast.Name("%key", ast.Store()), copy.deepcopy(subject), [kept], 0)
    return _at(ast.DictComp(key, ast.Subscript(copy.deepcopy(subject), key, ast.Load()), [each]),
               where)  # fmt: skip


BUILTINS = ("bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set",
            "str", "tuple")  # fmt: skip


def _of_class(
    low: Lowerer,
    pattern: ast.pattern,
    cls: ast.expr,
    parts: list[ast.pattern],
    named: tuple[list[str], list[ast.pattern]],
    subject: ast.expr,
    bindings: Bindings,
) -> ast.expr:
    """Class(a, b, name=c): an instance whose attributes match."""
    test = _at(ast.Call(ast.Name("isinstance", ast.Load()), [subject, cls], []), pattern)
    known = expressions.lower(low, test)
    if known == Num(Lit(False)):
        return FALSE
    kind = expressions.lower(low, cls)
    builtin = isinstance(kind, Name) and kind.qualified.removeprefix("builtins.") in BUILTINS
    if builtin and len(parts) == 1:
        return _all([test, pattern_test(low, parts[0], subject, bindings)], pattern)
    names = [*classes.match_args(low, kind)[: len(parts)], *named[0]]
    patterns = [*parts, *named[1]]
    if len(names) != len(patterns):
        raise low.rejection(
            pattern, "which attributes these positions are is not known; name them", "ADC109"
        )
    tests = [test]
    for name, inner in zip(names, patterns):
        part = _at(ast.Attribute(copy.deepcopy(subject), name, ast.Load()), pattern)
        tests.append(pattern_test(low, inner, part, bindings))
    return _all(tests, pattern)
