"""The sheet of a cutover, before and after, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from app.network.dictionary import word_label
from app.operations.cutovers import Move

HEADERS = {
    "zh": ("序号", "割接前端口", "割接后端口", "现在端口", "电路", "业务数", "客户数", "状态"),
    "en": ("No.", "Port before", "Port after", "Port now", "Circuit", "Services", "Customers", "State"),
}


def cutover_sheet(moves: Sequence[Move], language: str) -> tuple[Sequence[str], list[list]]:
    """Headers and a row for each move."""
    rows = [
        [
            move.seq, move.from_code, move.to_code, move.to_code if move.state == "done" else move.from_code, move.circuit, move.services,
            move.customers, word_label("move_state", move.state, language),
        ]
        for move in moves
    ]  # fmt: skip
    return HEADERS[language], rows
