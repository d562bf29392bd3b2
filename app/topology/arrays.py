"""Rows as numpy arrays: COPY in binary, which costs a tenth of what rows as objects cost."""
import io

import numpy
from sqlalchemy import text
from sqlalchemy.orm import Session

_HEADER, _TRAILER = 19, 2


def read_arrays(session: Session, sql: str, region_id: int, *names: str) -> dict[str, numpy.ndarray]:
    """The columns of a query as int64 arrays by name.

    Parameters
    ----------
    sql
        A query of ours whose columns are all ``bigint`` and never null, bound to ``:region_id`` alone.
    names
        What its columns are called.
    """
    bound = str(text(sql).bindparams(region_id=region_id).compile(session.connection(), compile_kwargs={"literal_binds": True}))
    written = io.BytesIO()
    with session.connection().connection.cursor() as cursor:
        cursor.copy_expert(f"COPY ({bound.replace('%%', '%')}) TO STDOUT (FORMAT binary)", written)
    row = numpy.dtype([("count", ">i2"), *(field for name in names for field in ((f"{name}_size", ">i4"), (name, ">i8")))])
    payload = written.getbuffer()[_HEADER : len(written.getbuffer()) - _TRAILER]
    rows = numpy.frombuffer(payload, dtype=row)
    return {name: rows[name].astype(numpy.int64) for name in names}


def join_pairs(keys: numpy.ndarray, left: numpy.ndarray, right: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
    """For each key, every ``right`` that stands beside it in ``left``: places in ``keys`` and what was found, one row for each match."""
    order = numpy.argsort(left, kind="stable")
    starts, ends = (numpy.searchsorted(left, keys, side, sorter=order) for side in ("left", "right"))
    counts = ends - starts
    places = numpy.repeat(numpy.arange(len(keys)), counts)
    offsets = numpy.arange(len(places)) - numpy.repeat(numpy.cumsum(counts) - counts, counts)
    return places, right[order[numpy.repeat(starts, counts) + offsets]]


def distinct(*columns: numpy.ndarray) -> tuple[numpy.ndarray, ...]:
    """The different rows of columns of numbers of 0 or more, in order."""
    if not len(columns[0]):
        return columns
    packed = columns[0].astype(numpy.int64, copy=True)
    bounds = []
    for column in columns[1:]:
        bound = int(column.max()) + 1
        if int(packed.max() + 1) * bound >= 2**63:
            return tuple(numpy.unique(numpy.stack(columns), axis=1))
        packed = packed * bound + column
        bounds.append(bound)
    # A sort and a look at the neighbours: numpy.unique takes a hundred times as long for numbers such as these.
    packed.sort()
    packed = packed[numpy.r_[True, packed[1:] != packed[:-1]]]
    found = []
    for bound in reversed(bounds):
        packed, rest = numpy.divmod(packed, bound)
        found.append(rest)
    return (packed, *reversed(found))
