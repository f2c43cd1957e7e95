"""Which worker runs which test, found in time linear in their number.

What xdist has for `--dist loadgroup` goes through all tests for each one that ends: with forty
thousand of them that takes minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xdist.scheduler import LoadGroupScheduling


class Numbered(list[str]):
    """Names of tests, each of which knows its place."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(names)
        self.places = {name: place for place, name in enumerate(names)}

    def index(self, name: str, *bounds: Any) -> int:
        return self.places[name]


class Groups(LoadGroupScheduling):
    """As it is, but a worker's groups that are done are forgotten, and places are known."""

    def add_node_collection(self, node: Any, collection: Sequence[str]) -> None:
        super().add_node_collection(node, collection)
        if node in self.registered_collections:
            self.registered_collections[node] = Numbered(collection)

    def mark_test_complete(self, node: Any, item_index: int, duration: float = 0) -> None:
        super().mark_test_complete(node, item_index, duration)
        groups = self.assigned_work[node]
        name = self._split_scope(self.registered_collections[node][item_index])
        if all(groups[name].values()):
            del groups[name]
