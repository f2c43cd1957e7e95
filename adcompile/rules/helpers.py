"""Functions that are written into an emitted module where it uses them.

The front end reads them as the operations they stand for, so that what is emitted can be compiled
again.
"""

from __future__ import annotations

SOURCES = {
    "unbroadcast": '''
def unbroadcast(x, shape):
    """Sum x over the axes that an operand of this shape was broadcast along."""
    x = np.asarray(x)
    if x.shape == shape:
        return x[()]
    x = x.reshape((1,) * (len(shape) - x.ndim) + x.shape)
    x = x.sum(axis=tuple(range(x.ndim - len(shape))))
    axes = tuple(axis for axis, size in enumerate(shape) if size == 1)
    return x.sum(axis=axes, keepdims=True).reshape(shape)[()]
''',
    "unbroadcast_like": '''
def unbroadcast_like(x, like):
    """Sum x over the axes that `like` was broadcast along, with floats as wide."""
    x, like = np.asarray(x), np.asarray(like)
    shape, dtype = like.shape, like.dtype
    if x.shape != shape:
        x = x.reshape((1,) * (len(shape) - x.ndim) + x.shape)
        x = x.sum(axis=tuple(range(x.ndim - len(shape))))
        axes = tuple(axis for axis, size in enumerate(shape) if size == 1)
        x = x.sum(axis=axes, keepdims=True).reshape(shape)
    if x.dtype != dtype and np.can_cast(x.dtype, dtype, "same_kind"):
        x = x.astype(dtype)
    return x[()]
''',
    "broadcast_like": '''
def broadcast_like(x, like):
    """The number x in the shape of `like`, with floats as wide as its own."""
    x, like = np.asarray(x), np.asarray(like)
    if x.dtype != like.dtype and np.can_cast(x.dtype, like.dtype, "same_kind"):
        x = x.astype(like.dtype)
    return np.broadcast_to(x, like.shape)
''',
    "last_write": '''
def last_write(x, index):
    """Where a write x[index] = v is not overwritten by a later element of the same write."""
    if all(np.ndim(place) == 0 for place in (index if isinstance(index, tuple) else (index,))):
        return np.full(np.shape(x[index]), True)
    order = np.arange(x[index].size).reshape(np.shape(x[index]))
    last = np.full(np.shape(x), -1)
    last[index] = order
    return last[index] == order
''',
    "is_complex": '''
def is_complex(*values):
    """Is one of these, or of what they hold, complex?"""
    for x in values:
        if isinstance(x, (list, tuple, dict)):
            if is_complex(*(x.values() if isinstance(x, dict) else x)):
                return True
        elif isinstance(x, complex) or getattr(getattr(x, "dtype", 0), "kind", 0) == "c":
            return True
    return False
''',
    "zeros_like": '''
def zeros_like(x):
    """Zeros in the shape of x, a number, an array or a structure of these; float for int."""
    if isinstance(x, (list, tuple)):
        return getattr(x, "_make", type(x))(zeros_like(item) for item in x)
    if isinstance(x, dict):
        return {key: zeros_like(item) for key, item in x.items()}
    real = not np.issubdtype(np.asarray(x).dtype, np.inexact)
    zeros = np.zeros(np.shape(x)) if real else np.zeros_like(x)
    return zeros if isinstance(x, np.ndarray) else zeros[()]
''',
    "zeros_to_fill": '''
def zeros_to_fill(x):
    """Zeros in the shape of x, a number, an array or a structure of these; a list for a tuple."""
    if isinstance(x, (list, tuple)):
        return [zeros_to_fill(item) for item in x]
    if isinstance(x, dict):
        return {key: zeros_to_fill(item) for key, item in x.items()}
    real = not np.issubdtype(np.asarray(x).dtype, np.inexact)
    zeros = np.zeros(np.shape(x)) if real else np.zeros_like(x)
    return zeros if isinstance(x, np.ndarray) else zeros[()]
''',
    "zeros_to_add": '''
def zeros_to_add(x):
    """Zeros in the shape of x, a number, an array or a list of these, whose items are added to."""
    if isinstance(x, tuple):
        raise TypeError("annotate the argument: it is a tuple, which is gone through")
    if isinstance(x, list):
        return [zeros_to_add(item) for item in x]
    if isinstance(x, dict):
        return {key: zeros_to_add(item) for key, item in x.items()}
    real = not np.issubdtype(np.asarray(x).dtype, np.inexact)
    zeros = np.zeros(np.shape(x)) if real else np.zeros_like(x)
    return zeros if isinstance(x, np.ndarray) else zeros[()]
''',
    "formed": '''
def formed(x, like):
    """x, with tuples, lists, arrays, and None, where `like` has them."""
    if isinstance(like, (list, tuple)) and isinstance(x, (list, tuple, np.ndarray)):
        if len(x) != len(like):
            raise TypeError("annotate the list: + joins it, and * repeats it")
        items = (formed(*pair) for pair in zip(x, like))
        return getattr(like, "_make", type(like))(items)
    if isinstance(like, np.ndarray) and isinstance(x, (list, tuple)):
        return np.array(x, like.dtype if like.dtype.kind in "fc" else float)
    if isinstance(like, dict) and isinstance(x, dict):
        return {key: formed(x.get(key, 0.0), item) for key, item in like.items()}
    if isinstance(like, np.ndarray) and np.ndim(x) == 0:
        return x + np.zeros(np.shape(like))
    return None if like is None else x
''',
    "opened": '''
def opened(x):
    """x, with lists in the place of tuples."""
    if isinstance(x, (list, tuple)):
        return [opened(item) for item in x]
    return {key: opened(item) for key, item in x.items()} if isinstance(x, dict) else x
''',
    "floats": '''
def floats(x):
    """A copy of x, a number, an array or a structure of these, with floats for integers."""
    if isinstance(x, (list, tuple)):
        return getattr(x, "_make", type(x))(floats(item) for item in x)
    if isinstance(x, dict):
        return {key: floats(item) for key, item in x.items()}
    return x if x is None else 1.0 * x
''',
    "as_wide": '''
def as_wide(x, like):
    """x, a number, an array or a structure of these, as wide as `like` is."""
    if isinstance(x, (list, tuple)):
        return type(x)(as_wide(*pair) for pair in zip(x, like))
    if isinstance(x, dict):
        return {key: as_wide(item, like[key]) for key, item in x.items()}
    dtype = np.asarray(like).dtype
    fits = np.can_cast(np.asarray(x).dtype, dtype, "same_kind")
    return np.asarray(x, dtype)[()] if fits else x
''',
    "as_real": '''
def as_real(x, like):
    """x, a number, an array or a structure of these, real where `like` (or that dtype) is."""
    if isinstance(x, (list, tuple)):
        return type(x)(as_real(*pair) for pair in zip(x, like))
    if isinstance(x, dict):
        return {key: as_real(item, like[key]) for key, item in x.items()}
    dtype = like if isinstance(like, np.dtype) else np.asarray(like).dtype
    return x if dtype.kind == "c" else np.real(x)
''',
    "as_columns": '''
def as_columns(x, like):
    """x as a matrix of one column where `like` is a vector."""
    return np.expand_dims(x, -1) if np.ndim(like) == 1 else x
''',
    "copied": '''
def copied(x):
    """A value that shares no memory with x."""
    if isinstance(x, (list, tuple)):
        return type(x)(copied(item) for item in x)
    if isinstance(x, dict):
        return {key: copied(item) for key, item in x.items()}
    return x.copy() if isinstance(x, np.ndarray) else x
''',
    "sharing": '''
def sharing(x, y=None):
    """Does an array in x share memory with one in y, or (without y) with another one in x?"""
    def arrays(v):
        if isinstance(v, (list, tuple)):
            return [array for item in v for array in arrays(item)]
        if isinstance(v, dict):
            return arrays(list(v.values()))
        return [v] if isinstance(v, np.ndarray) else []

    first = arrays(x)
    second = None if y is None else arrays(y)
    return any(
        np.shares_memory(a, b)
        for i, a in enumerate(first)
        for b in (first[:i] if second is None else second)
    )
''',
    "made": '''
def made(like, held):
    """An object of the class of `like` that holds this, whatever its __init__ would make of it."""
    if isinstance(like, tuple):
        return like._make(held.get(name) for name in like._fields)
    new = object.__new__(type(like))
    for name, value in held.items():
        object.__setattr__(new, name, value)
    return new
''',
    "added": '''
def added(x, y):
    """x + y, item by item where they are structures."""
    several = list, tuple, dict
    if y is None:
        return x
    if isinstance(x, several) != isinstance(y, several):
        if np.ndim(y if isinstance(x, several) else x) == 0:
            return x  # of None
    if isinstance(x, dict):
        return {**x, **y, **{key: added(x[key], y[key]) for key in x if key in y}}
    if isinstance(x, several):
        return type(x)(added(a, b) for a, b in zip(x, y, strict=True))
    return (0.0 if x is None else x) + y
''',
    "add_at": '''
def add_at(x, place, y):
    """x[place] += y, each time that this names an element; x may be a list."""
    if isinstance(x, (list, dict)):
        x[place] = added(x[place], y)
    else:
        np.add.at(x, place, y)
''',
}
