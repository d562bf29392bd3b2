"""The one error tree.

NetGridError
    InputError      422  the file or the request is wrong
        RequestError    400  the request's own form is wrong: an unknown name, a page that is none
    NotFoundError   404  no such thing, or not in the caller's area
    RuleError       409  the plant forbids it, or somebody was faster
    StaleError      412  what the caller saw has changed since
    UnseenError     428  the caller does not say what they saw
    AccessError     403  the caller may not
    SystemFault     500  ours
"""


class NetGridError(Exception):
    """An error that a user can act on.

    Parameters
    ----------
    code
        Stable, upper case: ``STRAND_OCCUPIED``.
    message
        One plain sentence.
    subject
        Full code of the thing concerned.
    found, expected
        What was there, and what should have been.
    next_step
        What to do now.
    """

    status = 500

    def __init__(self, code, message, subject=None, found=None, expected=None, next_step=None):
        super().__init__(message)
        self.code = code
        self.message = message
        self.subject = subject
        self.found = found
        self.expected = expected
        self.next_step = next_step

    def __str__(self):
        text = f"{self.code}: {self.message}"
        if self.found is not None:
            text += f" (found: {self.found})"
        if self.expected is not None:
            text += f" (expected: {self.expected})"
        return f"{text}; {self.next_step}" if self.next_step else text

    def say_found(self, language: str):
        """What was found, in ``zh`` or ``en`` where it is told in words."""
        return self.found

    def as_dict(self) -> dict:
        """The error as the API answers it."""
        names = ("code", "message", "subject", "found", "expected", "next_step")
        return {name: getattr(self, name) for name in names}

    def as_problem(self, **words) -> dict:
        """The error as RFC 9457 has it, with our own fields beside; ``words`` are fields in the caller's language."""
        return build_problem(self.status, **{**self.as_dict(), **words})


PROBLEM_TYPE = "application/problem+json"


def build_problem(status: int, code: str, message: str, subject=None, found=None, expected=None, next_step=None) -> dict:
    """An answer of type ``application/problem+json``."""
    return {
        "type": f"urn:netgrid:{code}", "title": message, "status": status, "code": code, "message": message, "subject": subject,
        "found": found, "expected": expected, "next_step": next_step,
    }  # fmt: skip


class InputError(NetGridError):
    status = 422


class RequestError(InputError):
    status = 400


class StaleError(NetGridError):
    status = 412


class UnseenError(NetGridError):
    status = 428


class NotFoundError(NetGridError):
    status = 404


class RuleError(NetGridError):
    status = 409


class AccessError(NetGridError):
    status = 403


class SystemFault(NetGridError):
    status = 500
