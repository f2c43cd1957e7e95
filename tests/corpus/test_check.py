"""The check of the corpus finds what is wrong with derivatives that are wrong."""

from __future__ import annotations

import numpy as np
import pytest

from corpus.cases import Case
from corpus.check import Check


def squares(x):
    return x * x


class Honest:
    """The derivatives of `squares`, by hand."""

    def tangent(self, args, ways):
        return args[0] ** 2, 2.0 * args[0] * ways[0]

    def adjoint(self, args, seed):
        return args[0] ** 2, [2.0 * args[0] * seed]

    def second(self, args, seed, ways):
        return [2.0 * ways[0] * seed]


class WrongTangent(Honest):
    def tangent(self, args, ways):
        return args[0] ** 2, 2.0000001 * args[0] * ways[0]


class WrongValue(Honest):
    def adjoint(self, args, seed):
        return args[0] ** 2 + 1e-9, super().adjoint(args, seed)[1]


class WrongAdjoint(Honest):
    def adjoint(self, args, seed):
        return args[0] ** 2, [2.0000000001 * args[0] * seed]


class NotANumber(Honest):
    def adjoint(self, args, seed):
        return args[0] ** 2, [np.nan * args[0] * seed]


class ChangesArgument(Honest):
    def tangent(self, args, ways):
        result = super().tangent(args, ways)
        args[0][0] += 1.0
        return result


class ChangesSeed(Honest):
    def adjoint(self, args, seed):
        result = super().adjoint(args, seed)
        seed[0] = 0.0
        return result


class ForgetsAtTheSecondCall(Honest):
    calls = 0

    def adjoint(self, args, seed):
        self.calls += 1
        value, bars = super().adjoint(args, seed)
        return value, [bars[0] * (self.calls == 1)]


class WrongShape(Honest):
    def tangent(self, args, ways):
        value, value_dot = super().tangent(args, ways)
        return value, value_dot[:-1]


class WrongSecond(Honest):
    def second(self, args, seed, ways):
        return [2.001 * ways[0] * seed]


CASE = Case(squares, (np.array([0.3, -1.2, 0.8]),), 1e-12)


def test_what_is_right_passes():
    Check(CASE).first_order(Honest())
    Check(CASE).second_order(Honest())


@pytest.mark.parametrize(
    "wrong",
    [
        WrongTangent,
        WrongValue,
        WrongAdjoint,
        NotANumber,
        ChangesArgument,
        ChangesSeed,
        ForgetsAtTheSecondCall,
        WrongShape,
    ],
)
def test_what_is_wrong_fails(wrong):
    with pytest.raises(AssertionError):
        Check(CASE).first_order(wrong())


def test_a_wrong_second_order_fails():
    with pytest.raises(AssertionError):
        Check(CASE).second_order(WrongSecond())
