"""Whether JSON is a list of objects, found out as fast as can be."""

from __future__ import annotations

import msgspec

try:
    from ctexplore.store.columns._fields import are_objects
except ImportError:

    class _Object(msgspec.Struct, gc=False):
        """Any object; its keys are read, its values skipped."""

    _decode = msgspec.json.Decoder(list[_Object]).decode

    def are_objects(data: bytes | memoryview) -> bool:
        try:
            _decode(data)
        except (msgspec.DecodeError, RecursionError):
            return False
        return True


__all__ = ["are_objects"]
