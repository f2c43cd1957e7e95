"""Items of a list that are taken together: combinations(bodies, 2).

    for a, b in combinations(bodies, 2):        for i, j in ((0, 1), (0, 2), ...):
        a.force += f                      =>        bodies[i].force += f
        b.force -= f                                bodies[j].force -= f

They are put into a list, unless one of them is changed: then their places are.  The list must have
the same items from there on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcompile.frontend import watching
from adcompile.frontend.values import Again, Key, Ref, Storage

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

PLACES = "items taken together are known by their places"


def by_places(low: Lowerer, source: object) -> bool:
    """Are the items of this taken by their places?"""
    if PLACES not in low.learned or not isinstance(source, Ref) or source.storage.cases is not None:
        return False
    low.placed[source.storage, len(source.path) + 1] = None
    return True


def changes(low: Lowerer, rows: Key | None = None) -> None:
    """Begin again by places: something changes that may be in these rows, or in any."""
    if rows in low.pooled or (rows is None and low.pooled):
        low.learned[PLACES] = True
        raise Again


def exchanged(low: Lowerer, storage: Storage, level: int) -> None:
    """A list that lies so deep gets another item, or another order."""
    if (storage, level) in low.placed:
        raise low.rejection(None, watching.CHANGED, "ADC121")
