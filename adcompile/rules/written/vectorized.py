"""np.vectorize written out in the accepted language: a function of numbers, element by element."""

from __future__ import annotations

import numpy as np

from adcompile.rules.written.facts import must_be_floats


def of_one(function, dtype, x):
    values = [function(v) for v in np.ravel(x).tolist()]
    return np.reshape(_array(values, dtype), np.shape(x))


def of_several(function, dtype, *arrays):
    parts = np.broadcast_arrays(*arrays)
    rows = zip(*[np.ravel(part).tolist() for part in parts])
    values = [function(*row) for row in rows]
    return np.reshape(_array(values, dtype), np.shape(parts[0]))


def _array(values, dtype):
    """The results; of what they are, NumPy asks the first one."""
    if dtype is not None:
        return np.array(values, dtype=dtype)
    if len(values) == 0:
        raise ValueError("cannot call `vectorize` on size 0 inputs unless `otypes` is set")
    must_be_floats(
        values[0],
        "np.vectorize: the first result is no float here; give otypes=[float]",
    )
    return np.array(values, dtype=np.asarray(values[0]).dtype)
