"""What the description of the addresses (OpenAPI 3.1) says of all of them alike: tokens, and errors in one form."""

from __future__ import annotations

from http import HTTPStatus

from app.core.errors import PROBLEM_TYPE

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "message"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:netgrid:STALE"]},
        "title": {"type": "string"},
        "status": {"type": "integer", "examples": [412]},
        "code": {"type": "string", "examples": ["STALE"]},
        "message": {"type": "string"},
        "subject": {"type": ["string", "null"]},
        "found": {},
        "expected": {},
        "next_step": {"type": ["string", "null"]},
    },
    "examples": [
        {
            "type": "urn:netgrid:THING_UNKNOWN", "title": "There is no such thing.", "status": 404, "code": "THING_UNKNOWN",
            "message": "There is no such thing.", "subject": "structure 7", "found": None, "expected": None, "next_step": None,
        }
    ],
}  # fmt: skip
# What any address may answer; a writing one may also be told that others were faster, or that a version or a key is missing.
ANY, WRITING = (400, 401, 403, 404, 422, 503), (409, 412, 413, 415, 428)
METHODS = ("get", "post", "put", "patch", "delete")
KEY_PARAMETER = {
    "name": "Idempotency-Key", "in": "header", "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "A new random key with each new request; the same key gets the same answer.",
    "example": "0b9c1f6e-7f3c-4a53-9a52-2f3f0c6f7a11",
}  # fmt: skip
MATCH_PARAMETER = {
    "name": "If-Match", "in": "header", "required": True, "schema": {"type": "string", "pattern": '^"[0-9]{1,18}"$'},
    "description": "The ETag of what was read.", "example": '"42"',
}  # fmt: skip
CREATING = (
    "unmet-requests", "reservations", "orders", "blocks", "cutovers", "projects", "projects/{code}/claims", "pool-reservations",
)  # fmt: skip
CHANGING = (
    "reservations/{code}/release", "reservations/{code}/extend", "orders/{code}/steps", "orders/{code}/design", "orders/{code}/pause",
    "orders/{code}/resume", "orders/{code}/back", "orders/{code}/cancel", "cutovers/{code}/run", "cutovers/{code}/rollback",
    "projects/{code}/accept", "projects/{code}/cancel",
)  # fmt: skip
HEADERS = {
    **{f"post /api/v1/{path}": KEY_PARAMETER for path in CREATING},
    **{f"post /api/v1/{path}": MATCH_PARAMETER for path in CHANGING},
    "patch /api/v1/resources/{kind}/{thing_id}": MATCH_PARAMETER,
}


def complete(spec: dict) -> dict:
    """The description with what all addresses share."""
    parts = spec.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = PROBLEM
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "description": "A token of the page Tokens."}}
    spec["security"] = [{"token": []}]
    for path, item in spec["paths"].items():
        for method in METHODS:
            if method in item:
                _complete_operation(item[method], method)
                _require_body(item[method], parts["schemas"])
                named = HEADERS.get(f"{method} {path}")
                if named:
                    item[method].setdefault("parameters", []).append(named)
    return spec


def _require_body(operation: dict, schemas: dict) -> None:
    """A body of which some field has to be there has to be there itself."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        told = content.get("schema", {})
        told = schemas.get(told.get("$ref", "").rpartition("/")[2], told)
        if told.get("required"):
            operation["requestBody"]["required"] = True


def _complete_operation(operation: dict, method: str) -> None:
    operation["security"] = [{"token": []}]
    answers = operation.setdefault("responses", {})
    for status in (*ANY, *(WRITING if method != "get" else ())):
        answers[str(status)] = {
            "description": HTTPStatus(status).phrase, "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }  # fmt: skip
