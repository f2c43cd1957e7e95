"""Random traces: the emitted text computes what the trace means, and leaves the arguments alone."""

import copy
import warnings

import numpy as np
import pytest
from emit.generate import Generator
from emit.handmade import equal, load
from interpreter import run

from adcompile.emit import module
from adcompile.trace.verify import verify

SEEDS = range(40)


def arguments(turns: int) -> list:
    rng = np.random.default_rng(3)
    vectors = [rng.normal(size=4) for _ in range(5)]
    pair = {"first": rng.normal(size=4), "second": 0.2}
    return [
        0.7,
        *vectors[:2],
        rng.normal(size=2),
        rng.normal(size=(4, 2)),
        vectors[2:],
        turns,
        np.array([2, 0]),
        pair,
    ]


@pytest.mark.parametrize("size", [5, 8])
@pytest.mark.parametrize("depth", [0, 1, 2])
def test_meaning(size, depth, request):
    count = 10 if request.config.getoption("--long") else 1
    for seed in range(len(SEEDS) * count):
        trace = Generator(1000 * depth + seed, size).trace(depth)
        verify(trace)
        text = module([(trace, "")], imports={"numpy": "np"})
        function = load(text)
        for turns in (0, 1, 3):
            args = arguments(turns)
            expected = run(trace, *copy.deepcopy(args))
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                actual = function(*args)
            equal(actual, expected)
            np.testing.assert_equal(args, arguments(turns), err_msg=f"seed {seed}")


def test_same_bytes():
    for seed in range(10):
        texts = {module([(Generator(seed, 6).trace(2), "")]) for _ in range(2)}
        assert len(texts) == 1
