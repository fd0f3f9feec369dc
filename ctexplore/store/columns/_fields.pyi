"""What ``fields`` is compiled to."""

from collections.abc import Callable

SOURCES: str

class Fields:
    def __new__(
        cls,
        fields: tuple[tuple[bytes, int], ...],
        columns: tuple[tuple[tuple[tuple[int, ...], Callable[[bytes], int]], ...], ...],
        stamps: tuple[tuple[int, int], ...],
        checksum: Callable[[memoryview], int],
        seed: int,
    ) -> Fields: ...
    def take(self, array: memoryview) -> tuple[int, list[tuple[int, int, int]]] | None: ...
    def column(self, number: int) -> bytearray: ...
    def stamp(self, number: int) -> bytearray: ...
    def sums(self) -> bytearray: ...
    def positions(self) -> bytearray: ...
