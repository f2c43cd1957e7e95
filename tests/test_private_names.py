"""Private names of classes, self.__name: those of a base and of a class derived from it are two."""

from __future__ import annotations

import pytest
from two_faces import WAYS, TwoFaces

TEXT = """
class Base:
    __k = 3.0

    def __init__(self, w): self.__w = w

    def __up(self, x): return x * self.__w * self.__k

    def base(self): return self.__up(2.0)


class _Deep(Base):
    __k = 5.0

    def __up(self, x): return x * x * self.__k

    @staticmethod
    def __s(x): return x * 7.0

    @property
    def __p(self): return self._Base__w ** 2

    def run(self, x): return self.__up(x) + self.base() + self.__s(x) * self.__p + self._Base__k

def deep(w: float, x: float):
    return _Deep(w).run(x)
"""


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> TwoFaces:
    return TwoFaces(TEXT, tmp_path_factory.mktemp("private"))


@pytest.mark.parametrize("way", WAYS)
def test_private_names_stay_apart(faces: TwoFaces, way: str) -> None:
    faces.check("deep", way, (0.7, 1.3), 1.0)
