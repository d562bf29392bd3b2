"""Photos as answers: JPEG, for whoever may see what they show."""

from __future__ import annotations

from apiflask.fields import String
from apiflask.validators import OneOf
from flask import Response, request

from app.api.schemas import RegionQuery
from app.core.database import KEY_MAX
from app.core.errors import NotFoundError

JPEG = "image/jpeg"
NUMBER_MAX = 2**31 - 1


class PictureQuery(RegionQuery):
    size = String(load_default="full", validate=OneOf(["full", "small"]))


def ask_photo(batch: int, number: int) -> tuple[int, int]:
    """The batch and number of the photo that the path names.

    Raises
    ------
    NotFoundError
        ``PHOTO_UNKNOWN``.
    """
    if batch > KEY_MAX or number > NUMBER_MAX:
        raise NotFoundError("PHOTO_UNKNOWN", "There is no such photo.", subject=f"{batch}/{number}")
    return batch, number


def answer_picture(digest: str, body: bytes) -> Response:
    """The picture; who has it already is only told so."""
    answer = Response(body, content_type=JPEG)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag(f"{digest}-{len(body)}")
    return answer.make_conditional(request)
