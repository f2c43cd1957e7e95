"""Replacing variables, and copying blocks.

substitute:  v3 = mul(a, b)   with a -> c      v3 = mul(c, b)      outs stay the same variables
clone:       v3 = mul(a, b)   with a -> c      v3' = mul(c, b)     every definition is a new one
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import replace
from typing import Any

from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Trace,
    Tree,
    Var,
    While,
    map_tree,
    operands,
)

Read = Callable[[Atom], Atom]
Define = Callable[[Var], Var]


def substitute(block: Block, mapping: Mapping[Var, Atom]) -> Block:
    """The block with each variable of `mapping` that it reads replaced.  Definitions stay."""
    return reread(block, lambda atoms: substitute_atoms(atoms, mapping)) if mapping else block


def reread(block: Block, read: Callable[[tuple[Atom, ...]], tuple[Atom, ...]]) -> Block:
    """The block with what its equations and its results read replaced.  Definitions stay.

    What reads nothing else is the same object.
    """
    eqns = [_reread(eqn, read) for eqn in block.eqns]
    return block.having(eqns, read(block.results))


def _reread(eqn: Equation, read: Callable[[tuple[Atom, ...]], tuple[Atom, ...]]) -> Equation:
    if isinstance(eqn, Apply):
        return eqn.reading(read(eqn.args))
    atoms = read(operands(eqn))
    match eqn:
        case Call():
            return eqn if atoms is eqn.args else replace(eqn, args=atoms)
        case If():
            return eqn.having(atoms[0], reread(eqn.then, read), reread(eqn.orelse, read))
        case For():
            return eqn.having(atoms[:-3], atoms[-3:], reread(eqn.body, read))
        case While():
            return eqn.having(atoms, reread(eqn.cond, read), reread(eqn.body, read))


def substitute_trace(trace: Trace, mapping: Mapping[Var, Atom]) -> Trace:
    """The trace with each variable of `mapping` that it reads replaced."""
    if not mapping:
        return trace
    return replace(
        trace, body=substitute(trace.body, mapping), result=substitute_tree(trace.result, mapping)
    )


def substitute_tree(tree: Tree, mapping: Mapping[Var, Atom]) -> Tree:
    """The tree with each variable of `mapping` replaced."""
    return map_tree(_reader(mapping), tree)


def substitute_atoms(atoms: tuple[Atom, ...], mapping: Mapping[Var, Atom]) -> tuple[Atom, ...]:
    """The atoms with each variable of `mapping` replaced."""
    for atom in atoms:
        if atom in mapping:
            return tuple([mapping.get(a, a) for a in atoms])  # type: ignore[arg-type]
    return atoms


def clone(block: Block, mapping: Mapping[Var, Atom], kinds: MutableMapping[Var, Any]) -> Block:
    """A copy of the block with a new variable, of the same name and kind, for every definition.

    What the block reads from outside goes through `mapping`, which is not changed.
    """
    inner: dict[Var, Atom] = dict(mapping)

    def define(var: Var) -> Var:
        new = Var(var.name)
        kinds[new] = kinds[var]
        inner[var] = new
        return new

    return _rebuild(block, _reader(inner), define)


def _reader(mapping: Mapping[Var, Atom]) -> Read:
    def read(atom: Atom) -> Atom:
        return mapping.get(atom, atom)  # type: ignore[arg-type]

    return read


def _rebuild(block: Block, read: Read, define: Define) -> Block:
    eqns = tuple(_equation(eqn, read, define) for eqn in block.eqns)
    return Block(eqns, tuple(map(read, block.results)))


def _equation(eqn: Equation, read: Read, define: Define) -> Equation:
    match eqn:
        case Apply():
            args = tuple(map(read, eqn.args))
            return Apply(tuple(map(define, eqn.outs)), eqn.op, args, eqn.loc)
        case Call():
            args = tuple(map(read, eqn.args))
            return Call(tuple(map(define, eqn.outs)), eqn.function, args, eqn.loc)
        case If():
            cond = read(eqn.cond)
            then, orelse = _rebuild(eqn.then, read, define), _rebuild(eqn.orelse, read, define)
            outs = tuple(map(define, eqn.outs))
            return If(outs, cond, then, orelse, eqn.loc, eqn.caught)
        case For():
            inits = tuple(map(read, eqn.inits))
            bounds = read(eqn.start), read(eqn.stop), read(eqn.step)
            params, index = tuple(map(define, eqn.params)), define(eqn.index)
            body = _rebuild(eqn.body, read, define)
            outs = tuple(map(define, eqn.outs))
            return For(outs, inits, params, index, *bounds, eqn.backward, body, eqn.exits, eqn.loc,
                       eqn.pragma)  # fmt: skip
        case While():
            inits = tuple(map(read, eqn.inits))
            params = tuple(map(define, eqn.params))
            test, body = _rebuild(eqn.cond, read, define), _rebuild(eqn.body, read, define)
            outs = tuple(map(define, eqn.outs))
            return While(outs, inits, params, test, body, eqn.exits, eqn.loc, eqn.pragma)


def rename(trace: Trace, names: Mapping[Var, str], kinds: MutableMapping[Var, Any]) -> Trace:
    """The trace with new variables, of these names, for those of `names`."""
    if not names:
        return trace
    new = {var: Var(name) for var, name in names.items()}
    kinds.update((fresh, kinds[var]) for var, fresh in new.items())
    body = _rebuild(trace.body, _reader(new), lambda var: new.get(var, var))
    return replace(trace, body=body, result=map_tree(_reader(new), trace.result))
